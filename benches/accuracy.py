"""Scores of our models and of LightGBM's defaults on the real data sets, on the folds that come with them, and how fast
each boosts. Can be stopped and goes on where it was: each score is a line of the results as soon as it is there.

    cargo build --release --example accuracy
    python benches/accuracy.py [--results FILE] [--only SET,SET] [--models MODEL,MODEL]
    python benches/accuracy.py --speed [--repeats 5] [--only SET,SET]

$HEARTH_DATA names the folder of the sets (else ../shared/data), $HEARTH_ACCURACY the built example (else
target/release/examples/accuracy). Packages: tests/reference/requirements.txt. One thread each."""

import argparse
import json
import math
import os
import subprocess
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HEARTH_DATA", ROOT.parent / "shared" / "data"))
OURS = os.environ.get("HEARTH_ACCURACY", str(ROOT / "target" / "release" / "examples" / "accuracy"))
MODELS = ["linear", "forest", "extra", "boost", "lightgbm"]
# Larger sets are scored on their first fold alone, as the reference table is.
MOST_ROWS = 100_000


def read(name, about):
    frame = pd.read_csv(DATA / f"{name}.csv", low_memory=False)
    folds = np.array((DATA / "folds" / f"{name}.txt").read_text().split(), dtype=int)
    target = frame[about["target"]]
    frame = frame.drop(columns={about["target"], *about["drop"], *about["leaky"]} & set(frame.columns))
    for column in frame.columns:
        if column in about["categorical"] or not pd.api.types.is_numeric_dtype(frame[column]):
            texts = frame[column].map(lambda v: v if pd.isna(v) else str(v))
            frame[column] = texts.astype("category")
    labels = None
    if about["task"] != "regression":
        labels = sorted(target.astype(str).unique())
        target = target.astype(str).map({label: code for code, label in enumerate(labels)})
    return frame, target.to_numpy(), labels, folds


def ask_ours(frame, target, labels, folds, jobs):
    columns = []
    for column in frame.columns:
        values = frame[column]
        category = isinstance(values.dtype, pd.CategoricalDtype)
        cells = [None if pd.isna(v) else (v if category else float(v)) for v in values]
        columns.append({"name": column, "category": category, "cells": cells})
    question = {"columns": columns, "folds": folds.tolist(), "target": target.tolist()}
    if labels:
        question["labels"] = labels
    process = subprocess.Popen([OURS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(json.dumps(question) + "\n")
    for job in jobs:
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        # One after the other, so that nothing runs beside what is timed.
        yield json.loads(process.stdout.readline())
    process.stdin.close()
    if process.wait() != 0:
        raise SystemExit(f"{OURS} failed")


def ask_lightgbm(frame, target, labels, folds, fold):
    train = folds != fold
    kind = lightgbm.LGBMClassifier if labels else lightgbm.LGBMRegressor
    model = kind(n_jobs=1, verbose=-1)
    started = time.perf_counter()
    model.fit(frame[train], target[train])
    seconds = time.perf_counter() - started
    rest = frame[~train]
    if not labels:
        score = math.sqrt(np.mean((model.predict(rest) - target[~train]) ** 2))
    elif len(labels) == 2:
        score = roc_auc_score(target[~train], model.predict_proba(rest)[:, 1])
    else:
        score = float(np.mean(model.predict(rest) == target[~train]))
    return {"model": "lightgbm", "fold": fold, "score": score, "seconds": seconds, "nodes": 0}


def score_all(sets, arguments):
    results = Path(arguments.results)
    known = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    done = {(r["set"], r["model"], r["fold"]) for r in known}
    with results.open("a") as out:
        for name, about in sets.items():
            n_folds = 1 if about["rows"] > MOST_ROWS else 5
            wanted = [(m, f) for m in arguments.models for f in range(n_folds) if (name, m, f) not in done]
            if wanted:
                table = read(name, about)
                theirs = (ask_lightgbm(*table, fold) for model, fold in wanted if model == "lightgbm")
                jobs = [[model, fold] for model, fold in wanted if model != "lightgbm"]
                ours = ask_ours(*table, jobs) if jobs else []
                for answers in (theirs, ours):
                    for answer in answers:
                        known.append({"set": name, **answer})
                        print(json.dumps(known[-1]), file=out, flush=True)
    print_table(sets, known)


def print_table(sets, known):
    print("| set | score | " + " | ".join(MODELS) + " | boost − lightgbm | standard error |")
    print("|---" * (len(MODELS) + 4) + "|")
    for name, about in sets.items():
        of = lambda model: {r["fold"]: r["score"] for r in known if r["set"] == name and r["model"] == model}
        metric = {"binary": "AUC", "multiclass": "accuracy"}.get(about["task"], "RMSE")
        cells = []
        for model in MODELS:
            scores = list(of(model).values())
            cells.append(f"{np.mean(scores):.5g}" if scores else "–")
        boost, other = of("boost"), of("lightgbm")
        folds = sorted(boost.keys() & other.keys())
        apart = [boost[f] - other[f] for f in folds]
        # The error of LightGBM's mean over folds; of a single fold there is none.
        error = np.std([other[f] for f in folds], ddof=1) / math.sqrt(len(folds)) if len(folds) > 1 else math.nan
        difference = f"{np.mean(apart):+.2g}" if apart else "–"
        print(f"| {name} | {metric} | " + " | ".join(cells) + f" | {difference} | {error:.2g} |")


def speed(sets, repeats):
    print("| set | rows that train | ours, seconds | LightGBM, seconds | ratio of the best |\n|---|---|---|---|---|")
    for name, about in sets.items():
        frame, target, labels, folds = read(name, about)
        train = folds != 0
        # Numbers and codes as they are: what our fit begins with, too.
        codes = [isinstance(dtype, pd.CategoricalDtype) for dtype in frame.dtypes]
        cells = [frame[c].cat.codes.where(frame[c].notna()) if is_code else frame[c] for c, is_code in zip(frame, codes)]
        matrix = np.stack([cell.to_numpy(dtype=np.float32) for cell in cells], axis=1)[train]
        parameters = {"objective": "regression", "num_threads": 1, "verbose": -1}
        if labels:
            parameters["objective"] = "binary" if len(labels) == 2 else "multiclass"
            parameters.update({"num_class": len(labels)} if len(labels) > 2 else {})
        categories = [position for position, is_code in enumerate(codes) if is_code]
        ours, theirs = [], []
        for answer in ask_ours(frame, target, labels, folds, [["boost", 0]] * repeats):
            ours.append(answer["seconds"])
            started = time.perf_counter()
            data = lightgbm.Dataset(matrix, target[train], categorical_feature=categories, params=parameters)
            lightgbm.train(parameters, data, 100)
            theirs.append(time.perf_counter() - started)
        shown = [", ".join(f"{s:.2f}" for s in sorted(all)) for all in (ours, theirs)]
        print(f"| {name} | {train.sum():,} | {shown[0]} | {shown[1]} | {min(ours) / min(theirs):.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default=str(ROOT / "benches" / "accuracy.jsonl"))
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--models", type=lambda text: text.split(","), default=MODELS)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    sets = json.loads((DATA / "scores.json").read_text())["datasets"]
    wanted = arguments.only or (["adult", "nyc_flights"] if arguments.speed else list(sets))
    sets = {name: sets[name] for name in wanted}
    if arguments.speed:
        speed(sets, arguments.repeats)
    else:
        score_all(sets, arguments)


main()
