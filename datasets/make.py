"""Makes the files of this folder: four small data sets out of the scikit-learn package, and the manifest of all sets.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 && venv/bin/python datasets/make.py

Run it again and the same bytes come out. The values are written with `repr`, which keeps every digit. The two forms of
California housing are not shipped; the manifest says where they come from and how to know them.
"""

import hashlib
import importlib.metadata
import json
import pathlib

from sklearn import datasets

HERE = pathlib.Path(__file__).parent
VERSION = importlib.metadata.version("scikit-learn")
UCI = "UCI Machine Learning Repository, https://archive.ics.uci.edu"


def column(name, meaning, unit=""):
    return {"name": name, "meaning": meaning, "unit": unit}


def text(value):
    """A number as short as it can be without losing a digit."""
    value = float(value)
    return str(int(value)) if value.is_integer() else repr(value)


def shipped(name, title, origin, features, target, rows, labels):
    """Writes one CSV file and returns its entry in the manifest."""
    lines = [",".join(column["name"] for column in features + [target])]
    lines += [",".join([text(value) for value in row] + [label]) for row, label in zip(rows, labels, strict=True)]
    content = ("\n".join(lines) + "\n").encode()
    (HERE / f"{name}.csv").write_bytes(content)
    return {
        "title": title,
        "file": f"{name}.csv",
        "rows": len(lines) - 1,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "origin": f"{origin}; taken from scikit-learn {VERSION}",
        "licence": "BSD-3-Clause for scikit-learn's copy (LICENSE-scikit-learn); CC BY 4.0 where it is UCI's",
        "target": target["name"],
        "columns": features + [target],
    }


def iris():
    bunch = datasets.load_iris()
    features = [
        column("sepal_length", "length of the sepal", "cm"),
        column("sepal_width", "width of the sepal", "cm"),
        column("petal_length", "length of the petal", "cm"),
        column("petal_width", "width of the petal", "cm"),
    ]
    return shipped(
        "iris",
        "Iris flowers",
        f"R. A. Fisher (1936), Annals of Eugenics 7, 179-188; {UCI}",
        features,
        column("species", "species of the flower"),
        bunch.data,
        [str(bunch.target_names[label]) for label in bunch.target],
    )


def diabetes():
    bunch = datasets.load_diabetes(scaled=False)
    features = [
        column("age", "age of the patient", "years"),
        column("sex", "coded 1 and 2; the source does not say which is which"),
        column("bmi", "body mass index", "kg/m²"),
        column("bp", "average blood pressure", "mm Hg"),
        column("s1", "total serum cholesterol (tc)", "mg/dl"),
        column("s2", "low-density lipoproteins (ldl)", "mg/dl"),
        column("s3", "high-density lipoproteins (hdl)", "mg/dl"),
        column("s4", "total cholesterol / hdl (tch)"),
        column("s5", "logarithm of serum triglycerides, as far as known (ltg)"),
        column("s6", "blood sugar level (glu)", "mg/dl"),
    ]
    return shipped(
        "diabetes",
        "Diabetes progression",
        "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004), Annals of Statistics 32, 407-499; "
        "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
        features,
        column("progression", "measure of disease progression one year after baseline"),
        bunch.data,
        [text(value) for value in bunch.target],
    )


def breast_cancer():
    bunch = datasets.load_breast_cancer()
    meanings = {
        "radius": "distance from the centre to the outline",
        "texture": "standard deviation of the grey values",
        "perimeter": "length of the outline",
        "area": "area inside the outline",
        "smoothness": "local variation of the radius",
        "compactness": "perimeter² / area − 1",
        "concavity": "depth of the outline's dents",
        "concave_points": "number of the outline's dents, scaled",
        "symmetry": "symmetry",
        "fractal_dimension": "roughness of the outline, coastline approximation − 1",
    }
    kinds = {"mean": "mean over the nuclei", "worst": "mean of the three largest", "error": "standard error"}
    features = []
    for original in bunch.feature_names:
        name = str(original).replace(" ", "_")
        kind = next(kind for kind in kinds if kind in name.split("_"))
        measure = name.removeprefix("mean_").removeprefix("worst_").removesuffix("_error")
        features.append(column(name, f"{meanings[measure]}, {kinds[kind]}"))
    return shipped(
        "breast_cancer",
        "Breast cancer Wisconsin (diagnostic)",
        f"W. H. Wolberg, W. N. Street, O. L. Mangasarian (1995); {UCI}",
        features,
        column("diagnosis", "what the biopsy said"),
        bunch.data,
        [str(bunch.target_names[label]) for label in bunch.target],
    )


def digits():
    bunch = datasets.load_digits()
    features = [
        column(f"pixel_{row}_{place}", f"ink at row {row}, column {place}", "0–16") for row in range(8) for place in range(8)
    ]
    return shipped(
        "digits",
        "Handwritten digits, 8 × 8",
        f"E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, test set; {UCI}",
        features,
        column("digit", "the digit that was written"),
        bunch.data,
        [str(label) for label in bunch.target],
    )


def california_housing():
    return {
        "title": "California housing",
        "file": "housing/cal_housing.data",
        "rows": 20640,
        "bytes": 2092122,
        "sha256": "d3d8a1a722ae78f91134862727d27a70b1415e7d512a89140406248687f4b902",
        "sources": [
            {"url": "https://ndownloader.figshare.com/files/5976036", "member": "CaliforniaHousing/cal_housing.data"},
            {
                "url": "https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz",
                "member": "CaliforniaHousing/cal_housing.data",
            },
        ],
        "origin": "R. K. Pace, R. Barry (1997), Sparse Spatial Autoregressions, Statistics and Probability Letters 33, "
        "291-297; the StatLib file",
        "licence": "census of 1990; no restriction stated",
        "target": "MedHouseVal",
        "columns": [
            column("MedInc", "median income of the block group", "10 000 $"),
            column("HouseAge", "median age of its houses", "years"),
            column("AveRooms", "rooms per household"),
            column("AveBedrms", "bedrooms per household"),
            column("Population", "people in the block group"),
            column("AveOccup", "people per household"),
            column("Latitude", "latitude", "°"),
            column("Longitude", "longitude", "°"),
            column("MedHouseVal", "median house value", "100 000 $"),
        ],
    }


def california_housing_raw():
    return {
        "title": "California housing, raw",
        "file": "housing/housing.csv",
        "rows": 20640,
        "bytes": 1423529,
        "sha256": "8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",
        "sources": [
            {"url": "https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.csv"},
            {"url": "https://cdn.jsdelivr.net/gh/ageron/handson-ml2@master/datasets/housing/housing.csv"},
        ],
        "origin": "the same census with 207 values of total_bedrooms removed and ocean_proximity added, by A. Géron",
        "licence": "census of 1990; no restriction stated",
        "target": "median_house_value",
        "columns": [
            column("longitude", "longitude", "°"),
            column("latitude", "latitude", "°"),
            column("housing_median_age", "median age of the block group's houses, capped at 52", "years"),
            column("total_rooms", "rooms in the block group"),
            column("total_bedrooms", "bedrooms in the block group; 207 are missing"),
            column("population", "people in the block group"),
            column("households", "households in the block group"),
            column("median_income", "median income, capped at 15.0001", "10 000 $"),
            column("median_house_value", "median house value, capped at 500 001", "$"),
            column("ocean_proximity", "where the block group lies"),
        ],
    }


def mnist():
    def file(name, size, sha256):
        homes = ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"]
        sources = [{"url": home + name} for home in homes]
        return {"file": "mnist/" + name, "bytes": size, "sha256": sha256, "sources": sources}

    images = file(
        "train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    )
    others = [
        file("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        file("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        file("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ]
    return {
        "title": "MNIST handwritten digits",
        "file": images["file"],
        "rows": 70000,
        "bytes": images["bytes"],
        "sha256": images["sha256"],
        "sources": images["sources"],
        "others": others,
        "origin": "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits; "
        "http://yann.lecun.com/exdb/mnist",
        "licence": "CC BY-SA 3.0",
        "target": "digit",
        "features": 784,
        "columns": [column("digit", "the digit that was written")],
    }


def main():
    makers = [iris, diabetes, breast_cancer, digits, california_housing, california_housing_raw, mnist]
    manifest = {make.__name__: make() for make in makers}
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    licence = importlib.metadata.distribution("scikit-learn").locate_file(
        f"scikit_learn-{VERSION}.dist-info/licenses/COPYING"
    )
    # What follows the first rule are the licences of libraries inside the wheel, none of which is used here.
    text = pathlib.Path(licence).read_text(encoding="utf-8").split("\n----\n")[0]
    (HERE / "LICENSE-scikit-learn").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
