"""Predicts the rows of a CSV file: python score.py rows.csv predicted.csv

Needs Python 3.9 or later with numpy and onnxruntime. The file is read as the training file was (recipe.json): the same
encoding, delimiter and decimal mark. Dates are ISO 8601. Every column is kept, the predictions stand behind them.
"""

import csv
import sys

from predictor import Predictor, Refused

ROWS_AT_ONCE = 10_000


def score(source, target):
    predictor = Predictor()
    reading = predictor.reading
    encoding = reading.get("encoding", "utf-8")
    encoding = {"utf-8": "utf-8-sig", "windows-1252": "cp1252"}.get(encoding, encoding)
    form = {"delimiter": reading.get("delimiter") or ",", "quotechar": reading.get("quote") or '"'}
    n_rows = 0
    with open(source, encoding=encoding, newline="") as given, open(target, "w", encoding="utf-8", newline="") as out:
        rows, writer = csv.reader(given, **form), csv.writer(out, **form)
        head = next(rows, None)
        if head is None:
            raise Refused(f"{source} is empty. Give a file with the columns {', '.join(predictor.columns)}.")
        writer.writerow(head + predictor.names)
        batch = []
        for row in rows:
            batch.append(row + [""] * (len(head) - len(row)))
            if len(batch) == ROWS_AT_ONCE:
                n_rows += write(predictor, head, batch, writer, n_rows)
                batch = []
        return n_rows + write(predictor, head, batch, writer, n_rows)


def write(predictor, head, batch, writer, n_before):
    if batch:
        columns = {name: [row[place] for row in batch] for place, name in enumerate(head)}
        answers = predictor.predict(columns, first_row=n_before + 1)
        for place, row in enumerate(batch):
            writer.writerow(row + [text(answers[name][place]) for name in predictor.names])
    return len(batch)


def text(answer):
    return str(answer).lower() if isinstance(answer, bool) else answer


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        print(f"{score(sys.argv[1], sys.argv[2])} rows were predicted and written to {sys.argv[2]}.")
    except Refused as refused:
        sys.exit(str(refused))
