"""Rates by group and gaps between groups by fairlearn's MetricFrame and gap functions: JSON in, JSON out."""

import json
import sys

import numpy as np
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equalized_odds_difference,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, mean_absolute_error, precision_score, root_mean_squared_error


def mean_error(truth, said):
    return float(np.mean(np.asarray(said) - np.asarray(truth)))


def frame(metrics, truth, said, groups):
    found = MetricFrame(metrics=metrics, y_true=truth, y_pred=said, sensitive_features=groups)
    by_group = {name: {str(group): float(value) for group, value in found.by_group[name].items()} for name in metrics}
    return by_group, {name: float(value) for name, value in found.difference(method="between_groups").items()}


def of_class(case):
    """One class against the others; accuracy is that of the calls of all classes."""
    truth, called = np.array(case["truth"]), np.array(case["called"])
    groups, wanted = np.array(case["groups"]), case["class"]
    positive, selected = (truth == wanted).astype(int), (called == wanted).astype(int)
    by_group, _ = frame(
        {
            "Selection": selection_rate,
            "TruePositive": true_positive_rate,
            "FalsePositive": false_positive_rate,
            "Precision": lambda y, p: precision_score(y, p, zero_division=0),
        },
        positive,
        selected,
        groups,
    )
    right, right_gap = frame({"Accuracy": accuracy_score}, truth, called, groups)
    said, said_gap = frame(
        {
            "Predicted": lambda _, p: float(np.mean(p)),
            "Observed": lambda y, _: float(np.mean(y)),
            "Error": mean_error,
        },
        positive,
        np.array(case["said"]),
        groups,
    )
    gaps = {
        name: float(gap(positive, selected, sensitive_features=groups))
        for name, gap in {
            "Selection": demographic_parity_difference,
            "SelectionRatio": demographic_parity_ratio,
            "Opportunity": equal_opportunity_difference,
            "Odds": equalized_odds_difference,
        }.items()
    }
    return {"by_group": by_group | right | said, "gaps": gaps | {"Accuracy": right_gap["Accuracy"], "Error": said_gap["Error"]}}


def of_values(case):
    metrics = {"Error": mean_error, "Mae": mean_absolute_error, "Rmse": root_mean_squared_error}
    by_group, gaps = frame(metrics, np.array(case["truth"]), np.array(case["said"]), np.array(case["groups"]))
    return {"by_group": by_group, "gaps": gaps}


cases = json.load(sys.stdin)
json.dump([of_values(case) if case["class"] is None else of_class(case) for case in cases], sys.stdout)
