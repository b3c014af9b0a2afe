"""Makes optimizers.json: sequences of Keras 3's optimizers, clippings and schedules, and activations, for tests/optim/main.rs.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 jax==0.10.2 optax==0.2.8 scipy==1.17.1
    venv/bin/python tests/goldens/optimizers.py

Adam's other two places for epsilon (PyTorch's and slide A42's) are optax's `eps` and `eps_root`; PyTorch's own package
is not needed. Keras computes its schedules in f32, and activations of JAX arrays not to the last digits of f64: the
activations are NumPy's and SciPy's. All else is computed in f64.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy
import optax
import scipy
from scipy import special

keras.config.set_floatx("float64")
STEPS = 30
random = numpy.random.default_rng(5)
start = random.normal(size=6)
# Sizes from 1e-6 to 10, some of which change their sign, some are 0.
gradients = random.normal(size=(STEPS, 6)) * numpy.array([1.0, 10.0, 1e-2, 1e-4, 1e-6, 1.0])
gradients[::3, 5] = 0.0


def sequence(optimizer, gradients=gradients, start=start):
    variable = keras.Variable(start, dtype="float64")
    optimizer.build([variable])
    path = []
    for gradient in gradients:
        optimizer.apply([jax.numpy.asarray(gradient)], [variable])
        path.append(numpy.asarray(variable.value).tolist())
    return path


def optax_sequence(transformation):
    weights = jax.numpy.asarray(start)
    state = transformation.init(weights)
    path = []
    for gradient in gradients:
        updates, state = transformation.update(jax.numpy.asarray(gradient), state, weights)
        weights = optax.apply_updates(weights, updates)
        path.append(numpy.asarray(weights).tolist())
    return path


optimizers = keras.optimizers
paths = {
    "sgd": sequence(optimizers.SGD(0.1)),
    "momentum": sequence(optimizers.SGD(0.1, momentum=0.9)),
    "momentum-0.5": sequence(optimizers.SGD(0.02, momentum=0.5)),
    "nesterov": sequence(optimizers.SGD(0.1, momentum=0.9, nesterov=True)),
    "adagrad": sequence(optimizers.Adagrad(0.1)),
    "adagrad-0": sequence(optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-5)),
    "adadelta": sequence(optimizers.Adadelta(1.0)),
    "adadelta-0.8": sequence(optimizers.Adadelta(0.5, rho=0.8, epsilon=1e-6)),
    "rmsprop": sequence(optimizers.RMSprop(0.01)),
    "rmsprop-centered": sequence(optimizers.RMSprop(0.01, rho=0.8, centered=True)),
    "rmsprop-momentum": sequence(optimizers.RMSprop(0.01, momentum=0.7, epsilon=1e-5)),
    "rmsprop-both": sequence(optimizers.RMSprop(0.01, momentum=0.7, centered=True)),
    "adam": sequence(optimizers.Adam(0.01)),
    "adam-betas": sequence(optimizers.Adam(0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-4)),
    "adamw": sequence(optimizers.AdamW(0.01)),
    "adamw-0.1": sequence(optimizers.AdamW(0.1, weight_decay=0.1)),
    "amsgrad": sequence(optimizers.Adam(0.01, beta_2=0.9, amsgrad=True)),
    "adamax": sequence(optimizers.Adamax(0.01)),
    "adamax-betas": sequence(optimizers.Adamax(0.1, beta_1=0.5, beta_2=0.9)),
    "nadam": sequence(optimizers.Nadam(0.01)),
    "nadam-betas": sequence(optimizers.Nadam(0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-4)),
    "optax-adam": optax_sequence(optax.adam(0.01, eps=1e-8)),
    "optax-adam-inside": optax_sequence(optax.adam(0.01, eps=0.0, eps_root=1e-7)),
    "optax-adamw": optax_sequence(optax.adamw(0.01, eps=1e-8, weight_decay=0.01)),
    "optax-ema": optax_sequence(optax.chain(optax.ema(0.9, debias=False), optax.scale(-0.1))),
}

schedules = keras.optimizers.schedules
steps = [0, 1, 7, 50, 99, 100, 101, 250, 1000]


def rates(schedule):
    return [float(schedule(numpy.float64(step))) for step in steps]


rates = {
    "exponential": rates(schedules.ExponentialDecay(0.1, 100, 0.5)),
    "step": rates(schedules.ExponentialDecay(0.1, 100, 0.5, staircase=True)),
    "inverse_time": rates(schedules.InverseTimeDecay(0.1, 1, 0.01)),
    "linear": rates(schedules.PolynomialDecay(0.1, 100, end_learning_rate=0.001)),
    "cosine": rates(schedules.CosineDecay(0.1, 100, alpha=0.05)),
    "restarts": rates(schedules.CosineDecayRestarts(0.1, 100, t_mul=1.0)),
}

metric = [1.0, 0.8, 0.8, 0.79995, 0.9, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]


def plateau(**settings):
    class Optimizer:
        learning_rate = 0.1

    class Model:
        optimizer = Optimizer()

    callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", mode="min", **settings)
    callback.set_model(Model())
    callback.on_train_begin()
    path = []
    for epoch, value in enumerate(metric):
        callback.on_epoch_end(epoch, {"loss": value})
        path.append(float(Model.optimizer.learning_rate))
    return path


tensors = [random.normal(size=3) * 2.0, random.normal(size=4) * 0.1]


def clipped(**settings):
    optimizer = optimizers.SGD(1.0, **settings)
    return numpy.concatenate([numpy.asarray(g) for g in optimizer._clip_gradients(
        [jax.numpy.asarray(tensor) for tensor in tensors])]).tolist()


z = numpy.array([-30.0, -5.0, -1.5, -0.2, 0.0, 0.3, 1.0, 2.5, 20.0])
values = {
    "linear": z,
    "sigmoid": special.expit(z),
    "tanh": numpy.tanh(z),
    "relu": numpy.maximum(z, 0.0),
    "leaky_relu": numpy.maximum(z, 0.1 * z),
    "elu": numpy.where(z > 0.0, z, 0.7 * numpy.expm1(z)),
    "softplus": numpy.logaddexp(0.0, z),
    "gelu": z * special.ndtr(z),
    "gelu_tanh": 0.5 * z * (1.0 + numpy.tanh(numpy.sqrt(2.0 / numpy.pi) * (z + 0.044715 * z**3))),
    "softmax": special.softmax(z),
}
values = {name: value.tolist() for name, value in values.items()}

golden = {
    "versions": {"keras": keras.__version__, "jax": jax.__version__, "optax": optax.__version__,
                 "scipy": scipy.__version__},
    "start": start.tolist(),
    "gradients": gradients.tolist(),
    "paths": paths,
    "steps": steps,
    "rates": rates,
    "metric": metric,
    "plateau": {"patience-2": plateau(patience=2, factor=0.5),
                "cooldown-3": plateau(patience=2, factor=0.5, cooldown=3, min_lr=0.02)},
    "tensors": [tensor.tolist() for tensor in tensors],
    "clipped": {"value": clipped(clipvalue=0.5), "norm": clipped(clipnorm=1.0),
                "global": clipped(global_clipnorm=1.0), "global-loose": clipped(global_clipnorm=100.0)},
    "z": z.tolist(),
    "activations": values,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n", encoding="utf-8")
