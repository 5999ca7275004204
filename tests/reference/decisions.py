"""Thresholds by trying every one, and what they come to, by NumPy: JSON in, JSON out."""

import json
import sys

import numpy as np


def counts(positive, scores, threshold):
    flagged = scores >= threshold
    return [
        int((positive & flagged).sum()),
        int((positive & ~flagged).sum()),
        int((~positive & flagged).sum()),
        int((~positive & ~flagged).sum()),
    ]


def worth(c, worths):
    return float(np.dot(c, worths) / sum(c))


def choose(positive, scores, rule, share, worths):
    """The shortest number that flags the same of these rows; 0 where all are."""
    threshold = choose_score(positive, scores, rule, share, worths)
    if threshold is None or threshold > scores.max():
        return threshold
    if threshold == scores.min():
        return 0.0
    below = scores[scores < threshold].max()
    for decimals in range(12):
        cut = np.floor(threshold * 10.0**decimals) / 10.0**decimals
        if below < cut <= threshold:
            return cut
    return threshold


def choose_score(positive, scores, rule, share, worths):
    """The threshold among all scores, and one that flags none."""
    options = [2.0, *sorted(set(scores.tolist()), reverse=True)]
    table = [(t, counts(positive, scores, t)) for t in options]
    if rule == "Worth":
        return max(table, key=lambda o: worth(o[1], worths))[0]  # the first of equals flags fewest
    if rule == "Capacity":
        return [t for t, c in table if c[0] + c[2] <= share * len(scores)][-1]
    if rule == "Precision":
        good = [t for t, c in table if c[0] + c[2] > 0 and c[0] >= share * (c[0] + c[2])]
        return good[-1] if good else None
    return next(t for t, c in table if c[0] >= share * positive.sum())


def decide(case):
    positive, scores = np.array(case["positive"]), np.array(case["scores"])
    units, folds, worths = np.array(case["units"]), np.array(case["folds"]), np.array(case["worths"])
    threshold = choose(positive, scores, case["rule"], case["share"], worths)
    if threshold is None:
        return None
    c = counts(positive, scores, threshold)
    elsewhere = np.zeros(4)
    for fold in sorted(set(folds.tolist())):
        own = folds == fold
        other = choose(positive[~own], scores[~own], case["rule"], case["share"], worths)
        if other is None:
            elsewhere = None
            break
        elsewhere += counts(positive[own], scores[own], other)
    payoff = np.where(positive, np.where(scores >= threshold, worths[0], worths[1]), np.where(scores >= threshold, worths[2], worths[3]))
    # The spread of the mean when units are drawn as a whole: linearised, cluster by cluster.
    sums = np.array([(payoff[units == u] - payoff.mean()).sum() for u in sorted(set(units.tolist()))])
    error = np.sqrt((sums**2).sum()) / len(payoff)
    p = positive.sum()
    return {
        "counts": c,
        "worth": worth(c, worths),
        "error": float(error),
        "none": worth([0, p, 0, len(positive) - p], worths),
        "all": worth([p, 0, len(positive) - p, 0], worths),
        "elsewhere": None if elsewhere is None else worth(elsewhere, worths),
    }


def curves(case):
    positive, scores = np.array(case["positive"]), np.array(case["scores"])
    n, p = len(positive), positive.sum()
    gains = []
    for t in sorted(set(scores.tolist()), reverse=True):
        found, _, alarms, _ = counts(positive, scores, t)
        gains.append([(found + alarms) / n, found / p, (found / (found + alarms)) / (p / n)])
    benefits = []
    for hundredth in range(1, 100):
        t = hundredth / 100
        found, _, alarms, _ = counts(positive, scores, t)
        odds = t / (1 - t)
        benefits.append([t, found / n - alarms / n * odds, p / n - (n - p) / n * odds])
    return {"gains": gains, "benefits": benefits}


question = json.load(sys.stdin)
json.dump(
    {
        "decisions": [decide(case) for case in question["decisions"]],
        "curves": [curves(case) for case in question["curves"]],
    },
    sys.stdout,
)
