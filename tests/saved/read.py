"""Reads the files of format 1 with Python's safetensors and predicts from them.

    pip install safetensors numpy; python tests/saved/read.py tests/saved/format-1

Run by hand, with safetensors 0.8.0 and numpy 2.4.6.
"""

import json
import sys
from pathlib import Path

import numpy
import safetensors
from safetensors.numpy import load_file

folder = Path(sys.argv[1])
for path in sorted(folder.glob("*.safetensors")):
    with safetensors.safe_open(path, "numpy") as file:
        about = json.loads(file.metadata()["gradus"])
    arrays = {name: f"{array.dtype} {list(array.shape)}" for name, array in load_file(path).items()}
    print(about["type"], "by gradus", about["version"], arrays)

model = load_file(folder / "linear_model.safetensors")
predicted = numpy.array([[2.0]]) @ model["weights"] + model["intercepts"]
assert abs(predicted[0, 0] - 360 / 59) < 1e-14, predicted
scaler = load_file(folder / "standard_scaler.safetensors")
assert numpy.allclose([scaler["fitted.shift"], scaler["fitted.scale"]], [[3.75], [3.6875**0.5]], rtol=1e-15)
print("the predictions are gradus'")
