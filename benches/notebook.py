"""How soon a notebook answers: the gradus kernel against the stock evcxr kernel, in pairs on one machine.

The stock kernel gets the same crate built as an rlib, and a work folder that it has compiled everything in before, so
that both are warm. Run after `cargo xtask setup`; the first run compiles the stock side once, ten minutes and more:

    .gradus/python/bin/python benches/notebook.py [--rounds 3]

Also said: whether two kernels at once are both warm, and whether a static of the library is one across cells.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client import KernelManager

ROOT = Path(__file__).resolve().parent.parent
# Not below target/: there cargo would take the stock kernel's work folder for a part of the workspace.
BENCH = ROOT / ".gradus" / "bench"
FIRST = [":dep gradus = {{ path = \"{path}\" }}\nuse gradus::prelude::*;", "let one = 1.0_f64;"]
LATER = [
    "let two = one + 1.0;",
    "two * 3.0",
    'println!("epoch 1");',
    "let v: Vec<f64> = vec![1.0, 2.0, 3.0];",
    "v.iter().sum::<f64>()",
    "let iris = datasets::iris()?;",
    "iris.head(3)",
    "let n = v.len();",
    "n + 1",
    "let square = v.iter().map(|x| x * x).collect::<Vec<f64>>();",
    "square.clone()",
    "fn cost(e: f64) -> f64 { e * e }",
    "cost(3.0)",
    "let text = format!(\"{two:.3}\");",
    "text.clone()",
]
# One library in the process, or one in every cell? The address of what is in it tells, for its statics as well.
ADDRESS = [
    'format!("{:p}", datasets::iris as *const ())',
    '{ let place = datasets::iris as *const (); format!("{place:p}") }',
]



def evcxr():
    for line in (ROOT / ".gradus" / "kernel" / "environment").read_text().splitlines():
        if line.startswith("GRADUS_EVCXR_JUPYTER="):
            return line.split("=", 1)[1]
    sys.exit("run `cargo xtask setup` first")


def rlib_copy():
    """The crate as it is, but for its crate-type."""
    copy = BENCH / "rlib"
    for name in ("src", "datasets", "shaders", "benches", "browser"):
        # Without the files of an earlier copy; the others keep their times, by which cargo goes.
        shutil.rmtree(copy / name, ignore_errors=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
    for name in ("build.rs", "README.md", "Cargo.lock"):
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, copy / name)
    manifest = (ROOT / "Cargo.toml").read_text()
    manifest = manifest.replace('crate-type = ["dylib", "rlib"]', 'crate-type = ["rlib"]')
    manifest = manifest.replace('members = ["browser", "xtask"]', 'members = ["browser"]')
    manifest = manifest.replace('exclude = [".gradus"]', "")
    (copy / "Cargo.toml").write_text(manifest)
    return copy


class Kernel:
    """A kernel and the time since its start was asked for."""

    def __init__(self, name, folder, environment):
        self.begin = time.monotonic()
        self.manager = KernelManager(kernel_name=name)
        self.log = open(BENCH / f"{name}.log", "a")
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **environment}, stderr=self.log, stdout=self.log)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=7200)
        self.ready = time.monotonic() - self.begin

    def run(self, cell):
        begin, errors, results = time.monotonic(), [], []

        def hook(message):
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                errors.append(content["evalue"])
            elif kind == "execute_result":
                results.append(content["data"].get("text/plain", ""))

        self.client.execute_interactive(cell, output_hook=hook, timeout=7200)
        if errors:
            raise SystemExit(f"cell fails: {cell}\n" + "\n".join(errors))
        self.result = results[-1] if results else None
        return time.monotonic() - begin

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.log.close()


def measure(start, path):
    kernel = start()
    for cell in FIRST:
        kernel.run(cell.format(path=path))
    first = time.monotonic() - kernel.begin
    later = [kernel.run(cell) for cell in LATER]
    ready = kernel.ready
    kernel.end()
    return ready, first, statistics.median(later)


def one_library(kernel, path):
    kernel.run(FIRST[0].format(path=path))
    addresses = set()
    for cell in ADDRESS:
        kernel.run(cell)
        addresses.add(kernel.result)
    return "yes" if len(addresses) == 1 else "no, a copy in each cell"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours-only", action="store_true", help="without the stock kernel, whose first run compiles")
    arguments = parser.parse_args()
    BENCH.mkdir(parents=True, exist_ok=True)
    specs = tempfile.TemporaryDirectory(prefix="gradus-bench-")
    spec = Path(specs.name) / "kernels" / "stock"
    spec.mkdir(parents=True)
    command = {"argv": [evcxr(), "--control_file", "{connection_file}"], "display_name": "stock", "language": "rust"}
    (spec / "kernel.json").write_text(json.dumps({**command, "interrupt_mode": "message"}))
    os.environ["JUPYTER_PATH"] = os.pathsep.join([specs.name, str(ROOT / ".gradus" / "jupyter")])

    # The notebook's folder, so that `..` is the project.
    def ours():
        return Kernel("gradus", ROOT / "notebooks", {})

    rlib = rlib_copy()
    work = BENCH / "stock-work"
    work.mkdir(exist_ok=True)

    def stock():
        return Kernel("stock", BENCH, {"EVCXR_TMPDIR": str(work), "RUSTFLAGS": ""})

    rows = {"gradus": [], "stock": []}
    if not arguments.ours_only:
        print("the stock kernel once, not measured (compiles where it has not yet) …", flush=True)
        begin = time.monotonic()
        measure(stock, rlib)
        print(f"  {time.monotonic() - begin:.0f} s", flush=True)
    for index in range(arguments.rounds):
        pair = [("gradus", ours, "..")] + ([] if arguments.ours_only else [("stock", stock, rlib)])
        for name, start, path in pair if index % 2 == 0 else reversed(pair):
            ready, first, later = measure(start, path)
            rows[name].append((ready, first, later))
            print(f"  {name:7} ready {ready:5.1f} s   ready + :dep + first let {first:5.1f} s   later cell {later:.2f} s", flush=True)

    def middle(name, column):
        return statistics.median(row[column] for row in rows[name])

    for column, what in [(1, "start + :dep + first let"), (2, "later cells, median of 15")]:
        line = f"{what:26} gradus {middle('gradus', column):6.2f} s"
        if rows["stock"]:
            line += f"   stock {middle('stock', column):6.2f} s   {middle('stock', column) / middle('gradus', column):.1f} times quicker"
        print(line)

    two = [ours(), ours()]
    for kernel in two:
        for cell in FIRST:
            kernel.run(cell.format(path=".."))
    two[0].run("let mine = 1;")
    two[1].run("let mine = 2;")
    two[0].run("mine")
    kept = two[0].result
    two[1].run("mine")
    print(f"two kernels at once        both warm, variables kept apart: {(kept, two[1].result) == ('1', '2')}")
    two[1].end()
    print(f"one library in the process gradus: {one_library(two[0], '..')}", end="")
    if rows["stock"]:
        other = stock()
        print(f"   stock: {one_library(other, rlib)}", end="")
        other.end()
    print()
    two[0].end()
    specs.cleanup()


if __name__ == "__main__":
    main()
