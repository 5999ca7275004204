"""Predicts rows with model.onnx: what score.py, score_duckdb.py and score_spark.py share.

Needs Python 3.9 or later with numpy and onnxruntime. What training never saw of a row stands in a last column; whether such
a row is predicted ("flag"), gets no answer ("abstain") or ends the work ("error") is "on_unseen" of schema.json.
"""

import json
import pathlib
import unicodedata
from datetime import date, datetime, timedelta, timezone

import numpy as np
import onnxruntime

EPOCH = datetime(1970, 1, 1)
MISSING_DATE = int(np.iinfo(np.int64).min)
GUARD = "never seen in training"
# What programs write for nothing.
NOTHING = ["", "nan", "NaN", "None", "<NA>", "NaT", "null", "NULL", "undefined"]


def spellings(level):
    """The texts that mean the same category as this one."""
    texts, whole = [level], level[:-2] if level.endswith(".0") else level
    digits = whole[1:] if whole.startswith("-") else whole
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 15 and (digits == "0" or not digits.startswith("0"))
    if plain and (whole != level or whole != "-0"):
        texts.append(whole if whole != level else whole + ".0")
    for word in (["true", "True", "TRUE"], ["false", "False", "FALSE"]):
        texts += word if level in word else []
    return {unicodedata.normalize(form, text) for text in texts for form in ("NFC", "NFD")} | set(texts)


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
        self.known = {g["column"]: self._known(g) for g in self.schema["inputs"] if g["levels"] is not None}
        self.limits = {g["column"]: [self._limit(g, text) for text in g["range"]] for g in self.schema["inputs"] if g["range"]}

    def _known(self, given):
        return {text for level in given["levels"] for text in spellings(level)}.union(given["missing_spellings"], NOTHING)

    def _limit(self, given, text):
        return self._date(given, text) if given["kind"] == "date" else np.float32(text)

    @property
    def names(self):
        """The columns that predict adds."""
        target = self.schema["target"]
        if self.schema["task"] == "regression":
            return [f"predicted {target}", GUARD]
        return [f"predicted {target}"] + [f"probability of {label}" for label in self.schema["labels"]] + [GUARD]

    def predict(self, columns, first_row=1):
        """A list of values for each of self.columns (by name; texts, numbers, dates, None) to one for each of self.names.

        What a cell holds that cannot be read is taken as missing, and told as what training never saw."""
        absent = [name for name in self.columns if name not in columns]
        if absent:
            raise Refused(f"The rows have no column {', '.join(absent)}. The model reads {', '.join(self.columns)}.")
        told = [[] for _ in range(len(columns[self.columns[0]]) if self.columns else 0)]
        feeds = {g["input"]: self._tensor(g, list(columns[g["column"]]), told) for g in self.schema["inputs"]}
        unseen = [" ".join(sentences) for sentences in told]
        strange = [place for place, text in enumerate(unseen) if text]
        if strange and self.schema["on_unseen"] == "error":
            first = strange[0]
            raise Refused(
                f"{len(strange)} of these rows hold what training never saw. Row {first_row + first}: {unseen[first]} "
                "No row after it was predicted. Correct these rows, or have the model made so that it flags them."
            )
        found = dict(zip(self.outputs, self.session.run(self.outputs, feeds)))
        if "prediction" in found:
            answers = [found["prediction"][:, 0].tolist()]
        else:
            answers = [found["label"].tolist()] + found["probabilities"].T.tolist()
        if self.schema["on_unseen"] == "abstain":
            answers = [[None if unseen[place] else value for place, value in enumerate(values)] for values in answers]
        return dict(zip(self.names, [*answers, unseen]))

    def _tensor(self, given, values, told):
        """The input's tensor. Of what training never saw, a sentence goes to the row's place in `told`."""
        kind, name = given["kind"], given["column"]
        missing = self.missing | self.missing_in.get(name, set())
        read = {"number": self._number, "date": self._date}.get(kind, self._text)
        nothing = {"number": np.nan, "date": MISSING_DATE}.get(kind, "")
        out = []
        for value, sentences in zip(values, told):
            if value is None or value != value or (isinstance(value, str) and (value == "" or value in missing)):
                out.append(nothing)
                if given["missing_share"] == 0:
                    sentences.append(f"{name} is missing; in training it never was.")
                continue
            try:
                out.append(read(given, value))
            except ValueError:
                out.append(nothing)
                sentences.append(f"{name} “{value}” is no {kind} and was read as missing.")
            else:
                sentences.extend(self._beyond(given, value, out[-1]))
        if kind == "number":
            with np.errstate(over="ignore"):
                return np.array(out, dtype=np.float64).astype(np.float32).reshape(-1, 1)
        return np.array(out, dtype=np.int64 if kind == "date" else object).reshape(-1, 1)

    def _beyond(self, given, cell, value):
        """What is strange about a cell that could be read."""
        name = given["column"]
        if name in self.known and value not in self.known[name]:
            yield f"{name} “{cell}” was rare or never seen in training."
        if name in self.limits:
            (low, high), date = self.limits[name], given["kind"] == "date"
            with np.errstate(over="ignore"):
                value = value if date else np.float32(value)
            if value < low or value > high:
                side = ("before" if date else "below") if value < low else ("after" if date else "above")
                yield f"{name} {cell} is {side} everything seen in training ({given['range'][0]} to {given['range'][1]})."

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
