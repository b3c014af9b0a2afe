"""Downloads a file: python -c … ADDRESS FILE.

What is there of it already, as FILE.part, is not fetched again where the server can send the rest. Whether the file is
the right one is for the caller to see.
"""

import os
import sys
import urllib.error
import urllib.request

address, file = sys.argv[1:]
SECONDS = 20


def fetch(address, file):
    part = file + ".part"
    there = os.path.getsize(part) if os.path.exists(part) else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={there}-"} if there else {})
    try:
        reply = urllib.request.urlopen(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        # 416: all of it is there, or the file has become another.
        if error.code != 416 or not there:
            raise
        os.remove(part)
        return fetch(address, file)
    with reply:
        goes_on = there and reply.status == 206
        done = there if goes_on else 0
        rest = reply.headers.get("Content-Length")
        whole = done + int(rest) if rest else None
        with open(part, "ab" if goes_on else "wb") as out:
            while chunk := reply.read(1 << 20):
                out.write(chunk)
                done += len(chunk)
                print(f"{done // 1_000_000} of {whole // 1_000_000 if whole else '?'} MB", file=sys.stderr, flush=True)
    if whole is not None and done != whole:
        sys.exit(f"the connection ended after {done} of {whole} bytes; the next try goes on from there")
    os.replace(part, file)


try:
    fetch(address, file)
except (OSError, ValueError) as error:
    sys.exit(f"{type(error).__name__}: {error}")
