"""What examples/combine_speed.rs times, in pandas: seconds of the best of three."""

import time

import numpy as np
import pandas as pd

LEFT, RIGHT = 1_000_000, 500_000


def best(what, work):
    seconds = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        work()
        seconds = min(seconds, time.perf_counter() - began)
    print(f"{what:28} {seconds:.3f} s")


def category(random, n):
    return pd.Categorical.from_codes(random.integers(0, 40, n), [f"level {i}" for i in range(40)])


for as_text in (False, True):
    print("keys are texts" if as_text else "keys are numbers")
    random = np.random.default_rng(1)
    key = lambda numbers: pd.Series([f"key-{n}" for n in numbers]) if as_text else pd.Series(numbers.astype(float))
    left = pd.DataFrame({
        "id": key(random.integers(0, RIGHT * 11 // 10, LEFT)),
        "day": pd.to_datetime("1970-01-01") + pd.to_timedelta(random.integers(0, 3_000, LEFT), unit="D"),
        "kind": category(random, LEFT),
        "x": random.random(LEFT),
        "y": random.random(LEFT),
    })
    right = pd.DataFrame({
        "number": key(random.permutation(RIGHT)),
        "name": category(random, RIGHT),
        "v": random.random(RIGHT),
        "w": random.random(RIGHT),
    })
    merge = lambda how: left.merge(right, left_on="id", right_on="number", how=how)
    best("join, every row kept", lambda: merge("left"))
    best("join, only what matches", lambda: merge("inner"))
    best("append a million rows", lambda: pd.concat([left, left], ignore_index=True))
