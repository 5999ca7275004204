"""Checks model.onnx against golden.csv: python verify.py

Needs Python 3.9 or later with numpy and onnxruntime. Prints the largest deviation of each output; the exit code is 0
when all lie within the tolerance and 1 when one does not.
"""

import csv
import json
import pathlib
import sys
from datetime import datetime, timedelta

import numpy as np
import onnxruntime

EPOCH = datetime(1970, 1, 1)
MISSING_DATE = np.iinfo(np.int64).min


def milliseconds(text):
    """ISO 8601, a date or a date and time in UTC, to milliseconds since 1970."""
    if text == "":
        return MISSING_DATE
    if "." in text:
        whole, fraction = text.split(".")
        text = whole + "." + (fraction + "000000")[:6]
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


def tensor(kind, texts):
    """A column of cells as the [N, 1] array that the model takes. An empty cell is missing."""
    if kind == "number":
        with np.errstate(over="ignore"):
            values = np.array([float(t) if t else np.nan for t in texts], dtype=np.float64).astype(np.float32)
    elif kind == "date":
        values = np.array([milliseconds(t) for t in texts], dtype=np.int64)
    else:
        values = np.array(texts, dtype=object)
    return values.reshape(-1, 1)


def main():
    folder = pathlib.Path(__file__).resolve().parent
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    with open(folder / "golden.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    names, rows = rows[0], rows[1:]
    golden, inputs = schema["golden"], schema["inputs"]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    feeds = {i["input"]: tensor(i["kind"], columns[i["column"]]) for i in inputs}

    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    wanted = [output.name for output in session.get_outputs()]
    outputs = dict(zip(wanted, session.run(wanted, feeds)))

    expected = {name: np.array([float(t) for t in columns[name]]) for name in golden["numbers"]}
    expected = np.stack([expected[name] for name in golden["numbers"]], axis=1)
    tolerance = golden["tolerance"]
    deviations = {}
    if schema["task"] == "regression":
        unit = np.maximum(golden["scale"], np.abs(expected - golden["center"]))
        unit = np.maximum(unit, np.abs(expected) / golden["float_limit"])
        found = outputs["prediction"].astype(np.float64)
        deviations["prediction, in units of README.md"] = np.abs(found - expected) / unit
        # Extremes of columns lead to predictions far outside the target, where only relative precision is left.
        usual = np.abs(expected - golden["center"]) <= 10 * golden["scale"]
        in_deviations = float((np.abs(found - expected) / golden["scale"])[usual].max(initial=0.0))
        print(f"prediction: at most {in_deviations:.3g} standard deviations of the target apart in {int(usual.sum())} usual rows")
    else:
        found = outputs["probabilities"].astype(np.float64)
        deviations["probabilities"] = np.abs(found - expected)
        deviations["label"] = label_deviation(schema, columns[golden["label"]], outputs["label"], expected, tolerance)

    deviations.update(promised_deviation(schema, columns, outputs, expected))

    failed = False
    for name, deviation in deviations.items():
        largest = float(deviation.max(initial=0.0))
        good = largest <= tolerance
        failed = failed or not good
        verdict = "within" if good else "BEYOND"
        print(f"{name}: largest deviation {largest:.3g} in {len(rows)} rows, {verdict} {tolerance:g}")
    return 1 if failed else 0


def promised_deviation(schema, columns, outputs, expected):
    """Of lower and upper, and of the sets, where the package promises any: beside a limit a class may be in or out."""
    names = schema["golden"].get("promised", [])
    if not names:
        return {}
    if schema["task"] == "regression":
        golden, deviations = schema["golden"], {}
        for name, output in zip(names, ("lower", "upper")):
            wanted = np.array([float(t) for t in columns[name]])
            near = np.maximum(np.abs(wanted), np.abs(expected[:, 0])) / golden["float_limit"]
            off = np.maximum(np.abs(wanted - golden["center"]), np.abs(expected[:, 0] - golden["center"]))
            unit = np.maximum(np.maximum(golden["scale"], off), near)
            deviations[output] = np.abs(outputs[output].astype(np.float64)[:, 0] - wanted) / unit
        return deviations
    wanted = np.stack([np.array([t == "true" for t in columns[name]]) for name in names], axis=1)
    margin = np.abs(expected - np.array(schema["promise"]["least_probability"]))
    differs = (outputs["set"] != wanted) & (margin > schema["golden"]["tolerance"])
    return {"set": differs.astype(np.float64)}


def label_deviation(schema, expected, found, probabilities, tolerance):
    """0 where the labels are equal or the decision was closer than the tolerance, else 1."""
    if schema.get("threshold") is not None:
        margin = np.abs(probabilities[:, 1] - schema["threshold"])
    else:
        ordered = np.sort(probabilities, axis=1)
        margin = ordered[:, -1] - ordered[:, -2]
    equal = np.array([e == f for e, f in zip(expected, found.tolist())])
    return np.where(equal | (margin <= tolerance), 0.0, 1.0)


if __name__ == "__main__":
    sys.exit(main())
