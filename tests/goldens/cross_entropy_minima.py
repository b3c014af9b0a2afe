"""Makes cross_entropy_minima.json: the minima that scikit-learn finds, for tests/linear/classifier_descent.rs.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python tests/goldens/cross_entropy_minima.py
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")
random = numpy.random.default_rng(4)


def examples(classes, rows=60, features=3):
    """Overlapping clouds, one a class; the classes are not of one size."""
    labels = numpy.sort(random.choice(classes, size=rows, p=numpy.arange(1, classes + 1) / sum(range(1, classes + 1))))
    labels[:classes] = range(classes)
    centers = random.normal(size=(classes, features))
    return numpy.round(centers[labels] + 1.3 * random.normal(size=(rows, features)), 3), labels


sets = {"two": examples(2), "three": examples(3)}
sample_weights = numpy.round(random.uniform(0.2, 3.0, size=60), 3)


def minimum(name, of, C=0.5, weighted=False, **parameters):
    parameters = {"solver": "newton-cholesky", "tol": 1e-13, "max_iter": 10**6, **parameters}
    x, y = sets[of]
    fit = LogisticRegression(C=C, **parameters).fit(x, y, sample_weight=sample_weights if weighted else None)
    return {
        "name": name,
        "of": of,
        "C": C,
        "weighted": weighted,
        "weights": fit.coef_.T.tolist(),
        "intercepts": numpy.atleast_1d(fit.intercept_).tolist(),
        "first_probabilities": fit.predict_proba(x)[0].tolist(),
    }


golden = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "sets": {name: {"x": x.tolist(), "y": y.astype(float).tolist()} for name, (x, y) in sets.items()},
    "sample_weights": sample_weights.tolist(),
    "minima": [
        minimum("plain", "two"),
        minimum("no intercept", "two", fit_intercept=False),
        minimum("weighted", "two", weighted=True),
        minimum("balanced", "two", class_weight="balanced"),
        minimum("balanced and weighted", "two", weighted=True, class_weight="balanced"),
        minimum("given", "two", class_weight={0: 4.0, 1: 1.0}),
        minimum("l1", "two", C=0.25, solver="saga", l1_ratio=1.0),
        minimum("plain", "three"),
        minimum("balanced and weighted", "three", weighted=True, class_weight="balanced"),
        minimum("l1", "three", C=0.25, solver="saga", l1_ratio=1.0),
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
