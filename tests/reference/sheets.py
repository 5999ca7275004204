"""Writes spreadsheets and Parquet files as other programs do, and says what pandas reads from them.

    sheets.py write FOLDER
    sheets.py read FILE SHEET SKIP COLUMNS   {"column": [cell or null, ...], ...}; SKIP rows above the header, COLUMNS as B:H
    sheets.py parquet FILE                   the same of a Parquet file
    sheets.py club FILE                      writes tests/data/club.xlsx, which the browser test drops
"""

import datetime as dt
import json
import re
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

N = 40
ROWS = [
    {
        "name": f"person {i}, \"called\" {i % 7}" if i % 9 else "Zoë\nÅström",
        "age": 20 + (i * 37) % 50 + (0.5 if i % 5 == 0 else 0.0) if i % 11 else None,
        "member": i % 3 == 0,
        "joined": dt.date(2019, 1, 31) + dt.timedelta(days=i * 29),
        "seen": dt.datetime(2024, 2, 28, 23, 59, 58) + dt.timedelta(hours=i * 13, milliseconds=250 * (i % 2)),
        "code": f"{i % 4:03d}",
        "share": (i % 8) / 8,
        "town": ["Bern", "Basel", "NA"][i % 3],
    }
    for i in range(N)
]
NAMES = list(ROWS[0])


def people_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active["A1"] = "Nothing to see here"
    sheet = book.create_sheet("People & more!")
    sheet["B1"] = "People of the club"
    sheet["B2"] = "as of today"
    for column, name in enumerate(NAMES):
        sheet.cell(4, 2 + column, name)
    for row, values in enumerate(ROWS):
        for column, name in enumerate(NAMES):
            cell = sheet.cell(5 + row, 2 + column, values[name])
            if name == "share":
                cell.number_format = "0.0%"
    book.create_sheet("Nothing")
    odd = book.create_sheet("Odd")
    for row in [
        ["group", "n", "double", "err", "at", "took"],
        ["a", 1, "=B2*2", "#N/A", dt.time(12, 30), dt.timedelta(hours=30)],
        [None, 2, "=B3*2", 5, dt.time(0, 15), dt.timedelta(minutes=90)],
        [None, 3, "=B4*2", "#DIV/0!", dt.time(23, 59, 59), dt.timedelta(days=2)],
        ["b", 4, "=B5*2", 7, None, None],
        [None, 5, "=B6*2", 8, None, None],
    ]:
        odd.append(row)
    odd.merge_cells("A2:A4")
    odd.merge_cells("A5:A6")
    # A table without a line of names.
    bare = book.create_sheet("Bare")
    for i in range(12):
        bare.append([i, i * 1.5, dt.date(2024, 1, 1 + i)])
    far = book.create_sheet("Far")
    far["A1"], far["XFD1048576"] = 1, 2
    book.save(path)
    # openpyxl stores no results; a spreadsheet does. Of the last formula it stays unknown.
    parts = {}
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            parts[name] = file.read(name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            text = content.decode("utf-8", "surrogateescape")
            for row in range(2, 6):
                text = re.sub(rf"(<f>B{row}\*2</f>)<v\s*/>|(<f>B{row}\*2</f>)<v></v>",
                              lambda m: f"{m[1] or m[2]}<v>{(row - 1) * 2}</v>", text)
            file.writestr(name, text.encode("utf-8", "surrogateescape"))


def people_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("People")
    day, moment = xlwt.easyxf(num_format_str="yyyy-mm-dd"), xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss.000")
    for column, name in enumerate(NAMES):
        sheet.write(0, column, name)
        for row, values in enumerate(ROWS):
            value = values[name]
            if value is not None:
                style = {"joined": day, "seen": moment}.get(name)
                sheet.write(1 + row, column, value, *([style] if style else []))
    book.save(str(path))


def club_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = dt.datetime(2026, 11, 30)
    book.active.title = "About"
    for row in [["About this file"], ["Members of a club; the table is on the other sheet."]]:
        book.active.append(row)
    sheet = book.create_sheet("Members")
    sheet["B2"] = "Members, all years"
    for column, name in enumerate(["id_number", "x", "since", "code", "answer"]):
        sheet.cell(4, 2 + column, name)
    for i in range(120):
        row = [i, (i * 37) % 100, dt.date(2020, 1, 1) + dt.timedelta(days=11 * i), f"{i % 5:03d}", "yes" if i % 2 else "no"]
        for column, value in enumerate(row):
            sheet.cell(5 + i, 2 + column, value)
    book.save(path)


def columns() -> dict:
    stamps = [None if i % 10 == 3 else dt.datetime(2024, 5, 1, 12) + dt.timedelta(minutes=i, microseconds=i * 1000) for i in range(N)]
    return {
        "i8": pa.array([i - 20 for i in range(N)], pa.int8()),
        "u32": pa.array([None if i % 6 == 0 else 4_000_000_000 + i for i in range(N)], pa.uint32()),
        "i64": pa.array([i * 10**12 for i in range(N)], pa.int64()),
        "big": pa.array([2**53 + 1 + i for i in range(N)], pa.int64()),
        "f32": pa.array([i / 3 for i in range(N)], pa.float32()),
        "f64": pa.array([float("nan") if i % 7 == 0 else i / 3 for i in range(N)], pa.float64()),
        "flag": pa.array([None if i % 5 == 0 else i % 2 == 0 for i in range(N)]),
        "code": pa.array([f"{i % 4:03d}" for i in range(N)]),
        "level": pa.array([["low", "mid", "high"][i % 3] for i in range(N)]).dictionary_encode(),
        "looks_like_a_date": pa.array([f"2024-01-{1 + i % 28:02d}" for i in range(N)]),
        "day": pa.array([dt.date(1950, 1, 1) + dt.timedelta(days=i * 777) for i in range(N)], pa.date32()),
        "ms": pa.array(stamps, pa.timestamp("ms")),
        "us": pa.array(stamps, pa.timestamp("us", tz="UTC")),
        "ns": pa.array(stamps, pa.timestamp("ns")),
        "price": pa.array([Decimal(i * 125 - 1000).scaleb(-2) for i in range(N)], pa.decimal128(12, 2)),
        "at": pa.array([dt.time(i % 24, 30) for i in range(N)], pa.time64("us")),
        "list": pa.array([[i, i + 1] for i in range(N)]),
        "bytes": pa.array([bytes([i, 255]) for i in range(N)], pa.binary()),
    }


def parquet_files(folder: Path) -> None:
    table = pa.table(columns())
    for name in ["snappy", "gzip", "lz4", "none"]:
        pq.write_table(table, folder / f"{name}.parquet", compression=name, row_group_size=15)
    for name in ["zstd", "brotli"]:
        pq.write_table(table, folder / f"{name}.parquet", compression=name)
    pq.write_table(table, folder / "v2.parquet", version="2.6", data_page_version="2.0", use_dictionary=False,
                   column_encoding={"i64": "DELTA_BINARY_PACKED", "code": "DELTA_BYTE_ARRAY"})
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), folder / "empty.parquet")
    pq.write_table(table.select(["ns", "i8"]), folder / "int96.parquet", use_deprecated_int96_timestamps=True)


def said(value) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (pd.Timestamp, dt.datetime)):
        stamp = pd.Timestamp(value)
        stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
        return {"ms": round(stamp.timestamp() * 1000)}
    if isinstance(value, dt.date):
        return {"ms": round(pd.Timestamp(value, tz="UTC").timestamp() * 1000)}
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 3600
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 3600
    return str(value)


def show(frame: pd.DataFrame) -> None:
    json.dump({str(name): [said(value) for value in frame[name].astype(object)] for name in frame}, sys.stdout)


def main() -> None:
    if sys.argv[1] == "write":
        folder = Path(sys.argv[2])
        people_xlsx(folder / "people.xlsx")
        people_xls(folder / "people.xls")
        pd.DataFrame(ROWS).to_excel(folder / "people.ods", engine="odf", index=False, sheet_name="People")
        parquet_files(folder)
    elif sys.argv[1] == "club":
        club_xlsx(Path(sys.argv[2]))
    elif sys.argv[1] == "read":
        file, sheet, skip, columns_ = sys.argv[2:6]
        show(pd.read_excel(file, sheet_name=sheet, skiprows=int(skip), usecols=columns_ or None, dtype={"code": str}))
    else:
        show(pd.read_parquet(sys.argv[2]).drop(columns=["list", "bytes"], errors="ignore"))


main()
