"""Scores, curves and quantiles by scikit-learn, NumPy and SciPy: JSON in, JSON out."""

import json
import math
import sys
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")


def class_scores(codes, probabilities, n):
    classes = list(range(n))
    called = probabilities.argmax(axis=1)
    binary = n == 2
    one_hot = np.eye(n)[codes]
    positive = probabilities[:, 1]
    return {
        "Accuracy": metrics.accuracy_score(codes, called),
        "BalancedAccuracy": metrics.balanced_accuracy_score(codes, called),
        "LogLoss": metrics.log_loss(codes, probabilities, labels=classes),
        "RocAuc": metrics.roc_auc_score(codes, positive)
        if binary
        else float(np.mean([metrics.roc_auc_score(one_hot[:, c], probabilities[:, c]) for c in classes])),
        "PrAuc": metrics.average_precision_score(codes, positive)
        if binary
        else float(np.mean([metrics.average_precision_score(one_hot[:, c], probabilities[:, c]) for c in classes])),
        "F1": metrics.f1_score(codes, called) if binary else metrics.f1_score(codes, called, average="macro"),
        "Brier": metrics.brier_score_loss(codes, positive)
        if binary
        else float(np.mean(((probabilities - one_hot) ** 2).sum(axis=1))),
    }


def curve(positive, scores):
    observed, predicted = calibration_curve(positive, scores, n_bins=10, strategy="uniform")
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], scores)
    low, high = [], []
    for b in sorted(set(bins)):
        inside = positive[bins == b]
        interval = stats.binomtest(int(inside.sum()), len(inside)).proportion_ci(0.95, method="wilson")
        low.append(interval.low)
        high.append(interval.high)
    return {"observed": list(observed), "predicted": list(predicted), "low": low, "high": high}


def classes(case):
    n = case["n_classes"]
    codes = np.array(case["codes"])
    probabilities = np.array(case["probabilities"]).reshape(-1, n)
    shown = [1] if n == 2 else range(n)
    return {
        "scores": class_scores(codes, probabilities, n),
        "confusion": metrics.confusion_matrix(
            codes, probabilities.argmax(axis=1), labels=list(range(n))
        ).ravel().tolist(),
        "curves": [curve((codes == c).astype(int), probabilities[:, c]) for c in shown],
    }


def values(case):
    truth, predicted = np.array(case["truth"]), np.array(case["values"])
    residuals = truth - predicted
    n_bins = min(40, max(1, math.ceil(2 * np.cbrt(len(truth)))))
    counts, edges = np.histogram(residuals, bins=n_bins)
    return {
        "scores": {
            "Rmse": metrics.root_mean_squared_error(truth, predicted),
            "Mae": metrics.mean_absolute_error(truth, predicted),
            "R2": metrics.r2_score(truth, predicted),
            "MedianAbsoluteError": metrics.median_absolute_error(truth, predicted),
        },
        "edges": {str(n_bins): edges.tolist()},
        "counts": {str(n_bins): counts.tolist()},
    }


def interval(folds, sizes, ends):
    """Mean, deviation and the interval corrected for overlapping training sets (Nadeau & Bengio 2003), cut at the metric's ends."""
    k, ratio = len(folds), sum(n for _, n in sizes) / sum(n for n, _ in sizes)
    mean, deviation = float(np.mean(folds)), float(np.std(folds, ddof=1))
    low, high = stats.t.interval(0.95, k - 1, loc=mean, scale=math.sqrt((1 / k + ratio) * deviation**2))
    return [mean, deviation, *np.clip([low, high], *ends).tolist()]


question = json.load(sys.stdin)
answer = {
    "cases": [classes(case) if "codes" in case else values(case) for case in question["cases"]],
    "t": [stats.t.ppf(p, f) for p, f in question.get("t", [])],
}
answer["intervals"] = [x for case in question.get("intervals", []) for x in interval(*case)]
json.dump(answer, sys.stdout)
