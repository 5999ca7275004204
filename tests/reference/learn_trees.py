"""Boosting by LightGBM and forests by scikit-learn: JSON in, JSON out."""

import json
import sys
import warnings

import lightgbm
import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor

warnings.simplefilter("ignore")


def matrix(case):
    return np.array([np.nan if v is None else v for v in case["features"]], dtype=float).reshape(-1, case["n_columns"])


def boost(case):
    x, y = matrix(case), np.array(case["target"], dtype=float)
    parameters = {
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "enable_bundle": False,
        "feature_pre_filter": False,
        "verbose": -1,
        "metric": case["metric"],
        **case["parameters"],
    }
    data = lightgbm.Dataset(
        x,
        y,
        weight=None if case["weights"] is None else np.array(case["weights"]),
        categorical_feature=case["categories"],
        params=parameters,
    )
    losses = {}
    model = lightgbm.train(
        parameters,
        data,
        case["rounds"],
        valid_sets=[data],
        valid_names=["training"],
        callbacks=[lightgbm.record_evaluation(losses)],
    )
    return {
        "losses": losses["training"][case["metric"]],
        "predictions": np.ravel(model.predict(x)).tolist(),
        "n_leaves": [tree["num_leaves"] for tree in model.dump_model()["tree_info"]],
    }


def forest(case):
    x, y = matrix(case), np.array(case["target"], dtype=float)
    train = np.arange(len(y)) < case["n_train"]
    kinds = {
        (True, False): RandomForestClassifier,
        (False, False): RandomForestRegressor,
        (True, True): ExtraTreesClassifier,
        (False, True): ExtraTreesRegressor,
    }
    bagged = {} if case["extra"] else {"oob_score": True}
    model = kinds[case["classes"], case["extra"]](
        n_estimators=case["trees"],
        max_features=case["column_share"],
        min_samples_leaf=case["min_rows_leaf"],
        random_state=0,
        **bagged,
    ).fit(x[train], y[train])
    return {"score": model.score(x[~train], y[~train]), "out_of_bag": None if case["extra"] else model.oob_score_}


cases = json.load(sys.stdin)
json.dump([{"boost": boost, "forest": forest}[case["what"]](case) for case in cases], sys.stdout)
