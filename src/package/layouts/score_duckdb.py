"""Predicts the rows of whatever DuckDB reads: python score_duckdb.py "SELECT * FROM 'rows.parquet'" predicted.parquet

Needs Python 3.9 or later with duckdb, pandas, numpy and onnxruntime. The rows come in chunks, so that they may be more than
memory holds. Every column is kept, the predictions stand behind them. The target is a .parquet or a .csv file.
"""

import sys

import duckdb

from predictor import Predictor, Refused


def score(query, target):
    predictor = Predictor()
    reading, writing = duckdb.connect(), duckdb.connect()
    rows = reading.execute(query)
    n_rows = 0
    while True:
        chunk = rows.fetch_df_chunk(20)
        if chunk.empty:
            break
        columns = {name: chunk[name].astype(object).where(chunk[name].notna(), None).tolist() for name in chunk}
        for name, values in predictor.predict(columns, first_row=n_rows + 1).items():
            chunk[name] = values
        made = "INSERT INTO predicted" if n_rows else "CREATE TABLE predicted AS"
        writing.execute(f"{made} SELECT * FROM chunk")
        n_rows += len(chunk)
    if n_rows == 0:
        raise Refused("The query gives no rows.")
    writing.execute("COPY predicted TO '" + target.replace("'", "''") + "'")
    return n_rows


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        print(f"{score(sys.argv[1], sys.argv[2])} rows were predicted and written to {sys.argv[2]}.")
    except Refused as refused:
        sys.exit(str(refused))
