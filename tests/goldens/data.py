"""Makes data.json: what scikit-learn, pandas and numpy say about small tables, for tests/data/goldens.rs.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 pandas==3.1.1 && venv/bin/python tests/goldens/data.py
"""

import json
import pathlib

import numpy
import pandas
import sklearn
from sklearn import datasets, preprocessing

x = numpy.array([[1.0, 1000.0, -2.5], [2.0, 1500.5, 0.25], [4.0, 900.0, 3.75], [8.0, 1000.25, 11.0], [16.0, 7.0, 0.125]])
spread = x.max(axis=0) - x.min(axis=0)
diabetes = datasets.load_diabetes(scaled=False)
frame = pandas.DataFrame(diabetes.data, columns=diabetes.feature_names)
described = frame.describe()


def polynomial(values, **options):
    transformer = preprocessing.PolynomialFeatures(**options)
    result = transformer.fit_transform(values)
    names = transformer.get_feature_names_out([f"x{number + 1}" for number in range(values.shape[1])])
    return {"names": list(names), "values": result.tolist()}


golden = {
    "versions": {"scikit-learn": sklearn.__version__, "pandas": pandas.__version__, "numpy": numpy.__version__},
    "x": x.tolist(),
    "standard": preprocessing.StandardScaler().fit_transform(x).tolist(),
    "mean": ((x - x.mean(axis=0)) / spread).tolist(),
    "min_max": preprocessing.MinMaxScaler().fit_transform(x).tolist(),
    "polynomial_3": polynomial(x, degree=3, include_bias=False),
    "polynomial_2_bias_interactions": polynomial(x, degree=2, interaction_only=True),
    "diabetes": {
        "names": list(frame.columns),
        "mean": described.loc["mean"].tolist(),
        "std": frame.std(ddof=0).tolist(),
        "min": described.loc["min"].tolist(),
        "lower_quartile": described.loc["25%"].tolist(),
        "median": described.loc["50%"].tolist(),
        "upper_quartile": described.loc["75%"].tolist(),
        "max": described.loc["max"].tolist(),
        "correlations": frame.corr().to_numpy().tolist(),
    },
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n", encoding="utf-8")
