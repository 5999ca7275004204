"""Maps that calibrate probabilities, by scikit-learn and SciPy, and the parts of the Brier score by NumPy: JSON in, JSON out."""

import json
import sys

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

FLOOR, TINY = 1e-6, 1e-9


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose scores are the columns that it is asked with."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return self.classes_[(X[:, 0] > 0).astype(int) if len(self.classes_) == 2 else X.argmax(axis=1)]

    def decision_function(self, X):
        return X[:, 0] if len(self.classes_) == 2 else X


def logits(p):
    others = p.sum(axis=1, keepdims=True) - p
    return np.log(np.maximum(p, FLOOR)) - np.log(np.maximum(others, FLOOR))


def columns(p):
    return [1] if p.shape[1] == 2 else range(p.shape[1])


def shares(p):
    p = p + TINY
    return p / p.sum(axis=1, keepdims=True)


def together(parts):
    if len(parts) == 1:
        return np.column_stack([1 - parts[0], parts[0]])
    return shares(np.column_stack(parts))


def sigmoid(codes, p, asked):
    """Platt's targets as weighted rows of a logistic regression without a penalty."""
    lines, parts = [], []
    for k in columns(p):
        x, hit = logits(p)[:, k], codes == k
        target = np.where(hit, (hit.sum() + 1) / (hit.sum() + 2), 1 / ((~hit).sum() + 2))
        X, y = np.concatenate([x, x])[:, None], np.repeat([1, 0], len(x))
        weights = np.concatenate([target, 1 - target])
        fit = LogisticRegression(C=np.inf, tol=1e-14, max_iter=1000, solver="newton-cholesky").fit(X, y, weights)
        lines.append([float(fit.coef_[0, 0]), float(fit.intercept_[0])])
        parts.append(fit.predict_proba(logits(asked)[:, [k]])[:, 1])
    X, ask = logits(p), logits(asked)
    if p.shape[1] == 2:
        X, ask = X[:, [1]], ask[:, [1]]
    given = FrozenEstimator(Given().fit(X, codes))
    whole = CalibratedClassifierCV(given, method="sigmoid").fit(X, codes).predict_proba(ask)
    return lines, together(parts), whole


def cliff(a, b):
    """Whether the curve would be steeper between two levels than an exported graph should be."""
    return (b[2] - a[2]) * max(b[1], FLOOR) > 20 * (b[1] - a[1])


def mean(a, b):
    n = a[0] + b[0]
    return n, (a[0] * a[1] + b[0] * b[1]) / n, (a[0] * a[2] + b[0] * b[2]) / n


def isotonic(codes, p, asked):
    """Through the middle of each level of IsotonicRegression: Oron and Flournoy's centred curve."""
    knots, parts = [], []
    for k in columns(p):
        fit = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p[:, k], (codes == k).astype(float))
        level = fit.predict(p[:, k])
        values, group, n = np.unique(np.round(level, 12), return_inverse=True, return_counts=True)
        blocks = []
        for block in zip(n, [p[group == g, k].mean() for g in range(len(n))], values):
            while blocks and cliff(blocks[-1], block):
                block = mean(blocks.pop(), block)
            blocks.append(block)
        _, at, to = (np.array(part) for part in zip(*blocks))
        knots.append([at.tolist(), to.tolist()])
        parts.append(np.interp(asked[:, k], at, to))
    return knots, together(parts)


def temperature(codes, p, asked):
    logs = np.log(np.maximum(p, FLOOR))

    def bent(sharpness, logs):
        z = sharpness * logs
        z = np.exp(z - z.max(axis=1, keepdims=True))
        return z / z.sum(axis=1, keepdims=True)

    def loss(sharpness):
        return -np.log(bent(sharpness, logs)[np.arange(len(codes)), codes]).mean()

    found = minimize_scalar(loss, bounds=(0.01, 100), method="bounded", options={"xatol": 1e-12})
    whole = None
    if p.shape[1] > 2:
        given = FrozenEstimator(Given().fit(logs, codes))
        ask = np.log(np.maximum(asked, FLOOR))
        whole = CalibratedClassifierCV(given, method="temperature").fit(logs, codes).predict_proba(ask).tolist()
    return found.x, bent(found.x, np.log(np.maximum(asked, FLOOR))), whole


def brier(hit, p):
    """Murphy's parts over ten bins, and what is left within them."""
    observed, predicted = calibration_curve(hit, p, n_bins=10)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    n = np.bincount(bins, minlength=10)
    n = n[n > 0]
    share = hit.mean()
    return {
        "reliability": float(n @ (predicted - observed) ** 2 / n.sum()),
        "resolution": float(n @ (observed - share) ** 2 / n.sum()),
        "uncertainty": float(share * (1 - share)),
        "error": float(n @ np.abs(predicted - observed) / n.sum()),
    }


def answer(case):
    codes = np.array(case["codes"])
    p, asked = (np.array(case[name], dtype=np.float64).reshape(-1, case["n_classes"]) for name in ("values", "asked"))
    lines, by_lines, platt = sigmoid(codes, p, asked)
    knots, by_knots = isotonic(codes, p, asked)
    sharpness, by_sharpness, guo = temperature(codes, p, asked)
    return {
        "lines": lines,
        "sigmoid": by_lines.ravel().tolist(),
        "platt": platt.ravel().tolist(),
        "knots": knots,
        "isotonic": by_knots.ravel().tolist(),
        "sharpness": sharpness,
        "temperature": by_sharpness.ravel().tolist(),
        "guo": None if guo is None else np.ravel(guo).tolist(),
        "brier": brier(codes == 1, p[:, 1]),
    }


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
