"""Exact contributions of 1,000 rows by 500 trees of 31 leaves, here and by shap on one thread, in one go.

    cargo build --release --example explain_speed
    python tests/reference/explain_speed.py TARGET/release/examples/explain_speed
"""

import json
import os
import subprocess
import sys
import tempfile
import time

for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"]:
    os.environ[name] = "1"

import numpy as np
import shap
from sklearn.ensemble import GradientBoostingRegressor

N_ROWS, N_TREES, N_LEAVES, N_COLUMNS, N_BACKGROUND = 1_000, 500, 31, 20, 100

rng = np.random.default_rng(1)
x = rng.normal(size=(3_000, N_COLUMNS)).astype(np.float32).astype(float)
y = x[:, 0] * x[:, 1] + np.sin(3 * x[:, 2]) + np.abs(x[:, 3]) + x[:, 4:].sum(axis=1) * 0.2 + 0.3 * rng.normal(size=len(x))
model = GradientBoostingRegressor(n_estimators=N_TREES, max_leaf_nodes=N_LEAVES, max_depth=None, random_state=0, learning_rate=0.05)
model.fit(x, y)


def below(threshold):
    near = np.float32(threshold)
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))


def exported(tree):
    t = tree.tree_
    return {
        "left": t.children_left.tolist(),
        "right": t.children_right.tolist(),
        "feature": t.feature.tolist(),
        "threshold": [below(v) for v in t.threshold],
        "value": (t.value[:, 0, 0] * model.learning_rate).tolist(),
        "cover": t.weighted_n_node_samples.tolist(),
    }


trees = [exported(t) for t in model.estimators_.ravel()]
rows, background = x[:N_ROWS], x[-N_BACKGROUND:]


def timed(explainer):
    """Processor time, which other work of the machine does not lengthen, and the values."""
    best, values = float("inf"), None
    for _ in range(3):
        start = time.process_time()
        values = explainer.shap_values(rows, check_additivity=False)
        best = min(best, time.process_time() - start)
    return best, values


path = timed(shap.TreeExplainer(model, feature_perturbation="tree_path_dependent"))
inter = timed(shap.TreeExplainer(model, background, feature_perturbation="interventional"))
with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
    json.dump({"trees": trees, "rows": np.ravel(rows).tolist(), "background": np.ravel(background).tolist(),
               "n_columns": N_COLUMNS}, file)
    file.flush()
    ours = [json.loads(subprocess.run([sys.argv[1], file.name], check=True, capture_output=True).stdout) for _ in range(3)]

depth = np.mean([t.get_depth() for t in model.estimators_.ravel()])
print(f"{N_ROWS} rows, {N_TREES} trees of {N_LEAVES} leaves, mean depth {depth:.1f}, {N_COLUMNS} columns; one thread, best of three; of Hearth the time by the clock, of shap that of the processor")
for name, (theirs, values), seconds, first in [
    ("path-dependent", path, "path_dependent_seconds", "path_dependent"),
    (f"interventional, {N_BACKGROUND} rows", inter, "interventional_seconds", "interventional"),
]:
    here = min(answer[seconds] for answer in ours)
    off = np.abs(np.array(ours[0][first]) - values[0]).max()
    print(f"{name}: Hearth {here:.2f} s, shap {theirs:.2f} s ({here / theirs:.2f} of it); largest difference {off:.1e}")
    assert off < 1e-5, "they disagree"
