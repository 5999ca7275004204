"""Writes packed and JSON files as Python does, and says what pandas reads from JSON.

    table_formats.py pack FOLDER    CSV text from standard input -> one.csv.gz, two.gz, one.zip, several.zip, stored.zip
    table_formats.py json FILE      {"names": [...], "rows": [[text or null, ...], ...]} as pandas reads JSON lines or an array
"""

import gzip
import io
import json
import sys
import zipfile
from pathlib import Path

import pandas


def pack(folder: Path, text: bytes) -> None:
    (folder / "one.csv.gz").write_bytes(gzip.compress(text, mtime=0))
    named = io.BytesIO()
    with gzip.GzipFile("a name.csv", "wb", fileobj=named, mtime=1) as file:
        file.write(text)
    half = text.index(b"\n", len(text) // 2)
    # Two members and the zeros of a tape's block.
    two = gzip.compress(text[:half], mtime=0) + gzip.compress(text[half:], 1, mtime=0) + bytes(512)
    (folder / "two.csv.gz").write_bytes(two)
    (folder / "named.csv.gz").write_bytes(named.getvalue())
    for name, method in [("one.zip", zipfile.ZIP_DEFLATED), ("stored.zip", zipfile.ZIP_STORED)]:
        with zipfile.ZipFile(folder / name, "w", method) as file:
            file.writestr("folder/one.csv", text)
    with zipfile.ZipFile(folder / "several.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data/", b"")
        file.writestr("data/ä people.csv", text)
        file.writestr("__MACOSX/data/._people.csv", b"\0\5\26\7")
        file.writestr(".hidden.csv", b"a,b\n1,2\n")
        file.writestr("picture.png", b"\x89PNG\r\n\x1a\n")
        file.writestr("more.tsv", b"x\ty\n1\t2\n3\t4\n")
    for name, method in [("bzip.zip", zipfile.ZIP_BZIP2), ("lzma.zip", zipfile.ZIP_LZMA)]:
        with zipfile.ZipFile(folder / name, "w", method) as file:
            file.writestr("one.csv", text)


def read_json(path: Path) -> None:
    lines = path.suffix != ".json"
    # Nested objects as a.b, as json_normalize has them; order of first appearance.
    text = path.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines() if line.strip()] if lines else json.loads(text)
    flat = pandas.json_normalize(rows)
    plain = pandas.read_json(io.StringIO(text), lines=lines, dtype=False, convert_dates=False)
    assert len(plain) == len(flat)

    def said(value):
        if isinstance(value, (list, dict)):
            return json.dumps(value, separators=(",", ":"))
        if value is None or (isinstance(value, float) and value != value):
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)

    rows = [[said(value) for value in row] for row in flat.astype(object).values.tolist()]
    json.dump({"names": list(flat.columns), "rows": rows}, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "pack":
        pack(Path(sys.argv[2]), sys.stdin.buffer.read())
    else:
        read_json(Path(sys.argv[2]))
