"""Metrics against scikit-learn, in turn on the same table.

    python benches/metrics.py [--rows 1000000] [--classes 5] [--rounds 5]

Needs numpy and scikit-learn. Prints each metric's medians, the ratio, and how far the two values are apart.
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy
from sklearn import metrics
from program import built


def fastest(work):
    """The fastest of two calls, and its value."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        value = work()
        taken.append(time.perf_counter() - start)
    return min(taken), value


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--classes", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()

    program = built("metrics")

    generator = numpy.random.default_rng(1)
    binary = (generator.random(options.rows) < 0.3).astype(float)
    score = 1 / (1 + numpy.exp(-generator.standard_normal(options.rows) - 1.5 * binary + 1.0))
    rounded = numpy.round(score, 3)
    truth = generator.integers(options.classes, size=options.rows).astype(float)
    logits = generator.standard_normal((options.rows, options.classes))
    logits[numpy.arange(options.rows), truth.astype(int)] += 1.5
    probabilities = numpy.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1).astype(float)
    theirs = {
        "AUC": lambda: metrics.roc_auc_score(binary, score),
        "AUC, ties": lambda: metrics.roc_auc_score(binary, rounded),
        "AUC, one-vs-rest": lambda: metrics.roc_auc_score(truth, probabilities, multi_class="ovr"),
        "AUC, one-vs-one": lambda: metrics.roc_auc_score(
            truth, probabilities, multi_class="ovo", average="weighted"
        ),
        "average precision": lambda: metrics.average_precision_score(binary, score),
        "log loss": lambda: metrics.log_loss(truth, probabilities),
        "log loss, two classes": lambda: metrics.log_loss(binary, score),
        "Brier": lambda: metrics.brier_score_loss(binary, score),
        "Brier, several classes": lambda: metrics.brier_score_loss(truth, probabilities),
        "accuracy": lambda: metrics.accuracy_score(truth, predicted),
        "confusion matrix": lambda: metrics.confusion_matrix(truth, predicted)[0, 1],
        "report": lambda: metrics.classification_report(truth, predicted, output_dict=True)["macro avg"]["f1-score"],
    }
    times = {name: [] for name in theirs}
    apart = dict.fromkeys(theirs, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table"
        with table.open("wb") as file:
            for values in [binary, score, rounded, truth, predicted, probabilities]:
                values.tofile(file)
        for _ in range(options.rounds):
            command = [program, table, str(options.rows), str(options.classes)]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            for line in lines:
                name, ours, value = line.split("\t")
                taken, their_value = fastest(theirs[name])
                times[name].append((float(ours), taken))
                apart[name] = max(apart[name], abs(float(value) - their_value))
    for name, pairs in times.items():
        ratios = sorted(other / ours for ours, other in pairs)
        ours, other = (statistics.median(column) * 1e3 for column in zip(*pairs))
        print(
            f"{name:23} gradus {ours:7.2f} ms   scikit-learn {other:8.2f} ms   {statistics.median(ratios):6.1f} ×"
            f" ({ratios[0]:.1f} … {ratios[-1]:.1f})   apart {apart[name]:.1e}"
        )
    assert max(apart.values()) < 1e-12, "the values differ"


if __name__ == "__main__":
    main()
