"""Logistic and softmax regression against scikit-learn and linfa, in turn on the same tables, to the same gradient norm.

    python benches/logistic.py [--rows 500000] [--columns 50] [--rounds 5] [--solver automatic|newton|lbfgs]

Needs numpy and scikit-learn. scikit-learn fits with lbfgs first; the largest derivative of J it ends with is computed here
and is the mark that gradus must reach, by the same computation. linfa (logistic regression only) is asked for the same mark.
"""

import argparse
import statistics
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from program import ROOT, built

warnings.simplefilter("ignore")


def largest_derivative(x, y, weights, intercepts):
    """Of J = mean loss + |W|^2 / 2n, that is C = 1; weights k x d."""
    scores = x @ weights.T + intercepts
    if len(weights) == 1:
        residuals = 1 / (1 + numpy.exp(-scores)) - y[:, None]
    else:
        scores -= scores.max(axis=1, keepdims=True)
        residuals = numpy.exp(scores) / numpy.exp(scores).sum(axis=1, keepdims=True) - numpy.eye(len(weights))[y.astype(int)]
    return max(abs(residuals.T @ x / len(x) + weights / len(x)).max(), abs(residuals.mean(axis=0)).max())


def read(lines, word):
    return numpy.array(eval(next(line for line in lines if line.startswith(word))[len(word):]))


def compare(program, linfa, name, x, y, options, sklearn_options, tolerance):
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table"
        with table.open("wb") as file:
            x.tofile(file)
            y.astype(float).tofile(file)
        ratios, ours, theirs, linfas = [], [], [], []
        for _ in range(options.rounds):
            start = time.perf_counter()
            model = LogisticRegression(C=1.0, solver="lbfgs", **sklearn_options).fit(x, y)
            theirs.append(time.perf_counter() - start)
            mark = largest_derivative(x, y, model.coef_, model.intercept_)
            # Two fits a process: the first also pays for the first touch of its threads and buffers.
            size = [str(size) for size in x.shape]
            command = [program, table, name, *size, "2", str(tolerance), options.solver]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            ours.append(min(float(line.split()[1]) for line in lines if line.startswith("seconds")))
            intercepts = read(lines, "intercepts")
            scores = 1 if name == "logistic" else len(intercepts)
            weights = read(lines, "weights").reshape(scores, -1)
            reached = largest_derivative(x, y, weights, intercepts)
            ratios.append(theirs[-1] / ours[-1])
            if linfa:
                # Its tolerance is for the gradient of the sum.
                command = [linfa, table, *size, str(mark * len(x))]
                found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
                linfas.append((float(found[0].split()[1]), ours[-1]))
                linfa_mark = largest_derivative(x, y, read(found, "weights")[None, :], read(found, "intercepts"))
        steps = next(line for line in lines if line.startswith("steps"))
        print(f"{name} {x.shape}: scikit-learn {statistics.median(theirs):.4f} s, {model.n_iter_[0]} steps, {mark:.1e}")
        print(f"  gradus {statistics.median(ours):.4f} s, {steps}, {reached:.1e} in the same units")
        print(f"  {statistics.median(ratios):.2f} times faster ({min(ratios):.2f} ... {max(ratios):.2f})")
        if linfas:
            ratios = sorted(their / our for their, our in linfas)
            print(f"  linfa {statistics.median(their for their, _ in linfas):.4f} s, {linfa_mark:.1e}")
            print(f"  {statistics.median(ratios):.2f} times faster ({ratios[0]:.2f} ... {ratios[-1]:.2f})")
        assert reached <= mark, f"gradus stopped at {reached}, scikit-learn at {mark}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=500_000)
    arguments.add_argument("--columns", type=int, default=50)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--solver", default="automatic")
    options = arguments.parse_args()
    program = built("logistic")
    manifest = ["--manifest-path", "benches/linfa/Cargo.toml", "--target-dir", "target/linfa"]
    subprocess.run(["cargo", "build", "--release", *manifest], cwd=ROOT, check=True)
    linfa = ROOT / "target/linfa/release/linfa-side"

    digits = load_digits()
    compare(program, None, "softmax", digits.data, digits.target, options, {"max_iter": 10_000}, 1e-6)
    generator = numpy.random.default_rng(1)
    x = generator.standard_normal((options.rows, options.columns))
    chance = 1 / (1 + numpy.exp(-(x @ generator.standard_normal(options.columns) / 3 - 0.5)))
    y = (generator.random(options.rows) < chance).astype(float)
    compare(program, linfa, "logistic", x, y, options, {}, 1e-5)


if __name__ == "__main__":
    main()
