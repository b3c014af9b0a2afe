"""The processes of a kernel, as /proc shows them, and what they leave on the disk.

Each kernel of a test has a mark in its environment, which all that it starts inherits.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

# Not GRADUS_…: kernels that differ in such a variable cannot replace each other.
MARK = "ACCEPTANCE_TEST_MARK"


def environment(pid):
    """The process's environment; empty for one that is gone."""
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return {}
    pairs = (each.partition("=") for each in raw.decode(errors="replace").split("\0") if each)
    return {name: value for name, _, value in pairs}


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def program(pid):
    words = command_line(pid)
    return Path(words[0]).name if words else ""


def stat(pid):
    """State and parent; None for one that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[1])


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def is_alive(pid):
    found = stat(pid)
    return found is not None and found[0] not in "ZX"


def descendants(root):
    """`root` and all below it."""
    parents = {pid: found[1] for pid in all_pids() if (found := stat(pid))}
    family, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family and pid not in family}
        family |= more
        grown = bool(more)
    return {pid for pid in family if is_alive(pid)}


def marked(mark):
    """All living processes with this mark in their environment."""
    return {pid for pid in all_pids() if environment(pid).get(MARK) == mark and is_alive(pid)}


def of_kernel(root, mark):
    return (descendants(root) if root else set()) | marked(mark)


def running_cells(pids):
    """The process that holds the variables. evcxr starts itself once more for it."""
    return [pid for pid in sorted(pids) if "EVCXR_IS_RUNTIME" in environment(pid) and program(pid).startswith("evcxr")]


def evcxr(pids):
    """`evcxr_jupyter`, which compiles the cells."""
    runtimes = running_cells(pids)
    return [pid for pid in sorted(pids) if program(pid).startswith("evcxr_jupyter") and pid not in runtimes]


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def described(pids):
    return [f"{pid}: {' '.join(command_line(pid))[:160]}" for pid in sorted(pids)]


def wait_until_gone(find, limit=10.0):
    """Waits until `find()` gives nothing, and returns what it still gives at the end."""
    end = time.monotonic() + limit
    while True:
        found = find()
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def memory(pids):
    """RSS and PSS of the processes together, in MB."""
    rss = pss = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, rest = line.partition(":")
            if name == "Rss":
                rss += int(rest.split()[0])
            elif name == "Pss":
                pss += int(rest.split()[0])
    return rss / 1024, pss / 1024


class LiveFolder:
    """`.gradus/kernel/live`: what kernels that ended have left there since this object was made.

    Another kernel may be started and ended beside the tests. What belongs to one that lives is locked.
    """

    def __init__(self, folder):
        self.folder = folder
        self.before = self._names()

    def _names(self):
        try:
            return {name.partition(".")[0] for name in os.listdir(self.folder)}
        except FileNotFoundError:
            return set()

    def _is_locked(self, name):
        try:
            with open(self.folder / f"{name}.lock", "rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return False
        except BlockingIOError:
            return True
        except OSError:
            return False

    def left(self):
        return sorted(name for name in self._names() - self.before if not self._is_locked(name))


class Busy:
    """Keeps every core at work as long as it is open."""

    def __enter__(self):
        code = "while True: pass"
        self.children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(os.cpu_count() or 2)]
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.kill()
            child.wait()
