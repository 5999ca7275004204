"""What onnxruntime says of a model's golden rows, as JSON.

    python tests/reference/predictor_onnx.py FOLDER

FOLDER holds model.onnx, inputs.json and golden.json.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

folder = Path(sys.argv[1])
inputs = json.loads((folder / "inputs.json").read_text())
golden = json.loads((folder / "golden.json").read_text())
MISSING = -(2**63)


def column(position, kind):
    cells = [row[position] for row in golden["rows"]]
    if kind == "number":
        with np.errstate(over="ignore"):
            return np.array([[np.float32(cell) if cell else np.nan] for cell in cells], dtype=np.float32)
    if kind == "date":
        return np.array([[np.datetime64(cell, "ms").astype(np.int64) if cell else MISSING] for cell in cells])
    return np.array([[cell] for cell in cells], dtype=object)


session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
feed = {told["name"]: column(i, told["kind"]) for i, told in enumerate(inputs)}
outputs = session.run(None, feed)
numbers = outputs[-1]
json.dump({"rows": golden["rows"], "numbers": numbers.astype(float).tolist()}, sys.stdout)
