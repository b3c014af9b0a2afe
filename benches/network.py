"""Training steps of networks on the CPU against PyTorch, Keras, scikit-learn, burn and candle, in turn.

    python benches/network.py [--rounds 3] [--only 784,128,10] [--peers torch,keras,sklearn,burn,candle]

ReLU networks with softmax and Adam (1e-3) on random examples, all of a peer's threads allowed. A step is what trains on one
batch: gathering it, forward, backward, update. Peers that are not installed are said and left out; burn and candle are
compiled from `benches/peers`.
"""

import argparse
import statistics
import subprocess
import sys
from program import ROOT, built

# Sizes, batch, steps of ours and of a peer in a round.
NETWORKS = [("4,16,3", 1, 40_000, 400), ("784,128,10", 128, 400, 200), ("784,1024,1024,10", 128, 60, 40)]


def random_examples(sizes, batch):
    import numpy

    rows = max(batch * 20, 100)
    x = numpy.random.default_rng(1).uniform(-1, 1, (rows, sizes[0])).astype("float32")
    return x, numpy.arange(rows) % sizes[-1]


def train_torch(sizes, batch, steps):
    import torch

    x, y = (torch.from_numpy(array) for array in random_examples(sizes, batch))
    layers = []
    for inputs, units in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def run():
        done = 0
        while done < steps:
            order = torch.randperm(len(x))
            for rows in order.split(batch):
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
                optimizer.step()
                done += 1
        return done

    return run


def train_keras(sizes, batch, steps):
    import os

    os.environ.setdefault("KERAS_BACKEND", "jax")
    import keras

    x, y = random_examples(sizes, batch)
    layers = [keras.layers.Dense(units, activation="relu") for units in sizes[1:-1]]
    model = keras.Sequential([keras.Input((sizes[0],)), *layers, keras.layers.Dense(sizes[-1], activation="softmax")])
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    of_epoch = len(x) // batch
    epochs = -(-steps // of_epoch)

    def run():
        model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
        return epochs * of_epoch

    return run


def train_sklearn(sizes, batch, steps):
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    x, y = random_examples(sizes, batch)
    of_epoch = len(x) // batch
    epochs = -(-steps // of_epoch)

    def run():
        options = {"batch_size": batch, "max_iter": epochs, "tol": 0, "n_iter_no_change": 10**6, "alpha": 0}
        MLPClassifier(sizes[1:-1], learning_rate_init=1e-3, **options).fit(x, y)
        return epochs * of_epoch

    return run


PYTHON = {"torch": train_torch, "keras": train_keras, "sklearn": train_sklearn}


def one_peer(name, sizes, batch, steps, rounds):
    """In a process of its own: its threads rest while others are timed. The first round warms up."""
    import time

    run = PYTHON[name](sizes, batch, steps)
    run()
    for _ in range(rounds):
        start = time.perf_counter()
        done = run()
        print("seconds", (time.perf_counter() - start) / done)


def seconds(command):
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode != 0:
        return None, (found.stderr.strip().splitlines() or ["it failed"])[-1]
    return [float(line.split()[1]) for line in found.stdout.splitlines() if line.startswith("seconds")], None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only")
    arguments.add_argument("--peers", default="torch,keras,sklearn,burn,candle")
    arguments.add_argument("--one", nargs=4, metavar=("PEER", "SIZES", "BATCH", "STEPS"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.one:
        name, sizes, batch, steps = options.one
        return one_peer(name, [int(size) for size in sizes.split(",")], int(batch), int(steps), options.rounds)
    ours = built("network")
    peers = options.peers.split(",")
    if {"burn", "candle"} & set(peers):
        manifest = ["--manifest-path", "benches/peers/Cargo.toml", "--target-dir", "target/peers"]
        subprocess.run(["cargo", "build", "--release", *manifest], cwd=ROOT, check=True)
    for sizes, batch, our_steps, steps in NETWORKS:
        if options.only not in (None, sizes):
            continue
        print(f"{sizes}, batch {batch}, Adam")
        for peer in peers:
            theirs, own = [], []
            for _ in range(options.rounds):
                if peer in PYTHON:
                    command = [sys.executable, __file__, "--rounds", "1", "--one", peer, sizes, str(batch), str(steps)]
                else:
                    command = [ROOT / "target/peers/release" / f"{peer}-side", sizes, str(batch), str(steps)]
                times, problem = seconds(command)
                if problem:
                    print(f"  {peer:8} left out: {problem}")
                    break
                # The fastest of a program's rounds: the first pays for the first touch of threads and buffers.
                theirs.append(min(times))
                own.append(min(seconds([ours, sizes, str(batch), str(our_steps)])[0]))
            if theirs:
                ratios = sorted(their / our for their, our in zip(theirs, own))
                print(
                    f"  {peer:8} {1e6 * statistics.median(theirs):10.1f} µs   gradus {1e6 * statistics.median(own):10.2f} µs   "
                    f"{statistics.median(ratios):7.1f} × ({ratios[0]:.1f} … {ratios[-1]:.1f})"
                )


if __name__ == "__main__":
    main()
