"""Makes scores.json: what scikit-learn says about classes and probabilities, for tests/metrics/scores.rs.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python tests/goldens/scores.py
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
random = numpy.random.default_rng(11)


def case(rows, classes, decimals, never=None):
    """`never`: a class that occurs, but is never the most probable one."""
    actual = random.integers(classes, size=rows)
    actual[:classes] = range(classes)
    scores = random.normal(size=(rows, classes))
    scores[range(rows), actual] += 1.0
    if never is not None:
        scores[:, never] = -9.0
    scores = numpy.round(scores, decimals)
    exponentials = numpy.exp(scores)
    # Rounded, so that no two differ by less than a reader of JSON keeps.
    probabilities = numpy.round(exponentials / exponentials.sum(axis=1, keepdims=True), 9)
    predicted = probabilities.argmax(axis=1)
    golden = {
        "classes": classes,
        "actual": actual.astype(float).tolist(),
        "predicted": predicted.astype(float).tolist(),
        "probabilities": probabilities.tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(actual, predicted),
        "matthews": metrics.matthews_corrcoef(actual, predicted),
        "log_loss": metrics.log_loss(actual, probabilities),
        "hinge": metrics.hinge_loss(actual, scores) if classes > 2 else
                 metrics.hinge_loss(actual, scores[:, 1] - scores[:, 0]),
        "scores": scores.tolist(),
        "brier": metrics.brier_score_loss(actual, probabilities if classes > 2 else probabilities[:, 1]),
        "report": metrics.classification_report(actual, predicted, output_dict=True),
    }
    for average in ("micro", "macro", "weighted"):
        golden[average] = [
            metrics.precision_score(actual, predicted, average=average),
            metrics.recall_score(actual, predicted, average=average),
            metrics.f1_score(actual, predicted, average=average),
            metrics.fbeta_score(actual, predicted, beta=2, average=average),
        ]
    if classes > 2:
        golden["top_2"] = metrics.top_k_accuracy_score(actual, scores, k=2)
        golden["roc_auc"] = [
            metrics.roc_auc_score(actual, probabilities, multi_class=pairing, average=average)
            for pairing in ("ovr", "ovo") for average in ("macro", "weighted")
        ]
    return golden


def regression(rows):
    actual, predicted = random.normal(size=rows), random.normal(size=rows)
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "median_absolute_error": metrics.median_absolute_error(actual, predicted),
        "max_error": metrics.max_error(actual, predicted),
    }


golden = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "classification": [case(60, 2, 1), case(200, 3, 0), case(150, 4, 1, never=2), case(80, 3, 6)],
    "regression": [regression(7), regression(20), regression(1)],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n", encoding="utf-8")
