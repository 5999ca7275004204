"""scikit-learn's learning_curve of a linear model on given folds, whose training rows come in the order in which shares take
them: JSON in, JSON out."""

import json
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def answer(case):
    x, y = np.array(case["features"]).T, np.array(case["target"])
    if case["scoring"] == "r2":
        model = Ridge(alpha=case["l2"], solver="svd")
    else:
        model = LogisticRegression(C=1 / case["l2"], solver="newton-cg", tol=1e-12, max_iter=10_000)
    _, _, scores = learning_curve(
        make_pipeline(StandardScaler(), model),
        x,
        y,
        cv=[(np.array(train), np.array(test)) for train, test in case["splits"]],
        train_sizes=case["sizes"],
        scoring=case["scoring"],
        shuffle=False,
    )
    return scores.tolist()


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
