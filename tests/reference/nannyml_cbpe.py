"""Writes tests/data/nannyml_cbpe.json: CBPE by NannyML 0.13.1 on made-up references and rows.

Run by hand, not by `make test`: NannyML brings two gigabytes. In an environment of its own:
    pip install nannyml==0.13.1 statsmodels && NML_DISABLE_USAGE_LOGGING=1 python tests/reference/nannyml_cbpe.py
"""

import json
import pathlib
import warnings

import nannyml
import numpy as np
import pandas as pd
from nannyml.performance_estimation.confidence_based import cbpe

warnings.simplefilter("ignore")


def rows(rng, n, k, shift):
    """Probabilities as a model might give them, and classes that follow them crookedly."""
    logits = rng.normal(size=(n, k)) * 1.5
    logits[:, -1] += shift
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # Multiples of 2⁻¹⁶: exact in f32, and each row sums to 1.
    p = np.round(p * 2**16) / 2**16
    p[:, 0] = 1 - p[:, 1:].sum(axis=1)
    truth = p**1.6 / (p**1.6).sum(axis=1, keepdims=True)
    y = np.array([rng.choice(k, p=row) for row in truth])
    return p, y


def estimate(reference, current, k, needs):
    # The only random part of NannyML's: whether the probabilities need to be calibrated at all.
    cbpe.needs_calibration = lambda *_, **__: needs
    metrics = ["roc_auc", "f1", "accuracy"]
    if k == 2:
        names, columns, problem = "p1", ["p1"], "classification_binary"
    else:
        names = {f"c{i}": f"p{i}" for i in range(k)}
        columns, problem = list(names.values()), "classification_multiclass"

    def frame(p, y=None):
        called = p.argmax(axis=1)
        label = (lambda codes: codes) if k == 2 else (lambda codes: [f"c{code}" for code in codes])
        data = pd.DataFrame({name: p[:, int(name[1:])] for name in columns})
        data["called"] = label(called)
        if y is not None:
            data["y"] = label(y)
        return data

    estimator = nannyml.CBPE(
        y_pred_proba=names, y_pred="called", y_true="y", metrics=metrics, problem_type=problem, chunk_number=1
    )
    estimator.fit(frame(*reference))
    told = estimator.estimate(frame(current)).filter(period="analysis").to_df()
    return {metric: float(told[(metric, "value")].iloc[0]) for metric in metrics}


rng = np.random.default_rng(7)
cases = []
for k, n, m, shift in [(2, 300, 150, 0.0), (2, 400, 200, 1.0), (3, 300, 120, 0.7)]:
    (p, y), (now, _) = rows(rng, n, k, 0.0), rows(rng, m, k, shift)
    for needs in [True, False]:
        cases.append(
            {
                "n_classes": k,
                "calibrated": needs,
                "p": p.ravel().tolist(),
                "y": y.tolist(),
                "now": now.ravel().tolist(),
                "estimated": estimate((p.copy(), y), now.copy(), k, needs),
            }
        )
path = pathlib.Path(__file__).parent.parent / "data" / "nannyml_cbpe.json"
path.write_text(json.dumps({"nannyml": nannyml.__version__, "cases": cases}) + "\n")
