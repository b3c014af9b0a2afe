"""A kernel under test: starts it, sends cells, and keeps every message under the request that it names."""

import atexit
import os
import re
import tempfile
import sys
import time
import uuid
from pathlib import Path

import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

import processes

NAME = os.environ.get("GRADUS_TEST_KERNEL", "gradus")
SLOW = os.environ.get("GRADUS_SLOW_TESTS") == "1"
SLACK = float(os.environ.get("GRADUS_TEST_SLACK", "1"))
SEED = int(os.environ.get("GRADUS_TEST_SEED", "20"))
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _find_kernels():
    """Also without `cargo xtask`: the kernel of the checkout whose Python runs this, else of the one this file is in."""
    folders = [Path(sys.prefix).parent, *(parent / ".gradus" for parent in Path(__file__).resolve().parents)]
    here = [str(folder / "jupyter") for folder in folders if (folder / "jupyter" / "kernels" / NAME).is_dir()][:1]
    others = [part for part in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if part]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(others + here)


_find_kernels()


def checkout():
    """The checkout whose kernel is tested, from the program that its kernelspec names."""
    return Path(program()).resolve().parents[2]


def program():
    return KernelSpecManager().get_kernel_spec(NAME).argv[0]


def live_folder():
    return processes.LiveFolder(checkout() / ".gradus" / "kernel" / "live")


def load_library():
    """The first cell of a notebook that lies anywhere."""
    return f':dep gradus = {{ path = "{checkout()}" }}\nuse gradus::prelude::*;\nuse std::io::{{BufRead, Read, Write}};'


class NoEnd(AssertionError):
    """Something did not come in time; the text tells what came."""


class Cell:
    """One request and all that came for it, in the order in which it came."""

    def __init__(self, code, identity):
        self.code, self.identity = code, identity
        self.messages = []  # (type, content)
        self.times = []  # of each message
        self.reply = None
        self.sent, self.replied = time.monotonic(), None
        self.idle = False
        self.late = []  # what came after "idle"
        self.inputs = []

    def add(self, kind, content):
        (self.late if self.idle else self.messages).append((kind, content))
        if not self.idle:
            self.times.append(time.monotonic())
        if kind == "status" and content["execution_state"] == "idle":
            self.idle = True

    def of(self, *kinds):
        return [content for kind, content in self.messages if kind in kinds]

    def stream(self, *names):
        """The text of these streams, in order."""
        return "".join(content["text"] for content in self.of("stream") if not names or content["name"] in names)

    stdout = property(lambda self: self.stream("stdout"))
    stderr = property(lambda self: self.stream("stderr"))
    status = property(lambda self: self.reply and self.reply.get("status"))
    errors = property(lambda self: self.of("error"))
    displays = property(lambda self: self.of("display_data"))
    updates = property(lambda self: self.of("update_display_data"))
    was_run = property(lambda self: bool(self.of("execute_input")))
    seconds = property(lambda self: (self.replied or time.monotonic()) - self.sent)

    @property
    def results(self):
        return [content["data"].get("text/plain") for content in self.of("execute_result")]

    @property
    def outputs(self):
        """The kinds of what is shown, streams in pieces as one."""
        shown = [kind if kind != "stream" else content["name"] for kind, content in self.messages]
        shown = [kind for kind in shown if kind not in ("status", "execute_input", "update_display_data")]
        return [kind for at, kind in enumerate(shown) if kind in ("display_data", "error") or shown[at - 1 : at] != [kind]]

    @property
    def words(self):
        """All that a reader can read of it."""
        parts = []
        for kind, content in self.messages + self.late:
            if kind == "stream":
                parts.append(content["text"])
            elif kind == "error":
                parts += [content.get("ename", ""), content.get("evalue", ""), *content.get("traceback", [])]
            elif "data" in content:
                parts.append(str(content["data"].get("text/plain", "")))
        return ANSI.sub("", "\n".join(parts))

    def told(self):
        """For a failed test."""
        lines = [f"--- cell {self.code[:300]!r}, reply {self.reply!r:.1500}, {self.seconds:.2f} s"]
        for label, messages in (("", self.messages), ("AFTER IDLE: ", self.late)):
            for kind, content in messages[:60]:
                if kind not in ("status", "execute_input"):
                    lines.append(f"    {label}{kind} {str(content)[:600]}")
            if len(messages) > 60:
                lines.append(f"    … {len(messages) - 60} more")
        return "\n".join(lines)


class Kernel:
    """A kernel in a folder of its own, which is gone when it is ended, however the test went."""

    def __init__(self, cwd=None, environment=(), load=True, wait=True, mark=None):
        self.mark = mark or uuid.uuid4().hex
        self.folder = tempfile.TemporaryDirectory(prefix="gradus-acceptance-")
        self.cwd = str(cwd or self.folder.name)
        self.log = open(Path(self.folder.name) / "kernel.log", "w+", encoding="utf-8")
        variables = {**os.environ, "GRADUS_SPARE": "0", **dict(environment), processes.MARK: self.mark}
        variables = {name: value for name, value in variables.items() if value is not None}
        self.by_id, self.strays = {}, []
        self.manager = KernelManager(kernel_name=NAME)
        self.client = None
        OPEN.append(self)
        self.began = time.monotonic()
        self.manager.start_kernel(cwd=self.cwd, env=variables, stdout=self.log, stderr=self.log)
        self.connect()
        if wait:
            self.wait_for_ready()
        if load:
            self.check(load_library(), timeout=300)

    # ---- its life

    def connect(self):
        if self.client:
            self.client.stop_channels()
        self.client = self.manager.blocking_client()
        self.client.start_channels()

    def wait_for_ready(self, limit=120):
        try:
            self.client.wait_for_ready(timeout=limit * SLACK)
        except RuntimeError as error:
            raise NoEnd(f"{error}; its last words:\n{self.last_words()}") from None

    def last_words(self):
        self.log.flush()
        return Path(self.log.name).read_text(errors="replace")[-3000:]

    @property
    def pid(self):
        return self.manager.provisioner.pid if self.manager.has_kernel else None

    def processes(self):
        return processes.of_kernel(self.pid, self.mark)

    def end(self):
        """Ends it as Jupyter does for one that does not answer, and returns what outlives that."""
        if self not in OPEN:
            return []
        OPEN.remove(self)
        if self.client:
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        left = processes.wait_until_gone(lambda: processes.marked(self.mark), 15)
        told = processes.described(left)
        for pid in left:
            processes.kill(pid)
        self.log.close()
        self.folder.cleanup()
        return told

    # ---- cells

    def send(self, code, stop_on_error=True, allow_stdin=False, **how):
        identity = self.client.execute(code, stop_on_error=stop_on_error, allow_stdin=allow_stdin, **how)
        self.by_id[identity] = cell = Cell(code, identity)
        return cell

    def run(self, code, timeout=60, **how):
        cell = self.send(code, **how)
        self.wait([cell], timeout)
        return cell

    def check(self, code, timeout=60, **how):
        """Runs a cell that must work."""
        cell = self.run(code, timeout, **how)
        if cell.status != "ok" or cell.errors:
            raise AssertionError(f"a cell that must work does not:\n{cell.told()}")
        return cell

    def wait(self, cells, timeout=60):
        """Until each has its reply and its "idle"."""
        self.until(lambda: all(cell.reply and cell.idle for cell in cells), timeout, cells)
        return cells

    def ask(self, kind, timeout=20, **content):
        """A request that is no cell (`complete`, `inspect`, `kernel_info`); its reply's content, and how long it took."""
        identity = getattr(self.client, kind)(**content)
        self.by_id[identity] = cell = Cell(f"{kind} {content}", identity)
        self.until(lambda: cell.reply is not None, timeout, [cell])
        return cell.reply, cell.seconds

    def interrupt(self):
        self.manager.interrupt_kernel()

    def until(self, condition, timeout, cells=(), dies=False):
        """Receives messages until `condition()`."""
        end = time.monotonic() + timeout * SLACK
        looked = time.monotonic()
        while not condition():
            now = time.monotonic()
            if now > end:
                told = "\n".join(cell.told() for cell in cells if not (cell.reply and cell.idle)) or "(nothing)"
                state = ", ".join(processes.described(self.processes()))
                strays = f"\nunder no request: {self.strays[-5:]}" if self.strays else ""
                raise NoEnd(f"no end after {timeout * SLACK:.0f} s. What came:\n{told}{strays}\nprocesses: {state}")
            if not dies and now > looked + 1:
                looked = now
                if not self.manager.is_alive():
                    raise NoEnd(f"the kernel died.\n{self.last_words()}\n" + "\n".join(cell.told() for cell in cells))
            self.receive(0.05)

    def receive(self, seconds):
        """Takes all messages that are there, or the first that comes within `seconds`."""
        channels = {"iopub": self.client.iopub_channel, "shell": self.client.shell_channel, "stdin": self.client.stdin_channel}
        poller = zmq.Poller()
        for channel in channels.values():
            poller.register(channel.socket, zmq.POLLIN)
        ready = dict(poller.poll(int(seconds * 1000)))
        for name, channel in channels.items():
            # Some at a time, so that none waits for the end of another.
            for _ in range(200):
                if channel.socket not in ready or not channel.socket.poll(0):
                    break
                self._take(name, channel.get_msg(timeout=0))

    def _take(self, channel, message):
        cell = self.by_id.get(message["parent_header"].get("msg_id"))
        kind, content = message["msg_type"], message["content"]
        if cell is None:
            # Status of requests that are not the tests' own, as of the client's first.
            if kind not in ("status", "kernel_info_reply"):
                self.strays.append((kind, content))
        elif channel == "shell":
            cell.reply, cell.replied = content, time.monotonic()
        elif channel == "stdin":
            cell.inputs.append(content)
        else:
            cell.add(kind, content)

    def listen(self, seconds):
        """Takes what comes within this time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.receive(0.05)


OPEN = []
_shared = None


def shared():
    """One kernel with the library loaded, for all tests that leave it as it was."""
    global _shared
    if _shared is None or _shared not in OPEN or not _shared.manager.is_alive():
        forget_shared()
        _shared = Kernel()
    return _shared


def forget_shared():
    global _shared
    kernel, _shared = _shared, None
    if kernel:
        kernel.end()


def end_everything():
    return [line for kernel in list(OPEN) for line in kernel.end()]


atexit.register(end_everything)
