"""Distances, tails and isotonic maps by SciPy, NumPy and scikit-learn: JSON in, JSON out."""

import json
import math
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import auc

warnings.simplefilter("ignore")


def numbers(case):
    a, b = np.array(case["reference"]), np.array(case["current"])
    ks = stats.ks_2samp(a, b, method="exact" if case["exact"] else "asymp")
    # SciPy's own approximation for large samples is of another order; ours is Kolmogorov's limit.
    p = ks.pvalue if case["exact"] else stats.kstwobign.sf(ks.statistic * math.sqrt(len(a) * len(b) / (len(a) + len(b))))
    return {
        "ks": float(ks.statistic),
        "ks_p": float(p),
        "wasserstein": float(stats.wasserstein_distance(a, b)),
        "mean": float(a.mean()),
        "deviation": float(a.std()),
    }


def bins(case):
    table = np.array(case["bins"], dtype=float).T
    used = table[:, table.sum(axis=0) > 0]
    n, m = table[0].sum(), table[1].sum()
    p, q = np.maximum(used[0], 0.5) / n, np.maximum(used[1], 0.5) / m
    chi = stats.chi2_contingency(used, correction=False)
    return {
        "psi": float(((q - p) * np.log(q / p)).sum()),
        "psi_chance": float(stats.chi2.ppf(0.95, used.shape[1] - 1) * (1 / n + 1 / m)),
        "js": float(jensenshannon(table[0], table[1])),
        "chi2": float(chi.statistic),
        "chi2_p": float(chi.pvalue),
    }


def expected(case):
    """CBPE as its authors describe it: the isotonic map, then the metrics if the calibrated probabilities were true."""
    p, y, now = np.array(case["p"]), np.array(case["y"]), np.array(case["now"])
    fit = IsotonicRegression(out_of_bounds="clip", increasing=True).fit(p, y)
    truth = fit.predict(now)
    called = now > 0.5
    order = np.argsort(now)[::-1]
    tps = np.r_[0, np.cumsum(truth[order])]
    fps = np.r_[0, 1 + np.arange(len(now)) - np.cumsum(truth[order])]
    tps, fps = np.round(tps, 5), np.round(fps, 5)
    tp, fn = truth[called].sum(), truth[~called].sum()
    return {
        "map": truth.tolist(),
        "Accuracy": float((tp + (1 - truth[~called]).sum()) / len(now)),
        "RocAuc": float(auc(fps / fps[-1], tps / tps[-1])),
        "F1": float(tp / (tp + 0.5 * ((1 - truth[called]).sum() + fn))),
    }


def change(values):
    values = np.array(values)
    sums = np.abs(np.cumsum(values - values.mean()))
    at = int(sums.argmax()) + 1
    statistic = sums.max() / (values.std() * math.sqrt(len(values)))
    return [statistic, float(stats.kstwobign.sf(statistic)), float(values[:at].mean()), float(values[at:].mean()), at]


question = json.load(sys.stdin)
answer = {
    "numbers": [numbers(case) for case in question["numbers"]],
    "bins": [bins(case) for case in question["bins"]],
    "chi2_sf": [float(stats.chi2.sf(x, k)) for x, k in question["chi2"]],
    "t_sf": [float(stats.t.sf(x, k)) for x, k in question["t"]],
    "fisher": [
        float(stats.fisher_exact([[b, m - b], [a, n - a]], alternative="greater").pvalue) for a, n, b, m in question["fisher"]
    ],
    "fdr": [float(q) for q in stats.false_discovery_control(question["p"])],
    "change": [change(values) for values in question["change"]],
    "expected": [expected(case) for case in question["expected"]],
}
json.dump(answer, sys.stdout)
