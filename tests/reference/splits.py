"""Splits by scikit-learn: borders of TimeSeriesSplit, and how even StratifiedGroupKFold and GroupKFold deal groups."""

import json
import sys
import warnings

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, TimeSeriesSplit

warnings.simplefilter("ignore")


def steps(case):
    """(training rows, test rows) of each step, as places in the order of time."""
    split = TimeSeriesSplit(n_splits=case["folds"], gap=case["gap"], max_train_size=case["window"])
    return [[train.tolist(), test.tolist()] for train, test in split.split(np.zeros(case["n"]))]


def unevenness(case):
    """Largest distance of a fold's share of the rows from 1/k, and of its class shares from those of all rows."""
    groups, codes, k = np.array(case["groups"]), case["codes"], case["folds"]
    zeros = np.zeros(len(groups))
    if codes is None:
        tests = [test for _, test in GroupKFold(k).split(zeros, groups=groups)]
        return [max(abs(len(test) / len(groups) - 1 / k) for test in tests), 0.0]
    codes = np.array(codes)
    found = []
    for seed in range(5):
        split = StratifiedGroupKFold(k, shuffle=True, random_state=seed)
        tests = [test for _, test in split.split(zeros, codes, groups)]
        size = max(abs(len(test) / len(groups) - 1 / k) for test in tests)
        share = max(abs(np.mean(codes[test] == c) - np.mean(codes == c)) for test in tests for c in np.unique(codes))
        found.append([size, float(share)])
    return np.mean(found, axis=0).tolist()


question = json.load(sys.stdin)
json.dump(
    {
        "times": [steps(case) for case in question.get("times", [])],
        "groups": [unevenness(case) for case in question.get("groups", [])],
    },
    sys.stdout,
)
