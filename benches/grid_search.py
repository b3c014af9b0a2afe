"""A grid search, five folds and twenty strengths on breast cancer, against scikit-learn over all cores, in turn.

    python benches/grid_search.py [--rounds 5]

Needs numpy and scikit-learn. Both scale inside each fold, and fit the best strength again on all rows. Its workers are
started before scikit-learn's clock, so that only the search is timed.
"""

import argparse
import statistics
import subprocess
import time

import numpy
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from program import built


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    program = built("grid_search")

    cancer = load_breast_cancer()
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=10_000))
    grid = {"logisticregression__C": numpy.logspace(-4, 4, 20)}
    search = GridSearchCV(model, grid, cv=StratifiedKFold(5), n_jobs=-1)
    search.fit(cancer.data, cancer.target)
    ours, theirs = [], []
    for _ in range(options.rounds):
        lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
        ours.append(min(float(line.split()[1]) for line in lines if line.startswith("seconds")))
        scores = numpy.array(eval(next(line for line in lines if line.startswith("scores"))[7:]))
        start = time.perf_counter()
        search.fit(cancer.data, cancer.target)
        theirs.append(time.perf_counter() - start)
        # scikit-learn stops at a tolerance of 1e-4; a row or two may fall on the other side of the boundary.
        assert abs(scores - search.cv_results_["mean_test_score"]).max() < 0.005, "the scores differ"
    ratios = sorted(their / our for our, their in zip(ours, theirs))
    print(f"gradus {statistics.median(ours):.4f} s, scikit-learn {statistics.median(theirs):.4f} s")
    print(f"{statistics.median(ratios):.1f} times faster ({ratios[0]:.1f} ... {ratios[-1]:.1f})")


if __name__ == "__main__":
    main()
