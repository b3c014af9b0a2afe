"""Training steps of networks on a GPU, against our CPU and, where it has CUDA, PyTorch.

    python benches/gpu.py [--device gpu] [--rounds 3] [--only 784,128,10:128] [--save]

ReLU networks with softmax and Adam (1e-3) on random examples that lie on the device. A step is what trains on one batch:
gathering it, forward, backward, update. Mixed precision is the one of `Precision::Mixed`. PyTorch runs eagerly, compiled, and
as a CUDA graph, each in strict f32 and in TF32.
The shares are of the device's arithmetic and of its memory's bandwidth: how many operations and bytes the step needs at
least, over its time. Give `--tflops` and `--bandwidth` (GB/s) where the device is not in the list below. `--save` writes the
table to benches/results, named by the device.
"""

import argparse
import datetime
import platform
import re
import subprocess
import sys

from program import ROOT, built

NETWORKS = [("784,128,10", 128), ("784,1024,1024,10", 128), ("784,1024,1024,10", 4096)]

# f32 operations (10^12 a second, without tensor cores) and bandwidth (GB/s), from the makers' data sheets.
PEAKS = {"H200": (66.9, 4800), "H100": (66.9, 3350), "A100": (19.5, 2039), "RTX 4090": (82.6, 1008), "L4": (30.3, 300)}


def needs(sizes, batch):
    """Operations and bytes of a step: three products a layer, but two for the first; each parameter is read forward and
    backward, and six times by Adam with its memory; each value is written and read on both ways."""
    pairs = list(zip(sizes, sizes[1:]))
    parameters = sum((inputs + 1) * units for inputs, units in pairs)
    operations = 6 * batch * sum(inputs * units for inputs, units in pairs) - 2 * batch * pairs[0][0] * pairs[0][1]
    values = batch * (sizes[0] + 4 * sum(sizes[1:]))
    return operations, 4 * (8 * parameters + values)


def run(command):
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if found.returncode != 0:
        return None, (found.stderr.strip().splitlines() or ["it failed"])[-1]
    lines = dict(line.split(" ", 1) for line in found.stdout.splitlines() if re.match(r"(seconds|device) ", line))
    return (float(lines["seconds"]), lines.get("device", "")), None


def torch_steps(way, precision, sizes, batch, place="cuda"):
    """Seconds a step of PyTorch, the best of 20 epochs."""
    import time

    import torch

    torch.set_float32_matmul_precision("high" if precision == "TF32" else "highest")
    torch.backends.cuda.matmul.allow_tf32 = precision == "TF32"
    generator = torch.Generator().manual_seed(1)
    x = (torch.rand(batch * 20, sizes[0], generator=generator) * 2 - 1).to(place)
    y = (torch.arange(batch * 20) % sizes[-1]).to(place)
    layers = []
    for inputs, units in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1]).to(place)
    graph = way == "CUDA graph"
    # What PyTorch has that is fastest: one kernel for all parameters.
    options = {"fused": True} if place == "cuda" else {}
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, capturable=graph, **options)
    loss = torch.nn.functional.cross_entropy

    def step(rows):
        optimizer.zero_grad(set_to_none=not graph)
        loss(model(x[rows]), y[rows]).backward()
        optimizer.step()

    if way == "compiled":
        forward = torch.compile(lambda rows: loss(model(x[rows]), y[rows]), mode="max-autotune-no-cudagraphs")

        def step(rows):
            optimizer.zero_grad()
            forward(rows).backward()
            optimizer.step()

    rows = torch.arange(batch, device=place)
    if graph:
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(5):
                step(rows)
        torch.cuda.current_stream().wait_stream(stream)
        captured = torch.cuda.CUDAGraph()
        with torch.cuda.graph(captured):
            step(rows)

    def epoch():
        for batch_rows in torch.randperm(len(x), device=place).split(batch):
            if graph:
                rows.copy_(batch_rows)
                captured.replay()
            else:
                step(batch_rows)
        if place == "cuda":
            torch.cuda.synchronize()

    epochs = 20 if place == "cuda" else 1
    for _ in range(2):
        epoch()
    best = float("inf")
    for _ in range(epochs):
        start = time.perf_counter()
        for _ in range(10):
            epoch()
        best = min(best, (time.perf_counter() - start) / 200)
    print("seconds", best)


def torch_rows():
    """What PyTorch can run here, or why not."""
    try:
        import torch
    except ImportError:
        return [], "PyTorch is not installed: `pip install torch` in this Python"
    if not torch.cuda.is_available():
        return [], "PyTorch sees no CUDA"
    ways = ["eager", "compiled", "CUDA graph"]
    return [(f"PyTorch {way}", precision) for precision in ["f32", "TF32"] for way in ways], None


def said(seconds):
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--device", default="gpu", help="`gpu`, or a part of a graphics processor's name")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--epochs", type=int, default=5)
    arguments.add_argument("--only", help="SIZES:BATCH")
    arguments.add_argument("--tflops", type=float)
    arguments.add_argument("--bandwidth", type=float)
    arguments.add_argument("--save", action="store_true")
    arguments.add_argument("--torch", nargs=5, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.torch:
        way, precision, sizes, batch, place = options.torch
        return torch_steps(way, precision, [int(size) for size in sizes.split(",")], int(batch), place)
    networks = NETWORKS
    if options.only:
        sizes, batch = options.only.split(":")
        networks = [(sizes, int(batch))]
    program = built("gpu")
    peers, reason = torch_rows()
    lines, name = [], options.device
    for sizes, batch in networks:
        widths = [int(size) for size in sizes.split(",")]
        commands = {
            ("gradus GPU", "f32"): [program, sizes, str(batch), str(options.epochs), options.device, "full"],
            ("gradus GPU", "mixed"): [program, sizes, str(batch), str(options.epochs), options.device, "mixed"],
            ("gradus CPU", "f32"): [program, sizes, str(batch), "1", "cpu", "full"],
        }
        for peer, precision in peers:
            way = peer.removeprefix("PyTorch ")
            commands[peer, precision] = [sys.executable, __file__, "--torch", way, precision, sizes, str(batch), "cuda"]
        best, notes = {}, {}
        # In turn, so that all meet the same machine.
        for _ in range(options.rounds):
            for key, command in commands.items():
                found, problem = run(command)
                if problem:
                    notes[key] = problem
                    continue
                best[key] = min(best.get(key, float("inf")), found[0])
                notes[key] = found[1]
        ours = ("gradus GPU", "f32")
        if ours in best:
            name = notes[ours].rsplit(": ", 1)[0]
        peak = next((peak for known, peak in PEAKS.items() if known in name), (None, None))
        tflops, bandwidth = options.tflops or peak[0], options.bandwidth or peak[1]
        operations, moved = needs(widths, batch)
        for key in commands:
            if key not in best:
                lines.append(f"| {sizes} | {batch} | {key[0]} | {key[1]} | – | – | – | – | {notes.get(key, '')} |")
                continue
            seconds = best[key]
            ratio = f"{seconds / best[ours]:.3g}" if ours in best else "–"
            # Mixed precision has another arithmetic and fewer bytes.
            on_device = key[0] != "gradus CPU" and key[1] != "mixed"
            share = [
                f"{amount / seconds / limit:.1%}" if limit and on_device else "–"
                for amount, limit in [(operations, tflops and tflops * 1e12), (moved, bandwidth and bandwidth * 1e9)]
            ]
            note = notes[key] if key[0].startswith("gradus") else ""
            lines.append(f"| {sizes} | {batch} | {key[0]} | {key[1]} | {said(seconds)} | {ratio} | {share[0]} | {share[1]} | {note} |")
            print(lines[-1], flush=True)
    heading = [
        f"# Training steps on {name}",
        "",
        f"{datetime.date.today()}, {platform.system()}. Best of {options.rounds} rounds in turn; ratio: how many times the time of gradus on the GPU.",
        "",
        "| network | batch | what | precision | a step | ratio | of the arithmetic | of the bandwidth | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    table = "\n".join(heading + lines) + "\n"
    if reason:
        table += f"\nWithout PyTorch on CUDA: {reason}.\n"
    listed = subprocess.run([program, "list"], cwd=ROOT, capture_output=True, text=True).stdout
    table += "\n```text\n" + listed.strip() + "\n```\n"
    print(table)
    if options.save:
        folder = ROOT / "benches/results"
        folder.mkdir(exist_ok=True)
        file = folder / (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".md")
        file.write_text(table, encoding="utf-8")
        print(f"written to {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
