"""A kernel that is started in advance, as `cargo xtask lab` keeps one."""

import os
import subprocess
import tempfile
import time
import uuid

import harness
import processes

# In the environment of a kernel that may take one.
TAKES_IT = {"GRADUS_SPARE": None}


class Spare:
    """Waits for a notebook as long as it is open."""

    def __init__(self):
        self.mark = uuid.uuid4().hex
        self.live = harness.checkout() / ".gradus" / "kernel" / "live"
        self.folder = tempfile.TemporaryDirectory(prefix="gradus-acceptance-")

    def __enter__(self):
        variables = {name: value for name, value in os.environ.items() if name != "GRADUS_SPARE"}
        before = self._notes()
        self.child = subprocess.Popen(
            [harness.program(), "spare"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.name,
            env={**variables, processes.MARK: self.mark},
        )
        end = time.monotonic() + 60 * harness.SLACK
        while self._notes() <= before:
            if self.child.poll() is not None or time.monotonic() > end:
                self.__exit__()
                raise harness.NoEnd("no spare is ready: it does not start, or there is none in this kernel")
            time.sleep(0.05)
        return self

    def _notes(self):
        return {file.name for file in self.live.glob("*.spare") if not file.is_socket()}

    def processes(self):
        return processes.marked(self.mark)

    def let_go(self):
        """As when the one who keeps it ends."""
        self.child.stdin.close()

    def __exit__(self, *_):
        if not self.child.stdin.closed:
            self.child.stdin.close()
        processes.wait_until_gone(self.processes, 10)
        for pid in self.processes():
            processes.kill(pid)
        self.child.wait()
        self.folder.cleanup()
