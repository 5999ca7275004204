"""Rows of doubted class by whole arrays in NumPy, as Northcutt, Jiang and Chuang (2021) count them: JSON in, JSON out.

The same rows in the same order as cleanlab 2.9's find_label_issues(labels, probabilities, filter_by="confident_learning",
return_indices_ranked_by="self_confidence") on these cases; it is no part of the tests because of its licence (AGPL)."""

import json
import sys

import numpy as np


# Classes of fewer rows are not judged.
FEWEST_ROWS = 10


def one(case):
    truth = np.array(case["truth"])
    p = np.array(case["predicted"], dtype=np.float64).reshape(len(truth), -1)
    counts = np.bincount(truth, minlength=p.shape[1])
    thresholds = np.array([p[truth == j, j].mean() if counts[j] >= FEWEST_ROWS else np.inf for j in range(p.shape[1])])
    reached = np.where(p >= thresholds - 1e-6, p, -1.0)
    guess = np.where(reached.max(axis=1) < 0, -1, reached.argmax(axis=1))
    doubted = np.flatnonzero((guess >= 0) & (guess != truth) & (counts[truth] >= FEWEST_ROWS) & (p.argmax(axis=1) != truth))
    own = p[np.arange(len(truth)), truth]
    top = np.sort(p, axis=1)
    return {
        "doubted": doubted[np.argsort(own[doubted], kind="stable")].tolist(),
        "missed": [int(i) for i in np.argsort(own, kind="stable") if p[i].argmax() != truth[i]],
        "unsure": np.argsort(top[:, -1] - top[:, -2], kind="stable").tolist(),
    }


json.dump([one(case) for case in json.load(sys.stdin)], sys.stdout)
