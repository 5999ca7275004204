"""What pandas, NumPy, SciPy and scikit-learn say about a table.

Reads {"columns": [{"name", "kind": "number"|"category"|"date"|"text", "values": [... or null]}],
"target": [...], "classes": bool, "folds": [...], "bins", "prior"} and writes one JSON object.
"""

import json
import re
import sys

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.feature_selection._mutual_info import _compute_mi_cc, _compute_mi_cd
from sklearn.metrics import mutual_info_score, r2_score, roc_auc_score

question = json.load(sys.stdin)
shares = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
kinds = {c["name"]: c["kind"] for c in question["columns"]}
frame = pd.DataFrame(
    {
        c["name"]: pd.Series(c["values"], dtype=float if c["kind"] in ("number", "date") else object)
        for c in question["columns"]
    }
)
spread = {c["name"]: np.array(c["spread"], dtype=float) for c in question["columns"] if c["spread"] is not None}
target_spread = np.array(question["target_spread"], dtype=float) if question["target_spread"] is not None else None


def none(value):
    value = float(value)
    return value if np.isfinite(value) else None


def shape(text):
    out = ""
    for c in text[:64]:
        out += (
            "9" if c.isnumeric() else "a" if c.islower() else "A" if c.isupper() else "x" if c.isalpha()
            else "_" if c.isspace() else c
        )
    return re.sub(r"(.)\1{2,}", lambda m: f"{m.group(1)}{{{len(m.group(0))}}}", out, flags=re.S)


def ordered(counts):
    return sorted(((k, int(v)) for k, v in counts.items()), key=lambda item: (-item[1], item[0]))


def describe(name):
    values = frame[name]
    known = values.dropna()
    out = {"missing": int(values.isna().sum()), "distinct": int(known.nunique())}
    out["once"] = int((known.value_counts() == 1).sum())
    if len(known) == 0:
        return out
    if kinds[name] in ("number", "date"):
        numbers = known.to_numpy(dtype=float)
        out["quantiles"] = list(np.quantile(numbers, shares))
        out["minimum"], out["maximum"] = numbers.min(), numbers.max()
        out["mean"], out["deviation"] = numbers.mean(), none(known.std()) or 0.0
        spread = known.nunique() > 1
        out["skewness"] = none(known.skew()) if spread and len(known) > 2 else None
        out["kurtosis"] = none(known.kurt()) if spread and len(known) > 3 else None
        out["zero"], out["negative"] = int((numbers == 0).sum()), int((numbers < 0).sum())
        out["histogram"] = {n: np.histogram(numbers, bins=n)[0].tolist() for n in range(1, 25)}
        out["top"] = ordered(known.value_counts())[:50]
        steps = np.diff(np.sort(known.unique()))
        if kinds[name] == "date" and len(steps):
            mode = pd.Series(steps).mode().iloc[0]
            out["step"], out["gaps"] = float(mode), int((steps > mode).sum())
    else:
        lengths = known.str.len()
        out["lengths"] = [int(lengths.min()), int(lengths.max()), float(lengths.mean())]
        out["median"] = int(lengths.quantile(0.5, interpolation="lower"))
        out["words"] = float(known.str.split().str.len().mean())
        out["patterns"] = ordered(known.map(shape).value_counts())[:20]
        counts = known.value_counts()
        out["entropy"] = float(stats.entropy(counts / counts.sum()))
        out["top"] = sorted(((k, int(v)) for k, v in counts.items()), key=lambda i: (-i[1], i[0].encode()))[:50]
    return out


def bergsma(a, b):
    table = pd.crosstab(a, b)
    n, (r, k) = table.to_numpy().sum(), table.shape
    if min(r, k) < 2:
        return None
    phi2 = stats.chi2_contingency(table, correction=False).statistic / n
    phi2 = max(0, phi2 - (k - 1) * (r - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return none(np.sqrt(phi2 / min(k - 1, r - 1)))


def ratio(numbers, levels):
    groups = [g.to_numpy() for _, g in numbers.groupby(levels)]
    n, k = len(numbers), len(groups)
    if k < 2 or numbers.nunique() < 2:
        return None
    if all(len(g) == 1 for g in groups):
        return 1.0
    f = stats.f_oneway(*groups).statistic
    if not np.isfinite(f):
        return 1.0
    return none(np.sqrt(f * (k - 1) / (f * (k - 1) + n - k)))


def associate(a, b):
    both = frame[[a, b]].dropna()
    x, y = both[a], both[b]
    numeric = [kinds[name] in ("number", "date") for name in (a, b)]
    if all(numeric):
        constant = x.nunique() < 2 or y.nunique() < 2
        value = [None, None] if constant else [stats.pearsonr(x, y).statistic, stats.spearmanr(x, y).statistic]
    elif any(numeric):
        value = ratio(x, y) if numeric[0] else ratio(y, x)
    else:
        value = bergsma(x, y)
    return {"rows": len(both), "value": value}


def information(name, target, classes):
    """As mutual_info_classif and mutual_info_regression, on values to which the noise was added already."""
    values, kind = frame[name], kinds[name]
    known = values.notna().to_numpy()
    y = target[known]
    few = kind in ("number", "date") and values.nunique() <= 20
    if kind in ("number", "date") and not few:
        x = spread[name][known]
        return _compute_mi_cd(x, y, 3) if classes else _compute_mi_cc(x, target_spread[known], 3)
    x = values[known].astype(str).to_numpy()
    return mutual_info_score(x, y) if classes else _compute_mi_cd(target_spread[known], x, 3)


def binned(values, kind, training, bins):
    if kind in ("number", "date"):
        known = values[training].dropna().to_numpy(dtype=float)
        edges = np.unique(np.quantile(known, np.arange(1, bins) / bins))
        out = np.searchsorted(edges, values.to_numpy(dtype=float), side="left").astype(object)
    else:
        out = values.astype(str).to_numpy().astype(object)
    out[values.isna().to_numpy()] = "missing"
    return out


def single_score(values, kind, target, classes):
    folds, prior = np.array(question["folds"]), question["prior"]
    labels = sorted(set(target)) if classes else [None]
    scores = []
    for fold in sorted(set(folds)):
        train, test = folds != fold, folds == fold
        cells = binned(values, kind, train, question["bins"])
        of_fold = []
        for label in labels[1:] if len(labels) == 2 else labels:
            y = (target == label).astype(float) if classes else target
            overall = y[train].mean()
            groups = pd.Series(y[train]).groupby(cells[train]).agg(["sum", "count"])
            means = ((groups["sum"] + prior * overall) / (groups["count"] + prior)).to_dict()
            predicted = np.array([means.get(c, overall) for c in cells[test]]).astype(np.float32)
            truth = y[test]
            if classes:
                if 0 < truth.sum() < len(truth):
                    of_fold.append(2 * roc_auc_score(truth, predicted) - 1)
            elif len(set(truth)) > 1:
                of_fold.append(r2_score(truth, predicted))
        if of_fold:
            scores.append(np.mean(of_fold))
    return none(np.mean(scores)) if scores else None


names = list(frame.columns)
compared = [name for name in names if kinds[name] != "text"]
missing = frame.isna()
patterns = missing.apply(lambda row: tuple(np.flatnonzero(row)), axis=1).value_counts()
groups = frame.groupby(names, dropna=False).size()
answer = {
    "columns": [describe(name) for name in names],
    "patterns": sorted([[list(map(int, k)), int(v)] for k, v in patterns.items() if k], key=lambda i: (-i[1], i[0]))[:20],
    "n_patterns": len(patterns),
    "complete": int((~missing.any(axis=1)).sum()),
    "repeats": int(frame.duplicated().sum()),
    "groups": int((groups > 1).sum()),
    "associations": [
        associate(a, b) for i, a in enumerate(compared) for b in compared[i + 1 :]
    ],
}
if question.get("target") is not None:
    target, classes = np.array(question["target"]), question["classes"]
    answer["information"] = [float(information(n, target, classes)) for n in compared]
    answer["scores"] = [single_score(frame[n], kinds[n], target, classes) for n in compared]
json.dump(answer, sys.stdout)
