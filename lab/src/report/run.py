"""Runs a notebook without a window and saves it with its outputs.

Called by `report` and, with `--try`, by setup.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = {"display_name": "Rust (gradus)", "language": "rust", "name": "gradus"}
LANGUAGE = {"file_extension": ".rs", "mimetype": "text/rust", "name": "rust", "pygments_lexer": "rust"}
# Long enough for a library that must be recompiled; short enough that a hanging cell ends.
START_LIMIT, CELL_LIMIT = 900, 1800
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Failed(Exception):
    """A cell or the kernel failed; the text is for the user."""


class Runner:
    """Runs the code cells of one notebook, one after another, until the first that fails."""

    def __init__(self, notebook, folder):
        self.notebook = notebook
        self.folder = folder
        self.reply = {}
        self.client = NotebookClient(
            notebook,
            kernel_name="gradus",
            # The kernel has nothing to save, and its folder goes however it ends.
            shutdown_kernel="immediate",
            timeout=CELL_LIMIT,
            startup_timeout=START_LIMIT,
            allow_errors=True,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
            on_cell_executed=self._executed,
        )

    def _executed(self, cell, cell_index, execute_reply):
        self.reply = execute_reply

    async def run(self, on_cell):
        """Calls `on_cell(number, cell, seconds, failure)` after each; `failure` is None, or (kind, message)."""
        with tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace", prefix="gradus-") as log:
            # What the kernel says of itself (connections that come and go) is of use only where it fails.
            try:
                await self._run_with(on_cell, stderr=log)
            except Exception as error:
                # nbclient ends the kernel at a Ctrl-C, and then stumbles over the missing kernel.
                if hasattr(self.client, "_async_cleanup_kernel_future"):
                    raise KeyboardInterrupt from error
                if not isinstance(error, RuntimeError):
                    raise
                log.seek(0)
                lines = log.read().strip().splitlines()
                raise Failed("\n".join([f"the kernel does not start: {error}", *lines[-15:]])) from error

    async def _run_with(self, on_cell, **kernel):
        async with self.client.async_setup_kernel(**kernel):
            await self._check_kernel()
            number = 0
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code":
                    continue
                number += 1
                if not cell.source.strip():
                    continue
                begin = time.monotonic()
                failure = await self._cell(index, cell)
                cell.execution_count = number
                for output in cell.outputs:
                    if output.output_type == "execute_result":
                        output.execution_count = number
                expected = "raises-exception" in cell.metadata.get("tags", [])
                if expected:
                    failure = None if failure else ("nothing", "the cell is tagged raises-exception, but did not fail")
                on_cell(number, cell, time.monotonic() - begin, failure)
                if failure:
                    return

    async def _check_kernel(self):
        """Where evcxr itself answers, a panic is "ok", and a broken notebook would pass."""
        reply = await self.client.kc.kernel_info(reply=True, timeout=START_LIMIT)
        if reply["content"].get("implementation") != "gradus":
            raise Failed("this kernel does not tell when a cell fails: reports need *Rust (gradus)* on Linux or macOS")

    async def _cell(self, index, cell):
        self.reply = {}
        try:
            await self.client.async_execute_cell(cell, index)
        except DeadKernelError:
            if hasattr(self.client, "_async_cleanup_kernel_future"):
                raise
            return "the kernel ended", "the kernel's process is gone: out of memory, or `:quit`?"
        except CellTimeoutError:
            return "no end", f"the cell did not end within {CELL_LIMIT // 60} minutes"
        # What a stream brought in pieces is one, and a line that was rewritten shows as it was last.
        CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, index)
        content = self.reply.get("content", {})
        if content.get("status") != "error":
            return None
        kind, message = content.get("ename", "error"), content.get("evalue", "")
        if kind == "error" and len(content.get("traceback", [])) > 3:
            # The compiler's messages, with their lines of the cell.
            kind, message = "does not compile", ANSI.sub("", "\n".join(content["traceback"]))
        return kind, message


def prepared(path):
    """The notebook as saved, without its old outputs."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        raise Failed(f"{path} cannot be read as a notebook: {error}") from error
    notebook.metadata["kernelspec"] = dict(KERNEL)
    notebook.metadata["language_info"] = dict(LANGUAGE)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            # What changes with every run has no place in a file under version control.
            for name in ("execution", "ExecuteTime"):
                cell.metadata.pop(name, None)
    return notebook


async def run(path, save, folder):
    """Runs one notebook and saves it, as far as it came. Returns its failure as text, or None."""
    notebook, name = prepared(path), path.stem
    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    failures = []

    def on_cell(number, cell, seconds, failure):
        if not failure:
            print(f"{name} · cell {number}/{total} · {seconds:.1f} s", flush=True)
            return
        kind, message = failure
        source = cell.source.strip().splitlines()
        shown = [f"    | {line}" for line in source[:6]] + (["    | …"] if len(source) > 6 else [])
        lines = [f"{name} · cell {number}/{total} · FAILED after {seconds:.1f} s: {kind}", *shown]
        lines += [f"    {line}" for line in message.splitlines()[:40]]
        print("\n".join(lines), flush=True)
        failures.append(f"{name}, cell {number}: {kind}: {first_line(message)}")

    print(f"{name} · starting the kernel", flush=True)
    begin = time.monotonic()
    await Runner(notebook, folder).run(on_cell)
    save.mkdir(parents=True, exist_ok=True)
    (save / path.name).write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    print(f"{name} · {'FAILED' if failures else 'ran'} · {time.monotonic() - begin:.0f} s", flush=True)
    return failures[0] if failures else None


def first_line(text):
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


async def try_kernel(folder):
    """The first cells of every notebook; prints how soon they answered."""
    cells = [':dep gradus\nuse gradus::prelude::*;', "let one = 1.0_f64;", "one + 1.0"]
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    begin, times = time.monotonic(), []

    def on_cell(number, cell, seconds, failure):
        if failure:
            raise Failed(f"{failure[0]} in\n{cell.source}\n{failure[1]}")
        times.append(seconds)

    await Runner(notebook, folder).run(on_cell)
    answer = notebook.cells[-1].outputs
    if not answer or answer[0].get("data", {}).get("text/plain", "").strip() != "2.0":
        raise Failed(f"1 + 1 gives {answer}")
    print(f"first cells after {time.monotonic() - begin - times[-1]:.1f} s, then {times[-1]:.1f} s each")


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", nargs="?", type=Path)
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="for NAME.ipynb, and NAME.failure where it failed")
    parser.add_argument("--cwd", type=Path, help="the kernel's folder, instead of the notebook's")
    parser.add_argument("--try", dest="trial", type=Path, metavar="FOLDER", help="only see whether the kernel works there")
    arguments = parser.parse_args()
    if arguments.trial:
        try:
            await try_kernel(arguments.trial)
        except Failed as failure:
            sys.exit(str(failure))
        return

    path, save = arguments.notebook, arguments.save
    if not (path and save):
        parser.error("a notebook and --save are needed")
    try:
        failure = await run(path, save, (arguments.cwd or path.parent).resolve())
    except (Failed, RuntimeError, OSError) as error:
        failure = f"{path.stem}: {error}"
        print(failure, flush=True)
    if failure:
        save.mkdir(parents=True, exist_ok=True)
        (save / f"{path.stem}.failure").write_text(failure, encoding="utf-8")
        sys.exit(1)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("\ninterrupted; nothing was written of the notebook that ran", file=sys.stderr)
        sys.exit(130)
