"""Reads one of the real data sets as the reference table did: columns, target codes and the fold of each row, as JSON."""

import json
import sys
from pathlib import Path

import pandas as pd

question = json.load(sys.stdin)
folder, name, about = Path(question["folder"]), question["name"], question["about"]
frame = pd.read_csv(folder / f"{name}.csv", low_memory=False)
folds = [int(line) for line in (folder / "folds" / f"{name}.txt").read_text().split()]
target = frame[about["target"]]
left_out = {about["target"], *about["drop"], *about["leaky"]}
columns = []
for column in frame.columns:
    if column in left_out:
        continue
    values = frame[column]
    category = column in about["categorical"] or not pd.api.types.is_numeric_dtype(values)
    cells = [None if pd.isna(v) else (str(v) if category else float(v)) for v in values]
    columns.append({"name": column, "category": category, "cells": cells})
answer = {"columns": columns, "folds": folds}
if about["task"] == "regression":
    answer["target"] = [float(v) for v in target]
else:
    labels = sorted(target.astype(str).unique())
    answer["labels"] = labels
    answer["target"] = [labels.index(v) for v in target.astype(str)]
json.dump(answer, sys.stdout)
