"""Samples of rows, comparisons of scores and of rows by scikit-learn, NumPy and SciPy: JSON in, JSON out."""

import json
import math
import sys
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

warnings.simplefilter("ignore")


def class_scores(codes, probabilities, n):
    called = probabilities.argmax(axis=1)
    one_hot = np.eye(n)[codes]
    shown = [1] if n == 2 else [c for c in range(n) if 0 < one_hot[:, c].sum() < len(codes)]
    both = 0 < one_hot[:, shown].sum() < len(codes) if n == 2 else bool(shown)
    area = lambda f: float(np.mean([f(one_hot[:, c], probabilities[:, c]) for c in shown])) if both else None
    return [
        metrics.accuracy_score(codes, called),
        metrics.balanced_accuracy_score(codes, called),
        metrics.log_loss(codes, probabilities, labels=list(range(n))),
        area(metrics.roc_auc_score),
        area(metrics.average_precision_score),
        metrics.f1_score(codes, called) if n == 2 else metrics.f1_score(codes, called, average="macro"),
        float(np.mean((probabilities[:, 1] - codes) ** 2))
        if n == 2
        else float(np.mean(((probabilities - one_hot) ** 2).sum(axis=1))),
    ]


def value_scores(truth, predicted):
    return [
        metrics.root_mean_squared_error(truth, predicted),
        metrics.mean_absolute_error(truth, predicted),
        metrics.r2_score(truth, predicted),
        metrics.median_absolute_error(truth, predicted),
    ]


def sample(case):
    """Scores of rows written down as often as they were drawn: the mean over the parts in which one is defined."""
    parts = []
    for part in case["parts"]:
        weights = np.array(part["weights"])
        if case["n_classes"] == 0:
            parts.append(
                value_scores(np.repeat(np.array(part["truth"]), weights), np.repeat(np.array(part["values"]), weights))
            )
        else:
            codes = np.repeat(np.array(part["codes"]), weights)
            table = np.array(part["probabilities"]).reshape(-1, case["n_classes"])
            parts.append(class_scores(codes, np.repeat(table, weights, axis=0), case["n_classes"]))
    return [float(np.mean([v for v in column if v is not None])) for column in zip(*parts)]


def paired(a, b, ratio, rope):
    leads = np.array(a) - np.array(b)
    k = len(leads)
    error = math.sqrt((1 / k + ratio) * leads.var(ddof=1))
    mean = leads.mean()
    posterior = stats.t(k - 1, loc=mean, scale=error)
    low, high = posterior.interval(0.95)
    p = 2 * stats.t.sf(abs(mean / error), k - 1)
    return [mean, low, high, p, posterior.sf(rope), posterior.cdf(rope) - posterior.cdf(-rope), posterior.cdf(-rope)]


def holm(p_values):
    order = np.argsort(p_values)
    adjusted, most = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        most = max(most, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = most
    return adjusted


def chances(folds, ratio, n=400_000):
    """Of each row of `folds` the chance to be the highest, by SciPy's multivariate t."""
    x = np.array(folds)
    k = x.shape[1]
    posterior = stats.multivariate_t(x.mean(axis=1), np.cov(x) * (1 / k + ratio), df=k - 1, allow_singular=True)
    drawn = posterior.rvs(n, random_state=1)
    return (np.bincount(drawn.argmax(axis=1), minlength=len(x)) / n).tolist()


def delong(positive, first, second):
    """By every pair of a positive and a negative row."""
    positive = np.array(positive)

    def placed(scores):
        x, y = np.array(scores)[positive], np.array(scores)[~positive]
        wins = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
        return wins.mean(axis=1), wins.mean(axis=0)

    (a, b), (c, d) = placed(first), placed(second)
    lead = a.mean() - c.mean()
    variance = (a - c).var(ddof=1) / len(a) + (b - d).var(ddof=1) / len(b)
    areas = metrics.roc_auc_score(positive, first) - metrics.roc_auc_score(positive, second)
    assert abs(areas - lead) < 1e-12
    return [lead, variance, 2 * stats.norm.sf(abs(lead) / math.sqrt(variance))]


def lead(case):
    """How much better the first predictions are: scikit-learn's scores, and SciPy's expanded percentile bootstrap of whole units."""
    truth, units, n = np.array(case["truth"]), np.array(case["units"]), case["n_classes"]
    shape = (-1, n) if n else (-1,)
    both = [np.array(values).reshape(shape) for values in (case["first"], case["second"])]
    scores = class_scores if n else value_scores
    lower = [2, 6] if n else [0, 1, 3]

    def leads(rows):
        extra = (n,) if n else ()
        found = [np.array(scores(truth[rows], values[rows], *extra)) for values in both]
        gained = found[0] - found[1]
        gained[lower] *= -1
        return gained

    members = [np.flatnonzero(units == unit) for unit in np.unique(units)]
    k = len(members)
    tail = stats.norm.sf(math.sqrt(k / (k - 1)) * stats.t.ppf(0.975, k - 1))
    drawn = stats.bootstrap(
        (np.arange(len(members)),),
        lambda sample: leads(np.concatenate([members[i] for i in sample])),
        method="percentile",
        confidence_level=1 - 2 * tail,
        vectorized=False,
        n_resamples=600,
        rng=np.random.default_rng(1),
    )
    bounds = drawn.confidence_interval
    return [leads(np.arange(len(truth))).tolist(), bounds.low.tolist(), bounds.high.tolist()]


question = json.load(sys.stdin)
answer = {
    "samples": [sample(case) for case in question.get("samples", [])],
    "quantiles": [np.quantile(values, [0.025, 0.975]).tolist() for values in question.get("quantiles", [])],
    "leads": [lead(case) for case in question.get("leads", [])],
    "paired": [paired(*case) for case in question.get("paired", [])],
    "holm": [holm(case) for case in question.get("holm", [])],
    "chances": [chances(*case) for case in question.get("chances", [])],
    "mcnemar": [stats.binomtest(min(a, b), a + b, 0.5).pvalue for a, b in question.get("mcnemar", [])],
    "delong": [delong(*case) for case in question.get("delong", [])],
}
json.dump(answer, sys.stdout)
