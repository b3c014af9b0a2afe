"""Makes logistic.json: scikit-learn's and statsmodels' logistic and softmax regression, for tests/linear/maximum_likelihood.rs.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 statsmodels==0.15.0 && \\
    venv/bin/python tests/goldens/logistic.py
"""

import json
import pathlib
import warnings

import numpy
import sklearn
import statsmodels
import statsmodels.api as models
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
cancer, iris, digits = datasets.load_breast_cancer(), datasets.load_iris(), datasets.load_digits()
cancer.target = 1 - cancer.target
standard = StandardScaler().fit_transform(cancer.data)
flowers = StandardScaler().fit_transform(iris.data)
# gradus counts benign as 0 and malignant as 1: in the order of the names.
weights = 0.5 + numpy.arange(len(standard)) % 3
TIGHT = {"tol": 1e-12, "max_iter": 100_000}


def fitted(model, x, y, **options):
    model = model.fit(x, y, **options)
    if isinstance(model, OneVsRestClassifier):
        coefficients = [each.coef_[0].tolist() for each in model.estimators_]
        intercepts = [float(each.intercept_[0]) for each in model.estimators_]
    else:
        coefficients, intercepts = model.coef_.tolist(), numpy.atleast_1d(model.intercept_).tolist()
    return {"coefficients": coefficients, "intercepts": intercepts, "probabilities": model.predict_proba(x)[:5].tolist()}


def newton(**options):
    return LogisticRegression(solver="newton-cholesky", **TIGHT, **options)


def saga(**options):
    return LogisticRegression(solver="saga", random_state=0, tol=1e-13, max_iter=400_000, **options)


def statistics(result):
    # statsmodels seeks the likelihood without features by steps and keeps 8 digits of it; its formula keeps them all.
    counts = numpy.bincount(numpy.asarray(result.model.endog).astype(int))
    null = (counts * numpy.log(counts / counts.sum())).sum()
    return {
        "values": numpy.asarray(result.params).T.tolist(),
        "errors": numpy.asarray(result.bse).T.tolist(),
        "z": numpy.asarray(result.tvalues).T.tolist(),
        "p": numpy.asarray(result.pvalues).T.tolist(),
        "log_likelihood": float(result.llf),
        "pseudo_r_squared": float(1 - result.llf / null),
    }


two = numpy.column_stack([cancer.data[:, 1], cancer.data[:, 9]])  # mean texture, mean fractal dimension: they overlap
sepal = iris.data[:, :2]
kind = (iris.target > 1).astype(int)  # virginica against the rest
golden = {
    "versions": {"scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__},
    "cancer": {
        "l2": fitted(newton(C=1.0), standard, cancer.target),
        "strong_l2": fitted(newton(C=0.01), standard, cancer.target),
        "no_intercept": fitted(newton(C=1.0, fit_intercept=False), standard, cancer.target),
        "balanced": fitted(newton(C=1.0, class_weight="balanced"), standard, cancer.target),
        "given": fitted(newton(C=1.0, class_weight={0: 3.0, 1: 0.5}), standard, cancer.target),
        "sample_weights": fitted(newton(C=1.0), standard, cancer.target, sample_weight=weights),
        "balanced_sample_weights": fitted(
            newton(C=1.0, class_weight="balanced"), standard, cancer.target, sample_weight=weights
        ),
        "unscaled": fitted(newton(C=1.0), cancer.data, cancer.target),
        "l1": fitted(saga(C=0.1, l1_ratio=1.0), standard, cancer.target),
        "elastic_net": fitted(saga(C=0.2, l1_ratio=0.5), standard, cancer.target),
        "none": fitted(newton(C=numpy.inf), StandardScaler().fit_transform(two), cancer.target),
    },
    "iris": {
        "l2": fitted(newton(C=1.0), iris.data, iris.target),
        "weak_l2": fitted(newton(C=100.0), iris.data, iris.target),
        "balanced": fitted(newton(C=1.0, class_weight={0: 1.0, 1: 2.0, 2: 0.5}), iris.data, iris.target),
        "one_vs_rest": fitted(OneVsRestClassifier(newton(C=1.0)), iris.data, iris.target),
        "one_vs_rest_balanced": fitted(
            OneVsRestClassifier(newton(C=1.0, class_weight="balanced")), iris.data, iris.target
        ),
        "elastic_net": fitted(saga(C=1.0, l1_ratio=0.5), flowers, iris.target),
        "l1": fitted(saga(C=1.0, l1_ratio=1.0), flowers, iris.target),
    },
    "digits": {"l2": fitted(newton(C=1.0), digits.data, digits.target)},
    "logit": statistics(models.Logit(kind, models.add_constant(iris.data)).fit(method="newton", tol=1e-12, disp=0)),
    "multinomial": statistics(
        models.MNLogit((numpy.arange(150) * 7 % 3 + iris.target) % 3, models.add_constant(sepal)).fit(
            method="newton", tol=1e-12, disp=0
        )
    ),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n", encoding="utf-8")
