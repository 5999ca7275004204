"""Linear models and preparation by scikit-learn: JSON in, JSON out."""

import json
import sys
import warnings

import numpy as np
from sklearn.impute import SimpleImputer
from scipy.optimize import minimize
from sklearn.linear_model import ElasticNet, HuberRegressor, LogisticRegression, Ridge
from sklearn.preprocessing import OneHotEncoder, RobustScaler, StandardScaler

warnings.simplefilter("ignore")


def huber(x, y, case):
    """Weights and predictions on a target scaled to deviation 1."""
    if case["l1"] == 0:
        # On centred features, which moves the intercept only, so that the reference itself converges.
        x = x - x.mean(axis=0)
        model = HuberRegressor(epsilon=case["huber"], alpha=case["l2"], max_iter=10_000, tol=1e-12, warm_start=True)
        # It stops where the sum hardly falls, before the weights have settled, and goes on when it is fitted again.
        model.fit(x, y)
        for _ in range(30):
            try:
                model.fit(x, y)
            except ValueError:
                # Nothing lower is found: the weights stay as they are.
                break
        return model.coef_, model.predict(x)
    # scikit-learn has none with an L1 penalty: the same sum, its weights as differences of numbers that are not negative.
    n, epsilon = x.shape[1], case["huber"]

    def loss(v):
        weights, scale = v[:n] - v[n : 2 * n], v[-1]
        apart = x @ weights + v[-2] - y
        far = np.abs(apart) > epsilon * scale
        inner = np.where(far, 0, apart)
        value = len(y) * scale / 2 + (inner**2).sum() / (2 * scale)
        value += (epsilon * np.abs(apart[far])).sum() - far.sum() * epsilon**2 * scale / 2
        slope = np.where(far, epsilon * np.sign(apart), inner / scale)
        gradient = x.T @ slope + case["l2"] * weights
        by_scale = len(y) / 2 - (inner**2).sum() / (2 * scale**2) - far.sum() * epsilon**2 / 2
        value += case["l2"] * (weights**2).sum() / 2 + case["l1"] * v[: 2 * n].sum()
        return value, np.concatenate([gradient + case["l1"], case["l1"] - gradient, [slope.sum(), by_scale]])

    start = np.concatenate([np.zeros(2 * n), [y.mean(), y.std()]])
    bounds = [(0, None)] * (2 * n) + [(None, None), (1e-8, None)]
    options = {"maxiter": 100_000, "maxfun": 1_000_000, "ftol": 1e-16, "gtol": 1e-10}
    v = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    weights = v[:n] - v[n : 2 * n]
    return weights, x @ weights + v[-2]


def linear(case):
    x = np.array(case["features"]).reshape(-1, case["n_columns"])
    if "values" in case["target"]:
        y = np.array(case["target"]["values"])
        if case.get("huber"):
            weights, predictions = huber(x, (y - y.mean()) / y.std(), case)
            return {"weights": (weights * y.std()).tolist(), "predictions": (predictions * y.std() + y.mean()).tolist()}
        if case["l1"] > 0:
            # The L1 penalty counts on a target scaled to deviation 1; ElasticNet divides the loss by the number of rows.
            both = case["l1"] + case["l2"]
            model = ElasticNet(alpha=both / len(y), l1_ratio=case["l1"] / both, tol=1e-14, max_iter=1_000_000)
            model.fit(x, (y - y.mean()) / y.std())
            predictions = model.predict(x) * y.std() + y.mean()
            model.coef_ = model.coef_ * y.std()
        else:
            model = Ridge(alpha=case["l2"], solver="svd").fit(x, y)
            predictions = model.predict(x)
    else:
        weights = case["weights"]
        if isinstance(weights, list):
            weights = dict(enumerate(weights))
        # Fitted on centred features, which moves the intercept only, so that the reference itself converges.
        center = x.mean(axis=0)
        model = LogisticRegression(
            C=1 / case["l2"], class_weight=weights, solver="newton-cg", tol=1e-12, max_iter=10_000
        )
        if case["l1"] > 0:
            both = case["l1"] + case["l2"]
            model = LogisticRegression(
                C=1 / both, l1_ratio=case["l1"] / both, class_weight=weights,
                solver="saga", tol=1e-10, max_iter=200_000, random_state=0,
            )
        scale = x.std(axis=0) if np.ptp(x.std(axis=0)) > 100 else 1.0
        if np.ndim(scale):
            # Very different scales: the penalty is on the raw weights, so only L-BFGS on the raw features will do.
            model.set_params(solver="newton-cholesky")
        model.fit(x - center, np.array(case["target"]["codes"]))
        model.intercept_ = model.intercept_ - model.coef_ @ center
        if len(model.intercept_) > 1:
            model.intercept_ = model.intercept_ - model.intercept_.mean()
        predictions = model.predict_proba(x)
    return {
        "weights": np.ravel(model.coef_).tolist(),
        "intercept": np.ravel(model.intercept_).tolist(),
        "predictions": np.ravel(predictions).tolist(),
    }


def column(values):
    return np.array([[np.nan if v is None else v] for v in values], dtype=float)


def prepare(case):
    answer = {}
    ways = {
        "standard, median": ("median", StandardScaler()),
        "standard, mean": ("mean", StandardScaler()),
        "robust, median": ("median", RobustScaler()),
        "none, mean": ("mean", None),
    }
    encoder = OneHotEncoder(min_frequency=20, handle_unknown="infrequent_if_exist", sparse_output=False)
    known = [v for v in case["train"]["port"] if v is not None]
    encoder.fit(np.array(known, dtype=object)[:, None])
    names = [n.removeprefix("x0_") for n in encoder.get_feature_names_out()]
    test = case["test"]["port"]
    encoded = encoder.transform(np.array(["" if v is None else v for v in test], dtype=object)[:, None])
    encoded[[v is None for v in test]] = 0
    port = {
        ("port is other" if n == "infrequent_sklearn" else f"port = {n}"): encoded[:, i].tolist()
        for i, n in enumerate(names)
    }
    port["port is missing"] = [float(v is None) for v in test]
    for name, (strategy, scaler) in ways.items():
        features = dict(port)
        for feature in ["age", "income"]:
            train, held_out = column(case["train"][feature]), column(case["test"][feature])
            imputer = SimpleImputer(strategy=strategy).fit(train)
            if scaler is None:
                z = imputer.transform(held_out)
            elif name.startswith("robust"):
                scaler.fit(train)
                z = scaler.transform(imputer.transform(held_out))
                z = z / np.sqrt(1 + (z / 3) ** 2)
            else:
                z = scaler.fit(imputer.transform(train)).transform(imputer.transform(held_out))
            features[feature] = z[:, 0].tolist()
            if np.isnan(train).any():
                features[f"{feature} is missing"] = np.isnan(held_out)[:, 0].astype(float).tolist()
        answer[name] = features
    counts = {v: known.count(v) for v in set(known)}
    answer["n_rare"] = sum(n for n in counts.values() if n < 20)
    return answer


question = json.load(sys.stdin)
answer = {"linear": [linear(case) for case in question.get("linear", [])]}
if "prepare" in question:
    answer["prepare"] = prepare(question["prepare"])
json.dump(answer, sys.stdout)
