"""Predicts the rows of a CSV file: python score.py rows.csv predicted.csv

Needs Python 3.9 or later with numpy and onnxruntime. The file is read as the training file was (recipe.json): the same
encoding, delimiter, decimal mark and order of day and month. Dates are numbers (2024-02-29, 29.2.2024), months have no
names. Every column is kept, the predictions stand behind them, and what training never saw of a row in the last.
"""

import csv
import os
import sys

from predictor import Predictor, Refused

ROWS_AT_ONCE = 10_000


def score(source, target):
    """How many rows were predicted, and how many had more cells than the head names. The target is written at the end."""
    if os.path.exists(target) and os.path.samefile(source, target):
        raise Refused(f"{source} is the file with the rows: give another name for the predictions.")
    unfinished = target + ".part"
    try:
        counts = write_all(source, unfinished)
        os.replace(unfinished, target)
        return counts
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def write_all(source, target):
    predictor = Predictor()
    reading = predictor.reading
    encoding = reading.get("encoding", "utf-8")
    encoding = {"utf-8": "utf-8-sig", "windows-1252": "cp1252"}.get(encoding, encoding)
    form = {"delimiter": reading.get("delimiter") or ",", "quotechar": reading.get("quote") or '"'}
    csv.field_size_limit(2**31 - 1)
    n_rows, n_longer = 0, 0
    with open(source, encoding=encoding, newline="") as given, open(target, "w", encoding="utf-8", newline="") as out:
        rows, writer = csv.reader(given, **form), csv.writer(out, **form)
        try:
            head = next(rows, None)
            if head is None:
                raise Refused(f"{source} is empty. Give a file with the columns {', '.join(predictor.columns)}.")
            writer.writerow(head + free(predictor.names, head))
            batch = []
            for row in rows:
                # A blank line is a row of a file with one column only.
                if not row and len(head) > 1:
                    continue
                n_longer += len(row) > len(head)
                batch.append(row[: len(head)] + [""] * (len(head) - len(row)))
                if len(batch) == ROWS_AT_ONCE:
                    n_rows += write(predictor, head, batch, writer, n_rows)
                    batch = []
            return n_rows + write(predictor, head, batch, writer, n_rows), n_longer
        except UnicodeDecodeError as error:
            raise Refused(
                f"{source}, after line {rows.line_num}: bytes that are no {error.encoding}, as the training file was. Save it so."
            ) from None
        except csv.Error as error:
            raise Refused(f"{source}, line {rows.line_num}: {error}.") from None


def write(predictor, head, batch, writer, n_before):
    if batch:
        columns = {name: [row[place] for row in batch] for place, name in enumerate(head)}
        answers = predictor.predict(columns, first_row=n_before + 1)
        for place, row in enumerate(batch):
            writer.writerow(row + [text(answers[name][place]) for name in predictor.names])
    return len(batch)


def free(names, taken):
    """The names, each with a number behind it where it is taken."""
    found, taken = [], set(taken)
    for wanted in names:
        name, copy = wanted, 1
        while name in taken:
            copy += 1
            name = f"{wanted} ({copy})"
        taken.add(name)
        found.append(name)
    return found


def text(answer):
    if answer is None:
        return ""
    return str(answer).lower() if isinstance(answer, bool) else answer


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        n_rows, n_longer = score(sys.argv[1], sys.argv[2])
    except (Refused, OSError) as refused:
        sys.exit(str(refused))
    print(f"{n_rows} rows were predicted and written to {sys.argv[2]}.")
    if n_longer:
        print(f"{n_longer} of them had more cells than the first line names; what stood beyond it was left out.")
