"""Explanations by shap, scikit-learn and NumPy: JSON in, JSON out."""

import json
import sys
import warnings

import numpy as np
import shap
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, root_mean_squared_error, roc_auc_score

warnings.simplefilter("ignore")


def matrix(case, name):
    # None is NaN.
    values = np.array([np.nan if v is None else v for v in case[name]], dtype=np.float32)
    return values.reshape(-1, case["n_columns"]).astype(float)


def below(threshold):
    """The largest float32 that is not above the threshold: the same decisions for float32 features."""
    near = np.float32(threshold)
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))


def exported(tree, scale):
    """A scikit-learn tree as lists; leaves have a left child of -1."""
    t = tree.tree_
    values = t.value[:, 0, :]
    if t.n_classes[0] > 1:
        values = values / values.sum(axis=1, keepdims=True)
    return {
        "left": t.children_left.tolist(),
        "right": t.children_right.tolist(),
        "feature": t.feature.tolist(),
        "threshold": [below(v) for v in t.threshold],
        "value": (values * scale).tolist(),
        "cover": t.weighted_n_node_samples.tolist(),
    }


def fitted_trees(case):
    rng = np.random.default_rng(case["seed"])
    x = rng.normal(size=(400, 6)).astype(np.float32).astype(float)
    # One column repeats another one, and one has few values.
    x[:, 4] = np.round(x[:, 0])
    x[:, 5] = rng.integers(0, 3, 400)
    signal = x[:, 0] + x[:, 1] * (x[:, 2] > 0) - np.abs(x[:, 3]) + 0.5 * (x[:, 5] == 1)
    if case["kind"] == "regression":
        model = GradientBoostingRegressor(n_estimators=30, max_leaf_nodes=9, random_state=0)
        y = signal
    elif case["kind"] == "binary":
        model = GradientBoostingClassifier(n_estimators=30, max_leaf_nodes=9, random_state=0)
        y = signal > np.median(signal)
    else:
        model = RandomForestClassifier(n_estimators=20, max_leaf_nodes=20, random_state=0)
        y = np.digitize(signal, np.quantile(signal, [0.33, 0.66]))
    model.fit(x, y)
    rows, background = x[:25], x[100:140]
    path = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    inter = shap.TreeExplainer(model, background, feature_perturbation="interventional", model_output="raw")
    if case["kind"] == "forest":
        trees, base = [exported(t, 1.0) for t in model.estimators_], [0.0, 0.0, 0.0]
        raw = model.predict_proba(rows)
    else:
        trees = [exported(t, model.learning_rate) for t in model.estimators_.ravel()]
        base = [float(np.ravel(model._raw_predict_init(x[:1]))[0])]
        raw = model.decision_function(rows) if case["kind"] == "binary" else model.predict(rows)
    return {
        "trees": trees,
        "base": base,
        "rows": np.ravel(rows).tolist(),
        "background": np.ravel(background).tolist(),
        "n_columns": x.shape[1],
        "raw": np.ravel(raw).tolist(),
        "path": np.ravel(path.shap_values(rows, check_additivity=False)).tolist(),
        "path_base": np.ravel(path.expected_value).tolist(),
        "interventional": np.ravel(inter.shap_values(rows, check_additivity=False)).tolist(),
        "interventional_base": np.ravel(inter.expected_value).tolist(),
    }


def given_trees(case):
    """Trees made up elsewhere, with missing values that go their own way."""
    trees = [
        {
            "children_left": np.array(t["left"], dtype=np.int32),
            "children_right": np.array(t["right"], dtype=np.int32),
            "children_default": np.array(t["default"], dtype=np.int32),
            "features": np.array(t["feature"], dtype=np.int32),
            "thresholds": np.array(t["threshold"], dtype=float),
            "values": np.array(t["value"], dtype=float).reshape(len(t["left"]), -1),
            "node_sample_weight": np.array(t["cover"], dtype=float),
        }
        for t in case["trees"]
    ]
    model = {"trees": trees, "internal_dtype": np.float64, "input_dtype": np.float64}
    rows, background = matrix(case, "rows"), matrix(case, "background")
    path = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    inter = shap.TreeExplainer(model, background, feature_perturbation="interventional")
    return {
        "path": np.ravel(path.shap_values(rows, check_additivity=False)).tolist(),
        "interventional": np.ravel(inter.shap_values(rows, check_additivity=False)).tolist(),
    }


def linear(case):
    rows, background = matrix(case, "rows"), matrix(case, "background")
    weights = np.array(case["weights"]).reshape(-1, case["n_columns"])
    intercept = np.array(case["intercept"])
    masker = shap.maskers.Independent(background, max_samples=len(background))
    values, bases = [], []
    for w, b in zip(weights, intercept):
        explainer = shap.LinearExplainer((w, b), masker)
        values.append(explainer.shap_values(rows))
        bases.append(float(explainer.expected_value))
    return {"values": np.ravel(np.stack(values, axis=2)).tolist(), "base": bases}


def network(case):
    """Hidden layers with tanh, then a linear one: the function that the network is."""
    layers = [(np.array(w).reshape(len(b), -1), np.array(b)) for w, b in case["layers"]]

    def f(x):
        for i, (w, b) in enumerate(layers):
            x = x @ w.T + b
            x = np.tanh(x) if i + 1 < len(layers) else x
        return x[:, 0]

    return f


def asked(case):
    f, rows, background = network(case), matrix(case, "rows"), matrix(case, "background")
    masker = shap.maskers.Independent(background, max_samples=len(background))
    found = shap.explainers.Exact(f, masker)(rows)
    return {"values": np.ravel(found.values).tolist(), "base": float(np.ravel(found.base_values)[0])}


METRICS = {
    "ROC AUC": (lambda y, p: roc_auc_score(y, p), 1),
    "accuracy": (lambda y, p: accuracy_score(y, p > 0.5), 1),
    "log loss": (lambda y, p: log_loss(y, p), -1),
    "RMSE": (root_mean_squared_error, -1),
    "MAE": (mean_absolute_error, -1),
}


def importance(case):
    x, y = matrix(case, "rows"), np.array(case["target"])
    if case["binary"]:
        model = LogisticRegression().fit(x, y)
        model.coef_, model.intercept_ = np.array([case["weights"]]), np.array([case["intercept"]])
        predict = lambda z: model.predict_proba(z)[:, 1]
    else:
        model = Ridge().fit(x, y)
        model.coef_, model.intercept_ = np.array(case["weights"]), case["intercept"]
        predict = model.predict
    answer = {"whole": [], "drops": [], "sklearn": [], "sklearn_sd": []}
    for name in case["metrics"]:
        metric, sign = METRICS[name]
        whole = metric(y, predict(x))
        drops = []
        for columns in case["sets"]:
            repeats = []
            for order in case["orders"]:
                changed = x.copy()
                changed[:, columns] = x[order][:, columns]
                repeats.append(sign * (whole - metric(y, predict(changed))))
            drops.append(float(np.mean(repeats)))
        answer["whole"].append(float(whole))
        answer["drops"].append(drops)
        scorer = lambda m, a, b, metric=metric, sign=sign: sign * metric(b, predict(a))
        found = permutation_importance(model, x, y, scoring=scorer, n_repeats=60, random_state=0)
        answer["sklearn"].append(found.importances_mean.tolist())
        answer["sklearn_sd"].append(found.importances_std.tolist())
    return answer


class Regressor:
    """Enough of an estimator for scikit-learn's partial dependence."""

    _estimator_type = "regressor"

    def __init__(self, f):
        self.f = f
        self.fitted_ = True

    def fit(self, x, y):
        return self

    def predict(self, x):
        return self.f(np.asarray(x, dtype=float))

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_tags__(self):
        from sklearn.linear_model import LinearRegression

        return LinearRegression().__sklearn_tags__()


def accumulated(f, x, column, edges):
    edges = np.array(edges)
    values = x[:, column]
    ends = np.clip(np.searchsorted(edges, values, side="left"), 1, len(edges) - 1)
    low, high = x.copy(), x.copy()
    low[:, column], high[:, column] = edges[ends - 1], edges[ends]
    change = f(high) - f(low)
    steps = np.array([change[ends == i].mean() if (ends == i).any() else 0.0 for i in range(1, len(edges))])
    effects = np.concatenate([[0.0], np.cumsum(steps)])
    counts = np.array([(ends == i).sum() for i in range(1, len(edges))])
    center = (counts * (effects[:-1] + effects[1:]) / 2).sum() / counts.sum()
    return effects - center


def interplay(f, x, a, b):
    def centred(columns):
        values = []
        for row in x:
            changed = x.copy()
            changed[:, columns] = row[columns]
            values.append(f(changed).mean())
        return np.array(values) - np.mean(values)

    both, first, second = centred([a, b]), centred([a]), centred([b])
    return float(((both - first - second) ** 2).sum() / (both**2).sum())


def shape(case):
    f, x = network(case), matrix(case, "rows")
    model, column = Regressor(f), case["column"]
    places = np.array(case["places"])
    found = partial_dependence(model, x, [column], custom_values={column: places}, kind="both", method="brute")
    second = case["second"]
    pair = partial_dependence(
        model, x, [column, second],
        custom_values={column: np.array(case["pair_places"][0]), second: np.array(case["pair_places"][1])},
        kind="average", method="brute",
    )
    edges = np.unique(np.quantile(x[:, column], np.arange(21) / 20, method="inverted_cdf"))
    return {
        "average": np.ravel(found["average"]).tolist(),
        "individual": found["individual"][0].tolist(),
        "surface": np.ravel(pair["average"]).tolist(),
        "edges": edges.tolist(),
        "accumulated": accumulated(f, x, column, edges).tolist(),
        "interplay": interplay(f, x[:: case["step"]], column, second),
    }


CASES = {
    "fitted_trees": fitted_trees,
    "given_trees": given_trees,
    "linear": linear,
    "asked": asked,
    "importance": importance,
    "shape": shape,
}

question = json.load(sys.stdin)
json.dump([CASES[case["what"]](case) for case in question["cases"]], sys.stdout)
