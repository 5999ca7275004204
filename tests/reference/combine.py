"""Two files as one, by pandas: rows below (concat) and columns beside (merge), with what meets and what does not.

Reads {"cases": [{"left", "right": texts of CSV files, "kinds_left", "kinds_right": kind of each column,
"on": [[left, right], …], "how", "loose"} …]} from stdin; a case without "on" is put below.
"""

import io
import json
import sys

import pandas as pd


def read(text, kinds):
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_values=["", "NA"])
    for name, kind in kinds.items():
        frame[name] = typed(frame[name], kind)
    return frame


def typed(column, kind):
    if kind == "number":
        return pd.to_numeric(column, errors="coerce")
    if kind == "date":
        return pd.to_datetime(column, errors="coerce", format="ISO8601")
    return column.astype(object).where(column.notna(), None)


def as_text(column):
    """Cells as a file would have them."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_numeric_dtype(column):
        return column.map(lambda v: None if pd.isna(v) else (str(int(v)) if v == int(v) else str(v)))
    return column


def cells(frame):
    return {name: [None if pd.isna(v) else str(v) for v in as_text(frame[name])] for name in frame.columns}


def below(case, left, right):
    kinds = case["kinds_left"]
    again = right.reindex(columns=left.columns)
    for name in left.columns:
        if left[name].notna().any() and name in right.columns and kinds[name] != case["kinds_right"][name]:
            again[name] = typed(pd.Series(as_text(right[name]), dtype=object), kinds[name])
    both = {name: list(as_text(left[name])) + list(as_text(again[name])) for name in left.columns}
    return pd.DataFrame(both, columns=list(left.columns), dtype=object)


def keyed(frame, names, loose):
    """The key of each row as one text; None where a part is missing."""
    def part(column):
        texts = as_text(column)
        if loose:
            texts = texts.map(lambda v: None if pd.isna(v) or not v.strip() else v.strip().lower())
        return texts
    parts = [part(frame[name]) for name in names]
    return [None if any(pd.isna(v) for v in row) else "\x1f".join(map(str, row)) for row in zip(*parts)]


def beside(case, left, right):
    lefts, rights = [a for a, _ in case["on"]], [b for _, b in case["on"]]
    added = [c for c in right.columns if c not in rights]
    right = right.assign(**{"\x00k": keyed(right, rights, case["loose"]), "\x00j": range(len(right))})
    left = left.assign(**{"\x00k": keyed(left, lefts, case["loose"]), "\x00i": range(len(left))})
    known = right[right["\x00k"].notna()]
    counts = known["\x00k"].value_counts()
    there = left["\x00k"].map(counts).fillna(0).astype(int)
    met = set(left["\x00k"].dropna())
    told = {
        "n_matched": int((there > 0).sum()),
        "left_without_key": int(left["\x00k"].isna().sum()),
        "right_without_key": int(right["\x00k"].isna().sum()),
        "left_alone": int(((there == 0) & left["\x00k"].notna()).sum()),
        "right_alone": int((~known["\x00k"].isin(met)).sum()),
        "n_multiplied": int((there > 1).sum()),
        "n_repeated": int(sum(1 for key, n in counts.items() if n > 1 and key in met)),
        "rows_left": int(len(left.merge(known[["\x00k"]], on="\x00k", how="left"))),
        "rows_inner": int(len(left.merge(known[["\x00k"]], on="\x00k", how="inner"))),
    }
    renamed = {c: c + case["suffix"] for c in added if c in left.columns}
    known = known[added + ["\x00k", "\x00j"]].rename(columns=renamed)
    out = left.merge(known, on="\x00k", how=case["how"]).sort_values(["\x00i", "\x00j"], kind="stable")
    return out.drop(columns=["\x00k", "\x00i", "\x00j"]), told


question = json.load(sys.stdin)
answers = []
for case in question["cases"]:
    left, right = read(case["left"], case["kinds_left"]), read(case["right"], case["kinds_right"])
    if "on" in case:
        frame, told = beside(case, left, right)
        answers.append({"names": list(frame.columns), "cells": cells(frame), "n": len(frame), "told": told})
    else:
        frame = below(case, left, right)
        answers.append({"names": list(frame.columns), "cells": cells(frame), "n": len(frame)})
json.dump({"cases": answers}, sys.stdout)
