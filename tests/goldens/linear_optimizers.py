"""Makes linear_optimizers.json: weights of Keras 3's one-layer models, step by step, for tests/linear/optimizers.rs.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 jax==0.10.2
    venv/bin/python tests/goldens/linear_optimizers.py

Full batches, in f64. The loss takes scores, so that no probability is cut off at Keras' 1e-7.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy

keras.config.set_floatx("float64")
STEPS = 25
ROWS = 16  # Keras holds 1/rows of its mean in f32, where that of 16 is exact
random = numpy.random.default_rng(11)
x = random.normal(size=(ROWS, 3)) * numpy.array([1.0, 3.0, 0.1])
numbers = (x @ numpy.array([2.0, -1.0, 5.0]) + 0.5 + 0.3 * random.normal(size=ROWS)).reshape(-1, 1)
scores = x @ random.normal(size=(3, 3)) + random.normal(size=(ROWS, 3))
two, three = (scores[:, :1] > 0.0).astype("float64"), scores.argmax(axis=1).astype("float64").reshape(-1, 1)
losses = keras.losses
optimizers = keras.optimizers


def path(optimizer, units, targets, loss):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, kernel_initializer="zeros")])
    model.compile(optimizer, loss)
    weights = []
    for _ in range(STEPS):
        model.train_on_batch(x, targets)
        weights.append([array.reshape(-1).tolist() for array in model.get_weights()])
    return weights


def mean_squared_error(optimizer):
    return path(optimizer, 1, numbers, losses.MeanSquaredError())


golden = {
    "versions": {"keras": keras.__version__, "jax": jax.__version__},
    "x": x.tolist(),
    "numbers": numbers[:, 0].tolist(),
    "two": two[:, 0].tolist(),
    "three": three[:, 0].tolist(),
    "linear": {
        "adam": mean_squared_error(optimizers.Adam(0.1)),
        "nesterov": mean_squared_error(optimizers.SGD(0.02, momentum=0.9, nesterov=True)),
        "rmsprop-centered": mean_squared_error(optimizers.RMSprop(0.05, centered=True)),
        "adagrad-clipped-by-value": mean_squared_error(optimizers.Adagrad(0.3, clipvalue=0.5)),
        "momentum-clipped-by-norm": mean_squared_error(optimizers.SGD(0.1, momentum=0.5, clipnorm=0.7)),
        "sgd-clipped-by-global-norm": mean_squared_error(optimizers.SGD(0.1, global_clipnorm=0.7)),
    },
    "logistic": {
        "adam": path(optimizers.Adam(0.1), 1, two, losses.BinaryCrossentropy(from_logits=True)),
        "nadam": path(optimizers.Nadam(0.1), 1, two, losses.BinaryCrossentropy(from_logits=True)),
    },
    "softmax": {
        "adam": path(optimizers.Adam(0.1), 3, three, losses.SparseCategoricalCrossentropy(from_logits=True)),
        "adamax": path(optimizers.Adamax(0.1), 3, three, losses.SparseCategoricalCrossentropy(from_logits=True)),
    },
}
file = pathlib.Path(__file__).with_suffix(".json")
file.write_text(json.dumps(golden) + "\n", encoding="utf-8")
