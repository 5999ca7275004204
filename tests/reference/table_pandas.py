"""What pandas and NumPy make of a CSV: one JSON object per column. Usage: table_pandas.py FILE MISSING..."""

import json
import sys

import numpy as np
import pandas as pd

frame = pd.read_csv(sys.argv[1], na_values=sys.argv[2:], keep_default_na=False, low_memory=False)
columns = []
for name in frame.columns:
    values = frame[name]
    known = values.dropna()
    column = {"name": name, "missing": int(values.isna().sum()), "distinct": int(known.nunique())}
    if pd.api.types.is_numeric_dtype(values) and len(known) > 0:
        numbers = known.to_numpy(dtype=float)
        column["number"] = {
            "minimum": numbers.min(),
            "maximum": numbers.max(),
            "mean": numbers.mean(),
            "deviation": known.astype(float).std(),
            "quantiles": list(np.quantile(numbers, [0.05, 0.25, 0.5, 0.75, 0.95])),
            "histogram24": np.histogram(numbers, bins=24)[0].tolist(),
        }
    else:
        counts = known.astype(str).value_counts()
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))
        column["top"] = [[text, int(count)] for text, count in ordered[:50]]
    columns.append(column)
json.dump(columns, sys.stdout)
