"""Predicts rows with model.onnx: what score.py, score_duckdb.py and score_spark.py share.

Needs Python 3.9 or later with numpy and onnxruntime. What training never saw of a row stands in a last column; whether such
a row is predicted ("flag"), gets no answer ("abstain") or ends the work ("error") is "on_unseen" of schema.json.
"""

import json
import pathlib
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

import numpy as np
import onnxruntime

EPOCH = datetime(1970, 1, 1)
MISSING_DATE = int(np.iinfo(np.int64).min)
GUARD = "never seen in training"
TIME = (
    r"(?:[T ,:] *(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r" ?(?P<half>[ap]\.?m\.?)?(?P<offset> ?Z|[+-]\d\d:?\d\d)?)?$"
)
YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + TIME, re.I)
YEAR_LAST = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)" + TIME, re.I)
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
        # Whether the day stands before the month, for each column whose cells do not say so themselves.
        self.day_first = {}
        self.known = {g["column"]: self._known(g) for g in self.schema["inputs"] if g["levels"] is not None}
        self.limits = {g["column"]: [self._limit(g, text) for text in g["range"]] for g in self.schema["inputs"] if g["range"]}

    def _known(self, given):
        return {text for level in given["levels"] for text in spellings(level)}.union(given["missing_spellings"], NOTHING)

    def _limit(self, given, text):
        return self._date(text, None) if given["kind"] == "date" else np.float32(text)

    @property
    def names(self):
        """The columns that predict adds."""
        target, labels = self.schema["target"], self.schema["labels"]
        return [f"predicted {target}"] + [f"probability of {label}" for label in labels] + self.promised + [GUARD]

    @property
    def kinds(self):
        """What stands in each of self.names: "text", "number" or "boolean"."""
        classes = self.schema["task"] != "regression"
        answer, promised = ("text", "boolean") if classes else ("number", "number")
        return [answer] + ["number"] * len(self.schema["labels"]) + [promised] * len(self.promised) + ["text"]

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
            answers = [found[name][:, 0].tolist() for name in ("prediction", "lower", "upper") if name in found]
        else:
            sets = found["set"].T.tolist() if self.promised else []
            answers = [found["label"].tolist()] + found["probabilities"].T.tolist() + sets
        if self.schema["on_unseen"] == "abstain":
            answers = [[None if unseen[place] else value for place, value in enumerate(values)] for values in answers]
        return dict(zip(self.names, [*answers, unseen]))

    def _tensor(self, given, values, told):
        """The input's tensor. Of what training never saw, a sentence goes to the row's place in `told`."""
        kind, name = given["kind"], given["column"]
        missing = self.missing | self.missing_in.get(name, set())
        is_missing = lambda value: value is None or value != value or (isinstance(value, str) and (value == "" or value in missing))
        if kind == "date":
            order = self._order(name, [value for value in values if isinstance(value, str) and not is_missing(value)])
            read, nothing = lambda value: self._date(value, order), MISSING_DATE
        elif kind == "number":
            read, nothing = lambda value: self._number(given, value), np.nan
        else:
            read, nothing = lambda value: value if isinstance(value, str) else str(value), ""
        out, n_there, unread = [], 0, []
        for value, sentences in zip(values, told):
            if is_missing(value):
                out.append(nothing)
                if given["missing_share"] == 0:
                    sentences.append(f"{name} is missing; in training it never was.")
                continue
            n_there += 1
            try:
                out.append(read(value))
            except ValueError:
                out.append(nothing)
                unread.append(value)
                sentences.append(f"{name} “{value}” is no {kind} and was read as missing.")
            else:
                sentences.extend(self._beyond(given, value, out[-1]))
        if len(unread) == n_there > 1:
            raise Refused(
                f"No cell of the column {name} is a {kind}, the first is “{unread[0]}”. Write dates as 2024-02-29 and numbers as in "
                "the training file (recipe.json), or give the column that the model knows by this name."
            )
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

    def _order(self, name, texts):
        """Whether the day stands before the month: as the training file was read, else as these cells say."""
        if name not in self.day_first:
            chosen = self.reading.get("day_first")
            parts = [found for found in map(YEAR_LAST.match, (text.strip() for text in texts)) if found]
            may = {
                first: all(int(found["second_" if first else "first"]) <= 12 for found in parts) for first in (True, False)
            }
            if chosen is None and parts and all(may.values()) and any(found["first"] != found["second_"] for found in parts):
                raise Refused(
                    f"The column {name} has dates such as {parts[0].string}, which do not say whether the day or the month comes "
                    "first. Write them as 2024-02-29."
                )
            if not parts:
                return True
            self.day_first[name] = may[True] if chosen is None else chosen
        return self.day_first[name]

    def _date(self, value, day_first):
        """Milliseconds since 1970 in UTC. ValueError: it is no date, or in a notation that is not read here."""
        if isinstance(value, str):
            text = value.strip()
            found = YEAR_FIRST.match(text) or YEAR_LAST.match(text)
            if not found:
                raise ValueError(value)
            part, year = found.groupdict(), int(found["year"])
            if "first" in part:
                day, month = (part["first"], part["second_"]) if day_first else (part["second_"], part["first"])
                first_year = self.reading.get("first_year", 1969)
                year = first_year + (year - first_year) % 100 if len(part["year"]) == 2 else year
            else:
                day, month = part["day"], part["month"]
            hour = int(part["hour"] or 0)
            if part["half"]:
                hour = hour % 12 + (12 if part["half"][0] in "pP" else 0)
            thousandths = int((part["fraction"] or "0").ljust(3, "0")[:3])
            value = datetime(year, int(month), int(day), hour, int(part["minute"] or 0), int(part["second"] or 0), thousandths * 1000)
            offset = (part["offset"] or "").strip().replace(":", "")
            if offset and offset not in "Zz":
                sign = -1 if offset[0] == "-" else 1
                value -= sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        if value.tzinfo is not None:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return (value - EPOCH) // timedelta(milliseconds=1)
