"""Predicts rows with model.onnx: what score.py, score_duckdb.py and score_spark.py share.

Needs Python 3.9 or later with numpy and onnxruntime.
"""

import json
import pathlib
from datetime import date, datetime, timedelta, timezone

import numpy as np
import onnxruntime

EPOCH = datetime(1970, 1, 1)
MISSING_DATE = int(np.iinfo(np.int64).min)


class Refused(Exception):
    """What is wrong with the rows, and what helps."""


class Predictor:
    def __init__(self, folder=None):
        folder = pathlib.Path(folder or pathlib.Path(__file__).resolve().parent)
        read = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
        self.schema, self.reading = read("schema.json"), read("recipe.json")["import"] or {}
        if self.schema["steps_before"]:
            raise Refused(
                "The model reads columns that steps make of those of a file (recipe.json). Do these steps first, or let "
                "Hearth predict: `hearth score`. Rows behind the steps are taken with Predictor.allow_steps()."
            )
        self._open(folder)

    @classmethod
    def allow_steps(cls, folder=None):
        """For rows that are behind the steps already."""
        made = cls.__new__(cls)
        folder = pathlib.Path(folder or pathlib.Path(__file__).resolve().parent)
        read = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
        made.schema, made.reading = read("schema.json"), {}
        made._open(folder)
        return made

    def _open(self, folder):
        self.columns = [given["column"] for given in self.schema["inputs"]]
        self.session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        self.outputs = [output.name for output in self.session.get_outputs()]
        self.missing = set(self.reading.get("missing", []))
        self.missing_in = {m["column"]: set(m["texts"]) for m in self.reading.get("missing_in", [])}

    @property
    def names(self):
        """The columns that predict adds."""
        target, labels = self.schema["target"], self.schema["labels"]
        return [f"predicted {target}"] + [f"probability of {label}" for label in labels] + self.promised

    @property
    def promised(self):
        """Of these the columns that say how far the truth may lie off, where rows were set aside for that (README.md)."""
        promise = self.schema.get("promise")
        if not promise:
            return []
        level = f"({promise['level']:.0%})".replace("%", " %")
        if self.schema["task"] == "regression":
            return [f"{bound} {level}" for bound in ("lower", "upper")]
        return [f"could be {label} {level}" for label in self.schema["labels"]]

    def predict(self, columns, first_row=1):
        """A list of values for each of self.columns (by name; texts, numbers, dates, None) to one for each of self.names."""
        absent = [name for name in self.columns if name not in columns]
        if absent:
            raise Refused(f"The rows have no column {', '.join(absent)}. The model reads {', '.join(self.columns)}.")
        feeds = {g["input"]: self._tensor(g, list(columns[g["column"]]), first_row) for g in self.schema["inputs"]}
        found = dict(zip(self.outputs, self.session.run(self.outputs, feeds)))
        if "prediction" in found:
            answers = {self.names[0]: found["prediction"][:, 0].tolist()}
            answers.update({name: found[name.split()[0]][:, 0].tolist() for name in self.promised})
            return answers
        labels = self.schema["labels"]
        answers = {self.names[0]: found["label"].tolist()}
        for place, name in enumerate(self.names[1 : len(labels) + 1]):
            answers[name] = found["probabilities"][:, place].tolist()
        for place, name in enumerate(self.promised):
            answers[name] = found["set"][:, place].tolist()
        return answers

    def _tensor(self, given, values, first_row):
        kind, missing = given["kind"], self.missing | self.missing_in.get(given["column"], set())
        read = {"number": self._number, "date": self._date}.get(kind, self._text)
        out = []
        for place, value in enumerate(values):
            if value is None or value != value or (isinstance(value, str) and (value == "" or value in missing)):
                out.append({"number": np.nan, "date": MISSING_DATE}.get(kind, ""))
                continue
            try:
                out.append(read(given, value))
            except ValueError:
                raise Refused(
                    f"Row {first_row + place}, column {given['column']}: {value!r} is no {kind}. Mend it, or leave the cell empty."
                ) from None
        types = {"number": np.float32, "date": np.int64}
        if kind == "number":
            with np.errstate(over="ignore"):
                return np.array(out, dtype=np.float64).astype(np.float32).reshape(-1, 1)
        return np.array(out, dtype=types.get(kind, object)).reshape(-1, 1)

    def _number(self, given, value):
        if not isinstance(value, str):
            return float(value)
        text = value.strip()
        if given["unit"]:
            text = text.removeprefix(given["unit"]).removesuffix(given["unit"]).strip()
        thousands, mark = self.reading.get("thousands", ""), self.reading.get("decimal_mark", ".")
        for apart in ([" ", "\u00a0", "\u202f", "\u2009", "'", "\u2019"] if thousands == " " else [thousands]):
            text = text.replace(apart, "") if apart else text
        return float(text.replace(mark, ".") if mark != "." else text)

    def _date(self, given, value):
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip())
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        if value.tzinfo is not None:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return (value - EPOCH) // timedelta(milliseconds=1)

    def _text(self, given, value):
        return value if isinstance(value, str) else str(value)
