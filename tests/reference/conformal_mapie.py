"""Writes tests/data/conformal_mapie.json: split conformal prediction by MAPIE 1.6.0 on made-up predictions.

Run by hand, not by `make test`, whose environment is without it. In an environment of its own:
    pip install mapie==1.6.0 && python tests/reference/conformal_mapie.py

Ranges by the absolute residual, and sets by the least ambiguous classifier, for all rows and for the rows of each class apart
(Mondrian, one MAPIE a class), are MAPIE's own. Its adaptive sets draw random numbers, so of these the scores without chance
and their quantile are MAPIE's, and the set is all classes whose score is not above that quantile.
"""

import json
import pathlib

import numpy as np
from mapie.classification import SplitConformalClassifier
from mapie.conformity_scores import APSConformityScore
from mapie.regression import SplitConformalRegressor
from mapie.utils import _compute_classification_quantile
from scipy.stats import beta
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

LEVELS = [0.8, 0.9, 0.95]


class Said(ClassifierMixin, BaseEstimator):
    """A classifier whose features are its probabilities."""

    def __init__(self, k=2):
        self.k = k
        self.classes_ = np.arange(k)

    def fit(self, X, y):
        return self

    def predict_proba(self, X):
        return X

    def predict(self, X):
        return X.argmax(axis=1)

    def __sklearn_is_fitted__(self):
        return True


class Same(RegressorMixin, BaseEstimator):
    """A regressor whose one feature is its prediction."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return X[:, 0]

    def __sklearn_is_fitted__(self):
        return True


def f32(values):
    return np.float32(values).astype(np.float64)


def shares(rng, n, k):
    logits = rng.normal(size=(n, k)) * 1.5
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # Multiples of 2⁻²⁰: exact in f32, and each row sums to 1.
    p = np.round(p * 2**20) / 2**20
    p[:, 0] = 1 - p[:, 1:].sum(axis=1)
    truth = p**1.4 / (p**1.4).sum(axis=1, keepdims=True)
    return p, np.array([rng.choice(k, p=row) for row in truth])


def values(rng, n):
    said = f32(rng.normal(size=n) * 10)
    truth = said + rng.normal(size=n) * (1 + np.abs(said) / 5)
    new = f32(rng.normal(size=20) * 10)
    model = SplitConformalRegressor(Same(), confidence_level=LEVELS, prefit=True)
    model.conformalize(said[:, None], truth)
    _, ranges = model.predict_interval(new[:, None])
    return {"said": said.tolist(), "truth": truth.tolist(), "new": new.tolist(), "ranges": ranges.tolist()}


def lac(p, y, k, new):
    model = SplitConformalClassifier(Said(k), confidence_level=LEVELS, conformity_score="lac", prefit=True)
    model.conformalize(p, y)
    _, sets = model.predict_set(new)
    inner = model._mapie_classifier
    return np.asarray(inner.conformity_score_function_.quantiles_), sets


def classes(rng, n, k):
    p, y = shares(rng, n, k)
    new, _ = shares(rng, 20, k)
    quantiles, sets = lac(p, y, k, new)
    by_class = []
    for c in range(k):
        # MAPIE wants every class among the rows that it is given: the scores of one class alone are given as they are.
        scores = (1 - p[y == c, c]).reshape(-1, 1)
        by_class.append(_compute_classification_quantile(scores, 1 - np.array(LEVELS)).tolist())
    scores, _ = APSConformityScore.get_true_label_cumsum_proba(y, p, np.arange(k)) if k > 2 else (None, None)
    aps = None
    if scores is not None:
        limits = _compute_classification_quantile(scores, 1 - np.array(LEVELS))
        aps = {"scores": scores[:, 0].tolist(), "quantiles": limits.tolist()}
    return {
        "k": k,
        "p": p.tolist(),
        "y": y.tolist(),
        "new": new.tolist(),
        "quantiles": quantiles.tolist(),
        "sets": np.moveaxis(sets, 2, 0).tolist(),
        "by_class": by_class,
        "aps": aps,
    }


def reach(n, level):
    """Where the coverage of one draw of n rows lies in nine of ten draws, by SciPy: Beta(k, n + 1 - k)."""
    k = -(-(n + 1) * round(level * 100) // 100)
    return beta.ppf([0.05, 0.95], k, n + 1 - k).tolist()


def main():
    rng = np.random.default_rng(8)
    # (n + 1) · level is no whole number: MAPIE computes it in f64 and may land on either side of one.
    found = {
        "levels": LEVELS,
        "reach": [[n, level, *reach(n, level)] for n in (25, 200, 3000) for level in LEVELS],
        "values": [values(rng, n) for n in (27, 102, 503)],
        "classes": [classes(rng, n, k) for n, k in ((82, 2), (203, 3), (502, 5))],
    }
    path = pathlib.Path(__file__).parents[1] / "data" / "conformal_mapie.json"
    path.write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
