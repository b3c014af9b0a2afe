"""Makes classification.json: what scikit-learn says about labels and scores, for tests/metrics/main.rs.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python tests/goldens/classification.py
"""

import json
import pathlib

import numpy
import sklearn
from sklearn import metrics

random = numpy.random.default_rng(7)


def curves(actual, scores):
    fpr, tpr, thresholds = metrics.roc_curve(actual, scores)
    precision, recall, cuts = metrics.precision_recall_curve(actual, scores)
    return {
        "actual": actual.tolist(),
        "scores": scores.tolist(),
        "fpr": fpr.tolist(),
        "tpr": tpr.tolist(),
        # The first is infinite, which JSON does not know.
        "roc_thresholds": thresholds[1:].tolist(),
        "auc": metrics.roc_auc_score(actual, scores),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "pr_thresholds": cuts.tolist(),
        "average_precision": metrics.average_precision_score(actual, scores),
    }


def random_curves(rows, share, decimals):
    actual = (random.random(rows) < share).astype(float)
    actual[:2] = [0, 1]
    # Rounding makes ties, within and between the classes.
    return curves(actual, numpy.round(random.normal(actual, 1.0), decimals))


def confusion(rows, classes):
    actual = random.integers(classes, size=rows)
    predicted = numpy.where(random.random(rows) < 0.6, actual, random.integers(classes, size=rows))
    # The last class never occurs and is never predicted.
    labels = range(classes + 1)
    matrix = {way: metrics.confusion_matrix(actual, predicted, labels=labels, normalize=way).tolist()
              for way in ("true", "pred", "all")}
    return {
        "classes": classes + 1,
        "actual": actual.astype(float).tolist(),
        "predicted": predicted.astype(float).tolist(),
        "counts": metrics.confusion_matrix(actual, predicted, labels=labels).tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        **matrix,
    }


golden = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "curves": [
        random_curves(40, 0.5, 1),
        random_curves(300, 0.1, 1),
        random_curves(300, 0.5, 0),
        random_curves(120, 0.7, 8),
        curves(numpy.array([0.0, 1.0]), numpy.array([0.5, 0.5])),
        curves(numpy.array([0.0, 0.0, 1.0, 1.0]), numpy.array([-2.0, -1.0, 1.0, 3.0])),
    ],
    "confusion": [confusion(50, 2), confusion(400, 5)],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n", encoding="utf-8")
