"""Every slice of one column and of two by brute force: SciPy's Welch test, its control of false discoveries, and errors of
units by NumPy: JSON in, JSON out."""

import json
import sys

import numpy as np
from scipy import stats


def losses(case):
    truth = np.array(case["truth"])
    if case["n_classes"] == 0:
        return np.abs(truth - np.array(case["predicted"])), np.abs(truth - truth.mean()), None
    p = np.array(case["predicted"]).reshape(-1, case["n_classes"])
    shares = np.bincount(truth, minlength=case["n_classes"]) / len(truth)
    return -np.log(np.maximum(p[np.arange(len(truth)), truth], 1e-6)), -np.log(shares[truth]), p.argmax(axis=1) == truth


def cuts(column):
    """Label by mask."""
    values = column["values"]
    if column["kind"] == "levels":
        known = sorted({v for v in values if v is not None})
        masks = {f"is {v}": np.array([x == v for x in values]) for v in known}
    else:
        x = np.array([np.nan if v is None else v for v in values])
        known = np.sort(x[~np.isnan(x)])
        edges = [known[part * len(known) // 4] for part in (1, 2, 3)]
        names = [f"below {edges[0]:g}"]
        names += [f"from {a:g} to below {b:g}" for a, b in zip(edges, edges[1:])] + [f"from {edges[-1]:g} on"]
        place = np.searchsorted(edges, x, side="right")
        masks = {name: (place == i) & ~np.isnan(x) for i, name in enumerate(names)}
    missing = np.array([v is None for v in values])
    if missing.sum() >= 20:
        masks["is missing"] = missing
    return {(column["name"], label): mask for label, mask in masks.items()}


def one(mask, loss, guess, right, units):
    a, b = loss[mask], loss[~mask]
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    if units is None:
        p = stats.ttest_ind(a, b, equal_var=False, alternative="greater").pvalue
        interval = stats.ttest_1samp(a, 0).confidence_interval()
    else:
        moved = np.where(mask, (loss - a.mean()) / len(a), -(loss - b.mean()) / len(b))
        names = np.unique(units)
        own = np.unique(units[mask])
        if len(own) < 10:
            return None
        both = sum(moved[units == u].sum() ** 2 for u in names) * len(names) / (len(names) - 1)
        inside = sum(moved[(units == u) & mask].sum() ** 2 for u in own) * len(own) / (len(own) - 1)
        p = stats.t.sf((a.mean() - b.mean()) / np.sqrt(both), len(own) - 1)
        half = stats.t.ppf(0.975, len(own) - 1) * np.sqrt(inside)
        interval = (a.mean() - half, a.mean() + half)
    return {
        "n": int(mask.sum()),
        "mean": a.mean(),
        "low": max(interval[0], 0.0),
        "high": interval[1],
        "others": b.mean(),
        "guess": guess[mask].mean(),
        "right": None if right is None else right[mask].mean(),
        "effect": (a.mean() - b.mean()) / pooled,
        "p": p,
    }


def answer(case):
    loss, guess, right = losses(case)
    units = None if case["units"] is None else np.array(case["units"])
    columns = [cuts(column) for column in case["columns"]]
    masks = {(key,): mask for column in columns for key, mask in column.items()}
    for i, first in enumerate(columns):
        for second in columns[i + 1 :]:
            masks |= {(a, b): first[a] & second[b] for a in first for b in second}
    fewest = max(20, int(len(loss) * 0.01))
    found = {}
    for key, mask in masks.items():
        if fewest <= mask.sum() <= len(mask) - fewest:
            told = one(mask, loss, guess, right, units)
            if told is not None:
                found[key] = told
    adjusted = stats.false_discovery_control([told["p"] for told in found.values()])
    for told, p in zip(found.values(), adjusted):
        told["p"] = float(p)
    names = {" and ".join(f"{column} {label}" for column, label in key): told for key, told in found.items()}
    return {"mean": loss.mean(), "slices": names}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
