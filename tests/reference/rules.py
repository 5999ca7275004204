"""What frictionless finds wrong with a CSV text by a Table Schema: [row from 0, column, constraint]."""

import json
import pathlib
import re
import sys
import tempfile

from frictionless import Resource, Schema, system

question = json.load(sys.stdin)
found = []
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "table.csv"
    path.write_text(question["text"], encoding="utf-8", newline="")
    with system.use_context(trusted=True):
        schema = Schema.from_descriptor(question["schema"])
        report = Resource(path=str(path), schema=schema, encoding="utf-8").validate(limit_errors=100_000)
    for row, column, kind, note in report.flatten(["rowNumber", "fieldName", "type", "note"]):
        if kind == "constraint-error":
            kind = re.match(r'constraint "(\w+)"', note).group(1)
        elif kind == "unique-error":
            kind = "unique"
        else:
            kind = f"{kind}: {note}"
        # The header is row 1.
        found.append([row - 2, column, kind])
json.dump(found, sys.stdout)
