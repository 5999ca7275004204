"""What pandas makes of each operation of a recipe, and Python of each formula. JSON in, JSON out.

In: {"tables": {name: table}, "cases": [{"table": name, "operation": {...}}], "rows": table of the formulas}.
A table is a list of {"name", "kind", "cells"}; dates are milliseconds. Out: {"cases": [table], "formulas": [...]}.
"""

import datetime as dt
import json
import math
import re
import sys

import numpy as np
import pandas as pd


def frame_of(table):
    frame = {}
    for column in table:
        cells, kind = column["cells"], column["kind"]
        if kind == "number":
            frame[column["name"]] = pd.Series([np.nan if c is None else c for c in cells], dtype="float64")
        elif kind == "yes/no":
            frame[column["name"]] = pd.Series(cells, dtype="boolean")
        elif kind == "date":
            frame[column["name"]] = pd.Series(pd.to_datetime(pd.Series(cells, dtype="Int64"), unit="ms")).astype("datetime64[ms]")
        else:
            frame[column["name"]] = pd.Series(cells, dtype=object)
    return pd.DataFrame(frame)


def cell(value):
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        return int(pd.Timestamp(value).as_unit("ms").asm8.astype("int64"))
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    return str(value)


def table_of(frame):
    return [{"name": str(name), "cells": [cell(v) for v in frame[name]]} for name in frame.columns]


def texts(series):
    return series.astype(object).where(series.notna(), None)


def full(pattern):
    return re.compile(f"^(?:{pattern})$")


def numeric(text):
    return pd.to_numeric(text, errors="coerce")


def apply(frame, name, o, tables):
    f = frame.copy()
    if name == "rename":
        return f.rename(columns={o["from"]: o["to"]})
    if name == "drop":
        return f.drop(columns=o["columns"])
    if name == "retype":
        c, to = o["column"], o["to"]
        if to == "Number":
            f[c] = pd.to_numeric(f[c], errors="coerce").astype("float64")
        elif to == "Date":
            f[c] = pd.to_datetime(f[c], errors="coerce", format="%d.%m.%Y" if o["day_first"] else "ISO8601")
        elif to == "Boolean":
            f[c] = f[c].map(lambda v: None if pd.isna(v) else {"yes": True, "no": False, "1.0": True, "0.0": False}.get(str(v)))
        else:
            f[c] = f[c].map(lambda v: None if pd.isna(v) else (str(int(v)) if float(v).is_integer() else repr(v)))
        return f
    if name == "trim":
        for c in o["columns"]:
            f[c] = f[c].str.strip()
            if o["runs"]:
                f[c] = f[c].str.replace(r"\s+", " ", regex=True)
            f[c] = f[c].replace("", None)
        return f
    if name == "case":
        for c in o["columns"]:
            f[c] = getattr(f[c].str, o["to"])()
        return f
    if name == "replace":
        c, (how, what) = o["column"], next(iter(o["find"].items()))
        by = re.sub(r"\$(\d)", r"\\\1", o["by"])
        if how == "cell":
            f[c] = f[c].replace({what: by})
        elif how == "part":
            f[c] = f[c].str.replace(what, by, regex=False)
        elif how == "regex":
            f[c] = f[c].str.replace(what, by, regex=True)
        else:
            f[c] = f[c].str.replace(full(what), by, regex=True)
        f[c] = f[c].replace("", None)
        return f
    if name == "treat_as_missing":
        c = o["column"]
        as_text = f[c].map(lambda v: f"{v:g}" if isinstance(v, float) else (v.date().isoformat() if isinstance(v, pd.Timestamp) else v))
        f[c] = f[c].mask(as_text.isin(o["texts"]))
        return f
    if name == "merge":
        f[o["column"]] = f[o["column"]].replace(dict.fromkeys(o["from"], o["into"]))
        return f
    if name == "pad_zeros":
        c = o["column"]
        s = f[c] if f[c].dtype == object else f[c].map(lambda v: None if pd.isna(v) else f"{v:g}").astype(object)
        f[c] = s.str.zfill(o["width"])
        return f
    if name == "split":
        c, (how, what) = o["column"], next(iter(o["by"].items()))
        n = len(o["into"])
        if how == "positions":
            edges = [0, *what, None]
            parts = pd.DataFrame({i: f[c].str.slice(edges[i], edges[i + 1]) for i in range(n)})
        else:
            parts = f[c].str.split(what, n=n - 1, expand=True, regex=how == "regex").reindex(columns=range(n))
        at = f.columns.get_loc(c)
        for i, into in enumerate(o["into"]):
            f.insert(at + 1 + i, into, texts(parts[i].replace("", None)))
        return f if o["keep"] else f.drop(columns=c)
    if name == "combine":
        joined = f[o["columns"]].apply(lambda r: o["separator"].join(str(v) for v in r if not pd.isna(v)) or None, axis=1)
        f = f if o["keep"] else f.drop(columns=o["columns"])
        f[o["into"]] = joined
        return f
    if name == "parse_dates":
        f[o["column"]] = pd.to_datetime(f[o["column"]], format=o["format"], errors="coerce")
        return f
    if name == "fill":
        c, value = o["column"], o["value"]
        kind = f[c].dtype
        if kind == "float64":
            value = float(value)
        elif kind == "boolean":
            value = value == "true"
        elif kind != object:
            value = pd.Timestamp(value)
        f[c] = f[c].where(f[c].notna(), value)
        return f
    if name == "clip":
        c = o["column"]
        read = float if f[c].dtype == "float64" else pd.Timestamp
        low, high = (read(o[k]) if o[k] is not None else None for k in ("low", "high"))
        if o["outside"] == "becomes_bound":
            f[c] = f[c].clip(low, high)
        else:
            inside = pd.Series(True, index=f.index)
            if low is not None:
                inside &= ~(f[c] < low)
            if high is not None:
                inside &= ~(f[c] > high)
            f[c] = f[c].where(inside)
        return f
    if name == "bin":
        c = o["column"]
        cut = pd.cut(f[c], [-np.inf, *o["edges"], np.inf], right=False, labels=o["names"])
        if o["into"] == c:
            f[c] = texts(cut)
        else:
            f.insert(f.columns.get_loc(c) + 1, o["into"], texts(cut))
        return f
    if name == "derive":
        f[o["column"]] = f["n"] * 2 + 1
        return f
    if name == "filter":
        holds = f["n"] > 2
        return f[holds if o["keep"] else ~holds]
    if name == "delete_rows":
        return f.drop(index=o["rows"])
    if name == "sort":
        keys = [k["column"] for k in o["by"]]
        return f.sort_values(keys, ascending=[not k["descending"] for k in o["by"]], kind="stable", na_position="last")
    if name == "deduplicate":
        return f.drop_duplicates(subset=o["columns"] or None, keep=o["keep"])
    if name == "group":
        groups = f.groupby(o["by"], dropna=False, sort=False)
        out = groups.size().reset_index()[o["by"]]
        for a in o["aggregates"]:
            how = a["function"]
            if how == "rows":
                column = groups.size()
            elif how == "sum":
                column = groups[a["column"]].sum(min_count=1)
            else:
                column = groups[a["column"]].agg({"distinct": "nunique"}.get(how, how))
            out[a["into"]] = column.to_numpy()
        return out
    if name == "pivot":
        how = {"distinct": "nunique"}.get(o["function"], o["function"])
        wide = f.pivot_table(index=o["rows"], columns=o["names"], values=o["values"], aggfunc=how, sort=False, dropna=False, observed=True)
        wide = wide[[c for c in f[o["names"]].dropna().unique()]]
        return wide.reset_index().rename_axis(None, axis=1)
    if name == "unpivot":
        return f.melt(o["keep"], o["columns"], o["names_into"], o["values_into"])
    if name == "join":
        keys = o["on"]
        other = tables[o["with"]].copy()
        left, right = [k["left"] for k in keys], [k["right"] for k in keys]
        kept = {c: c + o["suffix"] for c in other.columns if c in f.columns and c not in right}
        other = other.rename(columns=kept).rename(columns=dict(zip(right, left)))
        other["_order"] = range(len(other))
        f["_row"] = range(len(f))
        known = other.dropna(subset=left)
        how = {"full": "left"}.get(o["kind"], o["kind"])
        out = f.merge(known, on=left, how=how).sort_values(["_row", "_order"], kind="stable")
        if o["kind"] == "full":
            out = pd.concat([out, other[~other["_order"].isin(out["_order"])]])
        return out.drop(columns=["_row", "_order"])
    if name == "append":
        other = tables[o["with"]]
        return pd.concat([f, other[[c for c in other.columns if c in f.columns]]], ignore_index=True)[list(f.columns)]
    raise SystemExit(f"{name} is not known")


def known(*values):
    return all(v is not None for v in values)


def real(value):
    if isinstance(value, complex) or value is None or not math.isfinite(value):
        return None
    return value


def kleene_and(a, b):
    return False if a is False or b is False else (None if a is None or b is None else True)


def kleene_or(a, b):
    return True if a is True or b is True else (None if a is None or b is None else False)


def extract(pattern, text):
    found = re.search(pattern, text)
    return None if found is None else found.group(1 if re.compile(pattern).groups else 0)


def parsed(text, form):
    return dt.datetime.strptime(text.strip(), form)


# A formula and the Python that it stands for; None where an argument is missing, unless it says how missing ones behave.
STRICT = [
    ("x + y * 2", lambda r: r.x + r.y * 2),
    ("x - y - 1", lambda r: r.x - r.y - 1),
    ("x / y", lambda r: r.x / r.y),
    ("x // y", lambda r: r.x // r.y),
    ("x % y", lambda r: r.x % r.y),
    ("x ^ y", lambda r: r.x**r.y),
    ("-x ^ 2", lambda r: -(r.x**2)),
    ("2 ^ 3 ^ 2 + x", lambda r: 2**3**2 + r.x),
    ("x < y", lambda r: r.x < r.y),
    ("x >= 2.5", lambda r: r.x >= 2.5),
    ("not (x = y)", lambda r: r.x != r.y),
    ("s < t", lambda r: r.s < r.t),
    ("s != \"abc\"", lambda r: r.s != "abc"),
    ("lower(s)", lambda r: r.s.lower()),
    ("upper(s)", lambda r: r.s.upper()),
    ("trim(s)", lambda r: r.s.strip()),
    ("length(s)", lambda r: len(r.s)),
    ("contains(s, \"b\")", lambda r: "b" in r.s),
    ("starts_with(s, t)", lambda r: r.s.startswith(r.t)),
    ("ends_with(s, \"c\")", lambda r: r.s.endswith("c")),
    ("replace(s, \"b\", t)", lambda r: r.s.replace("b", r.t)),
    ("substring(s, 2, 3)", lambda r: r.s[1:4]),
    ("s & \"-\" & t", lambda r: r.s + "-" + r.t),
    ("concat(s, t, s)", lambda r: r.s + r.t + r.s),
    ("matches(s, \"^[a-c]+$\")", lambda r: re.search("^[a-c]+$", r.s) is not None),
    ("extract(s, \"([a-z])b\")", lambda r: extract("([a-z])b", r.s)),
    ("extract(s, \"\\d+\")", lambda r: extract(r"\d+", r.s)),
    ("number(t)", lambda r: float(r.t)),
    ("number(p)", lambda r: float(r.p)),
    ("text(p)", lambda r: str(r.p).lower()),
    ("abs(x)", lambda r: abs(r.x)),
    ("round(x, 2)", lambda r: float(np.round(r.x, 2))),
    ("round(x)", lambda r: float(np.round(r.x))),
    ("round(x * 1000, -2)", lambda r: float(np.round(r.x * 1000, -2))),
    ("floor(x)", lambda r: math.floor(r.x)),
    ("ceil(x)", lambda r: math.ceil(r.x)),
    ("min(x, y, 1)", lambda r: min(r.x, r.y, 1)),
    ("max(x, y)", lambda r: max(r.x, r.y)),
    ("ln(x)", lambda r: math.log(r.x)),
    ("log10(x)", lambda r: math.log10(r.x)),
    ("exp(x * 100)", lambda r: math.exp(r.x * 100)),
    ("exp(y)", lambda r: math.exp(r.y)),
    ("sqrt(x)", lambda r: math.sqrt(r.x)),
    ("year(d)", lambda r: r.d.year),
    ("month(d)", lambda r: r.d.month),
    ("day(d)", lambda r: r.d.day),
    ("weekday(d)", lambda r: r.d.isoweekday()),
    ("hour(d)", lambda r: r.d.hour),
    ("days_between(d, e)", lambda r: (r.e - r.d) / dt.timedelta(days=1)),
    ("d < e", lambda r: r.d < r.e),
    ("min(d, e)", lambda r: min(r.d, r.e)),
    ("add_days(d, 1.5)", lambda r: r.d + dt.timedelta(days=1.5)),
    ("date(x, y, 3)", lambda r: dt.datetime(int(r.x) if r.x.is_integer() else 0, int(r.y) if r.y.is_integer() else 0, 3)),
    ("parse_date(u, \"%d.%m.%Y\")", lambda r: parsed(r.u, "%d.%m.%Y")),
    ("parse_date(w, \"%Y-%m-%d %H:%M\")", lambda r: parsed(r.w, "%Y-%m-%d %H:%M")),
]

LOOSE = [
    ("p and q", lambda r: kleene_and(r.p, r.q)),
    ("p or q", lambda r: kleene_or(r.p, r.q)),
    ("not p", lambda r: None if r.p is None else not r.p),
    ("is_missing(x)", lambda r: r.x is None),
    ("is_missing(s & t)", lambda r: r.s is None or r.t is None),
    ("coalesce(x, y, 7)", lambda r: next((v for v in (r.x, r.y, 7) if v is not None), None)),
    ("coalesce(s, t)", lambda r: next((v for v in (r.s, r.t) if v is not None), None)),
    ("coalesce(d, e)", lambda r: next((v for v in (r.d, r.e) if v is not None), None)),
    ("if(x > y, x, y)", lambda r: None if not known(r.x, r.y) else (r.x if r.x > r.y else r.y)),
    ("if(p, s, \"none\")", lambda r: None if r.p is None else (r.s if r.p else "none")),
    ("if(q, missing, x)", lambda r: None if r.q is None or r.q else r.x),
    ("if(p, d, e)", lambda r: None if r.p is None else (r.d if r.p else r.e)),
]


class Row:
    def __init__(self, values):
        self.values, self.strict = values, False

    def __getattr__(self, name):
        value = self.values[name]
        if value is None and self.strict:
            raise KeyError(name)
        return value


EPOCH = dt.datetime(1970, 1, 1)


def answer(of, row, strict):
    row.strict = strict
    try:
        value = of(row)
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if isinstance(value, dt.datetime):
        return round((value - EPOCH) / dt.timedelta(milliseconds=1))
    return real(value) if isinstance(value, (int, float, complex)) and not isinstance(value, bool) else value


def formulas(table):
    columns = {c["name"]: [EPOCH + dt.timedelta(milliseconds=v) if c["kind"] == "date" and v is not None else v for v in c["cells"]] for c in table}
    n = len(table[0]["cells"])
    rows = [Row({name: cells[i] for name, cells in columns.items()}) for i in range(n)]
    both = [(STRICT, True), (LOOSE, False)]
    return [{"formula": text, "cells": [answer(of, row, strict) for row in rows]} for all, strict in both for text, of in all]


question = json.load(sys.stdin)
tables = {name: frame_of(table) for name, table in question["tables"].items()}
cases = []
for case in question["cases"]:
    ((name, options),) = case["operation"].items()
    cases.append(table_of(apply(tables[case["table"]], name, options, tables)))
json.dump({"cases": cases, "formulas": formulas(question["rows"])}, sys.stdout)
