"""Closed-form regression against NumPy and scikit-learn, in turn on the same table.

    python benches/closed_form.py [--rows 1000000] [--columns 50] [--rounds 7] [--nist DIR]

Needs numpy and scikit-learn. Prints each program's median, the ratios, and how many digits of NIST's certified values
`numpy.linalg.lstsq` keeps (the test `nist` prints ours).
"""

import argparse
import math
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy
from sklearn.linear_model import LinearRegression
from program import built


def seconds(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def digits_of_lstsq(folder):
    for name, powers in [("Norris", 1), ("Pontius", 2), ("Longley", 1), ("Wampler1", 5)]:
        head, data = (Path(folder) / f"{name}.dat").read_text().rsplit("Data:", 1)
        words = [line.split() for line in head.splitlines() if line.strip().startswith("B")]
        certified = numpy.array([float(line[1]) for line in words if len(line) == 3])
        rows = []
        for line in data.splitlines():
            try:
                rows.append([float(word) for word in line.split()])
            except ValueError:
                continue
        table = numpy.array([row for row in rows if len(row) > 1])
        x = table[:, 1:] if powers == 1 else table[:, 1:2] ** numpy.arange(1, powers + 1)
        x = numpy.column_stack([numpy.ones(len(x)), x])
        found = numpy.linalg.lstsq(x, table[:, 0], rcond=None)[0]
        error = numpy.max(numpy.abs((found - certified) / certified))
        print(f"lstsq keeps {min(15.0, -math.log10(error)) if error else 15.0:4.1f} digits of {name}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--columns", type=int, default=50)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--nist")
    options = arguments.parse_args()

    program = built("closed_form")

    generator = numpy.random.default_rng(1)
    x = generator.standard_normal((options.rows, options.columns)) + 1.0
    y = x @ generator.standard_normal(options.columns) + generator.standard_normal(options.rows)
    times = {"gradus": [], "solve(X.T@X, X.T@y)": [], "scikit-learn": []}
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table"
        with table.open("wb") as file:
            x.tofile(file)
            y.tofile(file)
        for _ in range(options.rounds):
            # Two fits a process: the first also pays for the first touch of its threads and buffers.
            command = [program, table, str(options.rows), str(options.columns), "2"]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            times["gradus"].append(min(float(line.split()[1]) for line in lines if line.startswith("seconds")))
            weights = numpy.array(eval(next(line for line in lines if line.startswith("weights"))[8:]))
            extra = [line.split()[1] for line in lines if line.startswith("extra")]
            normal = min(seconds(lambda: numpy.linalg.solve(x.T @ x, x.T @ y))[0] for _ in range(2))
            times["solve(X.T@X, X.T@y)"].append(normal)
            taken, model = seconds(lambda: LinearRegression().fit(x, y))
            times["scikit-learn"].append(taken)
            assert numpy.allclose(weights, model.coef_, rtol=1e-9), "the weights differ"
    for name, taken in times.items():
        ratios = sorted(other / ours for other, ours in zip(taken, times["gradus"]))
        middle, least, most = statistics.median(ratios), ratios[0], ratios[-1]
        print(f"{name:22} {statistics.median(taken):7.3f} s   {middle:6.2f} × gradus ({least:.2f} … {most:.2f})")
    print(f"gradus' peak memory beyond X: {extra[0] if extra else '?'} × X")
    if options.nist:
        digits_of_lstsq(options.nist)


if __name__ == "__main__":
    main()
