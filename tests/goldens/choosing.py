"""Makes choosing.json: what scikit-learn says about folds, cross-validation and searches, for tests/select/.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python tests/goldens/choosing.py
"""

import json
import pathlib

import numpy
import sklearn
from sklearn import datasets, linear_model, model_selection, pipeline, preprocessing
from sklearn.base import BaseEstimator, ClassifierMixin

random = numpy.random.default_rng(5)


def rows(splits):
    return [[train.tolist(), validation.tolist()] for train, validation in splits]


def stratified_before_0_22(labels, folds):
    """Each class cut by `KFold` alone, the pieces put together: how StratifiedKFold worked before 0.22."""
    fold_of = numpy.empty(len(labels), dtype=int)
    for label in numpy.unique(labels):
        own = numpy.flatnonzero(labels == label)
        for fold, (_, validation) in enumerate(model_selection.KFold(folds).split(own)):
            fold_of[own[validation]] = fold
    return [(numpy.flatnonzero(fold_of != fold), numpy.flatnonzero(fold_of == fold)) for fold in range(folds)]


splits = {"k_fold": [], "stratified": [], "contiguous": [], "group": [], "time": []}
for count, folds in [(10, 5), (11, 3), (7, 7), (442, 10)]:
    found = model_selection.KFold(folds).split(numpy.zeros(count))
    splits["k_fold"].append({"rows": count, "folds": folds, "splits": rows(found)})
for counts, folds in [((16, 23, 21), 5), ((7, 4, 9, 5), 3), ((4, 4), 4), ((50, 50, 50), 7), ((3, 40, 11), 3)]:
    labels = random.permutation(numpy.repeat(numpy.arange(len(counts)), counts))
    case = {"labels": labels.tolist(), "folds": folds}
    found = model_selection.StratifiedKFold(folds).split(labels, labels)
    splits["stratified"].append({**case, "splits": rows(found)})
    splits["contiguous"].append({**case, "splits": rows(stratified_before_0_22(labels, folds))})
for names, count, folds in [(6, 40, 3), (12, 100, 5), (4, 30, 4), (10, 10, 3)]:
    groups = random.permutation(numpy.concatenate([numpy.arange(names), random.integers(names, size=count - names)]))
    found = model_selection.GroupKFold(folds).split(groups, groups=groups)
    splits["group"].append({"groups": groups.tolist(), "folds": folds, "splits": rows(found)})
for count, options in [
    (20, {"n_splits": 4}), (23, {"n_splits": 3, "gap": 2}), (30, {"n_splits": 5, "max_train_size": 8}),
    (17, {"n_splits": 3, "gap": 1, "max_train_size": 5, "test_size": 2}),
]:
    found = model_selection.TimeSeriesSplit(**options).split(numpy.zeros(count))
    splits["time"].append({"rows": count, "options": options, "splits": rows(found)})

diabetes = datasets.load_diabetes(scaled=False)
x, y = diabetes.data, diabetes.target
folds = model_selection.KFold(5)
measures = {"r2": 1, "neg_mean_squared_error": -1, "neg_mean_absolute_error": -1}


def regression(model, x, y):
    found = model_selection.cross_validate(model, x, y, cv=folds, scoring=list(measures), return_train_score=True)
    return {part: {name: (sign * found[f"{part}_{name}"]).tolist() for name, sign in measures.items()}
            for part in ("train", "test")}


# 440 rows: each training part has 352, so that one α is one λ = α / 352.
even = slice(0, 440)
ridge = linear_model.Ridge(alpha=352 * 0.1)
grid = model_selection.GridSearchCV(
    pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()),
    {"ridge__alpha": [352 * penalty for penalty in (0.0, 1e-3, 1e-2, 0.1, 1.0, 10.0)]}, cv=folds,
).fit(x[even], y[even])
sizes, train, test = model_selection.learning_curve(linear_model.LinearRegression(), x, y, cv=folds)
_, value_train, value_test = (None, *model_selection.validation_curve(
    pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.Ridge()), x[even], y[even],
    param_name="ridge__alpha", param_range=[352 * 1e-2, 352 * 1.0], cv=folds))


class NearestCentroid(ClassifierMixin, BaseEstimator):
    """The class whose mean is nearest; probabilities are the softmax of −½ of the squared distances."""

    def fit(self, x, y):
        self.classes_ = numpy.unique(y)
        self.means_ = numpy.array([x[y == label].mean(axis=0) for label in self.classes_])
        return self

    def predict_proba(self, x):
        logits = -0.5 * ((x[:, None, :] - self.means_) ** 2).sum(axis=2)
        values = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        return values / values.sum(axis=1, keepdims=True)

    def predict(self, x):
        return self.classes_[self.predict_proba(x).argmax(axis=1)]


def classification(x, y, names):
    found = model_selection.cross_validate(
        NearestCentroid(), x, y, cv=model_selection.StratifiedKFold(5), scoring=names, error_score="raise")
    return {name: (found[f"test_{name}"] * (-1 if name.startswith("neg_") else 1)).tolist() for name in names}


iris = datasets.load_iris()
some = ["accuracy", "balanced_accuracy", "f1_macro", "f1_weighted", "precision_macro", "recall_macro",
        "matthews_corrcoef", "neg_log_loss", "neg_brier_score"]
golden = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "splits": splits,
    "least_squares": regression(linear_model.LinearRegression(), x, y),
    "ridge": regression(ridge, x[even], y[even]),
    "min_max_inside": regression(pipeline.make_pipeline(preprocessing.MinMaxScaler(), ridge), x[even], y[even]),
    "min_max_outside": regression(ridge, preprocessing.MinMaxScaler().fit_transform(x[even]), y[even]),
    "predicted": model_selection.cross_val_predict(linear_model.LinearRegression(), x, y, cv=folds).tolist(),
    "grid": {"means": grid.cv_results_["mean_test_score"].tolist(), "ranks": grid.cv_results_["rank_test_score"].tolist(),
             "deviations": grid.cv_results_["std_test_score"].tolist(), "best": int(grid.best_index_)},
    "learning_curve": {"sizes": sizes.tolist(), "train": train.tolist(), "test": test.tolist()},
    "validation_curve": {"train": value_train.tolist(), "test": value_test.tolist()},
    "iris": classification(iris.data, iris.target, [*some, "roc_auc_ovr"]),
    "versicolor": classification(iris.data, (iris.target == 1).astype(int), [*some, "f1", "roc_auc"]),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n", encoding="utf-8")
