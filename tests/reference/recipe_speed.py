"""Seconds of the steps of examples/recipe_speed.rs in pandas. Usage: recipe_speed.py nyc_flights.csv"""

import sys
import time

import numpy as np
import pandas as pd

frame = pd.read_csv(sys.argv[1])
airlines = pd.DataFrame({"code": ["UA", "AA", "B6", "DL", "EV"], "name": ["United", "American", "JetBlue", "Delta", "ExpressJet"]})
steps = {
    "nothing (a copy)": lambda f: f.copy(),
    "rename": lambda f: f.rename(columns={"dest": "destination"}).copy(),
    "case": lambda f: f.assign(carrier=f["carrier"].str.lower()).copy(),
    "regex": lambda f: f.assign(tailnum=f["tailnum"].str.replace(r"^N(\d+)", r"\1-", regex=True)).copy(),
    "fill": lambda f: f.assign(dep_delay=f["dep_delay"].fillna(0)).copy(),
    "clip": lambda f: f.assign(dep_delay=f["dep_delay"].clip(-30, 180)).copy(),
    "derive number": lambda f: f.assign(speed=np.round(f["distance"] / f["air_time"] * 60, 1)).copy(),
    "derive text": lambda f: f.assign(route=f["origin"] + "-" + f["dest"]).copy(),
    "filter": lambda f: f[(f["dep_delay"] > 15) & (f["origin"] == "JFK")],
    "sort": lambda f: f.sort_values(["dep_delay", "distance"], ascending=[False, True], kind="stable"),
    "deduplicate": lambda f: f.drop_duplicates(["carrier", "flight"]),
    "group": lambda f: f.groupby(["origin", "month"], sort=False, dropna=False)[["dep_delay", "distance"]].mean(),
    "join": lambda f: f.merge(airlines, left_on="carrier", right_on="code", how="left"),
}
for name, step in steps.items():
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        step(frame)
        best = min(best, time.perf_counter() - start)
    print(f"{name}: {best:.4f} s")
