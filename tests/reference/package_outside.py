"""Takes unpacked packages for what they claim to be, with the outside programs' own tools: python package_outside.py FOLDER...

MLflow loads and predicts the golden rows; huggingface_hub reads the card; frictionless validates the data package, CycloneDX's
library the bill of materials, and mlcroissant reads the golden rows by its own document; SHA256SUMS names every file; Triton's
configuration names what onnxruntime finds in the model; the scripts for CSV, DuckDB and Spark predict the golden rows.
"""

import csv
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import duckdb
import numpy as np
import onnxruntime
import pandas
import yaml


def golden(folder):
    """The schema, the columns of golden.csv by name, and its number of rows."""
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    with open(folder / "golden.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return schema, {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}, rows


def close(schema, columns, labels, numbers, what):
    """numbers [N, K] against the expected columns, and labels where there are any."""
    expected = np.stack([np.array([float(t) for t in columns[name]]) for name in schema["golden"]["numbers"]], axis=1)
    unit = 1.0
    if schema["task"] == "regression":
        known = schema["golden"]
        unit = np.maximum(np.maximum(known["scale"], np.abs(expected - known["center"])), np.abs(expected) / known["float_limit"])
    deviation = (np.abs(np.asarray(numbers, dtype=np.float64) - expected) / unit).max()
    assert deviation <= schema["golden"]["tolerance"], f"{what} deviates by {deviation}"
    if labels is not None:
        margin = np.sort(expected, axis=1)
        clear = margin[:, -1] - margin[:, -2] > 1e-4
        if schema["threshold"] is not None:
            clear = np.abs(expected[:, 1] - schema["threshold"]) > 1e-4
        wrong = [i for i, (a, b) in enumerate(zip(labels, columns[schema["golden"]["label"]])) if clear[i] and a != b]
        assert not wrong, f"{what} answers another label in rows {wrong}"


def promised(schema, columns, found, what):
    """The promised columns [N, …] against the expected ones: bounds as numbers, sets as true and false."""
    names = schema["golden"].get("promised", [])
    if not names:
        return
    if schema["task"] == "regression":
        known = schema["golden"]
        said = np.array([float(t) for t in columns[known["numbers"][0]]])
        for name, values in zip(names, found):
            wanted = np.array([float(t) for t in columns[name]])
            far = np.maximum(np.abs(wanted - known["center"]), np.abs(said - known["center"]))
            unit = np.maximum(np.maximum(known["scale"], far), np.maximum(np.abs(wanted), np.abs(said)) / known["float_limit"])
            assert (np.abs(np.array(values, dtype=np.float64) - wanted) / unit).max() <= known["tolerance"], f"{what}, {name}"
        return
    shares = np.stack([np.array([float(t) for t in columns[name]]) for name in schema["golden"]["numbers"]], axis=1)
    for place, (name, values) in enumerate(zip(names, found)):
        clear = np.abs(shares[:, place] - schema["promise"]["least_probability"][place]) > 2e-5
        wrong = [i for i, (a, b) in enumerate(zip(values, columns[name])) if clear[i] and str(a).lower() != b]
        assert not wrong, f"{what} has another set in rows {wrong}"


def feeds(folder, schema, columns):
    """The arrays that the model takes, as verify.py makes them."""
    sys.path.insert(0, str(folder))
    try:
        sys.modules.pop("verify", None)
        import verify

        return {given["input"]: verify.tensor(given["kind"], columns[given["column"]]) for given in schema["inputs"]}
    finally:
        sys.path.pop(0)


def mlflow_loads(folder, schema, columns):
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(str(folder))
    names = [given.name for given in model.metadata.get_input_schema().inputs]
    assert names == [given["input"] for given in schema["inputs"]], names
    answers = model.predict(feeds(folder, schema, columns))
    if schema["task"] == "regression":
        if "promise" in schema:
            promised(schema, columns, [np.asarray(answers[name]).ravel() for name in ("lower", "upper")], "MLflow")
        return close(schema, columns, None, np.asarray(answers["prediction"]).reshape(-1, 1), "MLflow")
    if "promise" in schema:
        promised(schema, columns, np.asarray(answers["set"]).T.tolist(), "MLflow")
    close(schema, columns, list(answers["label"]), np.asarray(answers["probabilities"]), "MLflow")


def hub_reads(folder, schema):
    from huggingface_hub import ModelCard

    card = ModelCard.load(folder / "README.md")
    wanted = "tabular-regression" if schema["task"] == "regression" else "tabular-classification"
    assert card.data.pipeline_tag == wanted, card.data.pipeline_tag
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    means = [score["mean"] for score in report["scores"] if score["mean"] is not None]
    if means:
        assert [result.metric_value for result in card.data.eval_results] == means, card.data.eval_results


def frictionless_accepts(folder):
    import frictionless

    found = frictionless.validate(str(folder / "datapackage.json"))
    assert found.valid, found.flatten(["type", "note"])


def cyclonedx_accepts(folder):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = (folder / "bom.cdx.json").read_text(encoding="utf-8")
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert error is None, error
    model = json.loads(text)["metadata"]["component"]
    assert model["hashes"][0]["content"] == hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()


def croissant_accepts(folder, schema, rows):
    import mlcroissant

    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert not dataset.metadata.issues.errors, dataset.metadata.issues.report()
    records = list(dataset.records("rows"))
    assert len(records) == len(rows) - 1, len(records)
    for given, label in [(g, f"rows/column-{place + 1}") for place, g in enumerate(schema["inputs"]) if g["kind"] == "number"]:
        place = rows[0].index(given["column"])
        for record, row in zip(records, rows[1:]):
            value = record[label]
            if row[place] == "":
                assert value is None or np.isnan(float(value)), (record, row)
            else:
                assert np.isclose(float(value), float(row[place])), (record, row)


def hashes_hold(folder):
    told = [line.split("  ", 1) for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path for _, path in told} == there - {"SHA256SUMS"}, there
    for sha256, path in told:
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha256, path


def triton_names_the_model(folder):
    text = (folder / "config.pbtxt").read_text(encoding="utf-8")
    session = onnxruntime.InferenceSession(str(folder / "1/model.onnx"), providers=["CPUExecutionProvider"])
    types = {"tensor(float)": "TYPE_FP32", "tensor(int64)": "TYPE_INT64", "tensor(string)": "TYPE_STRING", "tensor(bool)": "TYPE_BOOL"}
    block = re.compile(r'^(input|output) \{\n  name: (".*")\n  data_type: (\w+)\n  dims: \[ (.*) \]\n\}$', re.M)
    told = [(kind, json.loads(name), of, len(dims.split(","))) for kind, name, of, dims in block.findall(text)]
    there = [("input", i.name, types[i.type], len(i.shape)) for i in session.get_inputs()]
    there += [("output", o.name, types[o.type], len(o.shape)) for o in session.get_outputs()]
    assert told == there, (told, there)


def scripts_predict(folder, schema, columns, rows):
    n_inputs = len(schema["inputs"])
    target = schema["target"]
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        with open(place / "rows.csv", "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(row[:n_inputs] for row in rows)
        frame = pandas.read_csv(place / "rows.csv", keep_default_na=False, dtype=str)
        with duckdb.connect(str(place / "rows.db")) as made:
            made.execute("CREATE TABLE rows AS SELECT * FROM frame")
        query = f"ATTACH '{place}/rows.db' AS given (READ_ONLY); SELECT * FROM given.rows"
        for script, given, out in [("score.py", str(place / "rows.csv"), "a.csv"), ("score_duckdb.py", query, "b.csv")]:
            done = subprocess.run([sys.executable, str(folder / script), given, str(place / out)], capture_output=True, text=True)
            assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
            found = pandas.read_csv(place / out, keep_default_na=False, dtype=str)
            compare(schema, columns, found, target, script)
        sys.path.insert(0, str(folder))
        try:
            for name in ("predictor", "score_spark"):
                sys.modules.pop(name, None)
            import score_spark

            parts = list(score_spark.predict([frame[:20], frame[20:]], folder))
        finally:
            sys.path.pop(0)
        compare(schema, columns, pandas.concat(parts), target, "score_spark.py")
        if n_inputs > 1:
            with open(place / "less.csv", "w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(row[1:n_inputs] for row in rows)
            done = subprocess.run(
                [sys.executable, str(folder / "score.py"), str(place / "less.csv"), str(place / "c.csv")], capture_output=True, text=True
            )
            assert done.returncode == 1 and f"no column {rows[0][0]}" in done.stderr, done.stderr


def scripts_guard(folder, schema, rows):
    """What training never saw is told, and done as the package says, by score.py."""
    names, places = rows[0], {given["column"]: given for given in schema["inputs"]}
    usual = {name: (given["levels"] or [None])[0] or (given["range"] or [""])[0] for name, given in places.items()}
    strange = [usual]
    for name, given in places.items():
        if given["kind"] == "number" and given["range"]:
            strange += [{**usual, name: "1e30"}, {**usual, name: "no number"}]
        if given["levels"]:
            strange.append({**usual, name: "never there"})
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        for name in ("predictor.py", "score.py", "recipe.json", "model.onnx"):
            shutil.copy(folder / name, place)
        with open(place / "rows.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(places))
            writer.writeheader()
            writer.writerows(strange)
        for chosen in ("flag", "abstain", "error"):
            (place / "schema.json").write_text(json.dumps({**schema, "on_unseen": chosen}), encoding="utf-8")
            done = subprocess.run(
                [sys.executable, str(place / "score.py"), str(place / "rows.csv"), str(place / "a.csv")], capture_output=True, text=True
            )
            if chosen == "error":
                refused = len(strange) == 1 or (done.returncode == 1 and "Row 2: " in done.stderr)
                assert refused, f"{done.stdout}{done.stderr}"
                continue
            assert done.returncode == 0, done.stderr
            found = pandas.read_csv(place / "a.csv", keep_default_na=False, dtype=str)
            told = found["never seen in training"].tolist()
            assert [bool(text) for text in told] == [False] + [True] * (len(strange) - 1), told
            # A label may be the empty text; a number is none.
            answers = found.iloc[:, -2]
            assert [bool(text) for text in answers] == [chosen == "flag" or not text for text in told], (chosen, found)
            # Predicted once more, the columns of the first time stay, and the new ones have names of their own.
            again = [sys.executable, str(place / "score.py"), str(place / "a.csv"), str(place / "b.csv")]
            done = subprocess.run(again, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            with open(place / "b.csv", encoding="utf-8", newline="") as given:
                head = next(csv.reader(given))
            assert len(set(head)) == len(head) and head[-1] == "never seen in training (2)", head


def dates_are_read(folder):
    """Dates as the training file writes them; what could be read in two ways is refused."""
    sys.path.insert(0, str(folder))
    try:
        sys.modules.pop("predictor", None)
        import predictor

        made = predictor.Predictor.allow_steps(folder)
        made.reading = {"day_first": None, "first_year": 1969}
        milliseconds = lambda text: int(pandas.Timestamp(text).value // 1_000_000)
        for text, order, iso in [
            ("2024-02-29", None, "2024-02-29"),
            ("2024/2/9", None, "2024-02-09"),
            ("29.02.2024", True, "2024-02-29"),
            ("02/29/2024 1:05 pm", False, "2024-02-29T13:05"),
            ("29.2.68", True, "2068-02-29"),
            ("28.2.69", True, "1969-02-28"),
            ("2024-02-29T12:30:15.125+02:00", None, "2024-02-29T10:30:15.125"),
            ("2024-02-29 23:59:59Z", None, "2024-02-29T23:59:59"),
        ]:
            found = made._date(text, order)
            assert found == milliseconds(iso), (text, found)
        assert made._order("a", ["03.04.2024", "31.12.2024"]) and not made._order("b", ["03/04/2024", "12/31/2024"])
        for wrong in [
            lambda: made._order("c", ["03.04.2024"]),
            lambda: made._date("30.02.2024", True),
            lambda: made._date("soon", True),
        ]:
            try:
                wrong()
            except (predictor.Refused, ValueError):
                continue
            raise AssertionError("it was read")
    finally:
        sys.path.pop(0)


def compare(schema, columns, found, target, what):
    level = f"({schema['promise']['level'] * 100:.0f} %)" if "promise" in schema else ""
    if schema["task"] == "regression":
        names = [f"lower {level}", f"upper {level}"]
    else:
        names = [f"could be {label} {level}" for label in schema["labels"]]
    if level:
        promised(schema, columns, [found[name].tolist() for name in names], what)
    if schema["task"] == "regression":
        numbers = found[[f"predicted {target}"]].astype(float).to_numpy()
        return close(schema, columns, None, numbers, what)
    names = [f"probability of {label}" for label in schema["labels"]]
    close(schema, columns, found[f"predicted {target}"].tolist(), found[names].astype(float).to_numpy(), what)


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        schema, columns, rows = golden(folder)
        hashes_hold(folder)
        mlflow_loads(folder, schema, columns)
        hub_reads(folder, schema)
        frictionless_accepts(folder)
        cyclonedx_accepts(folder)
        croissant_accepts(folder, schema, rows)
        triton_names_the_model(folder)
        scripts_predict(folder, schema, columns, rows)
        scripts_guard(folder, schema, rows)
        dates_are_read(folder)
        served = yaml.safe_load((folder / "kserve.yaml").read_text(encoding="utf-8"))
        assert served["kind"] == "InferenceService" and re.fullmatch("[a-z]([-a-z0-9]*[a-z0-9])?", served["metadata"]["name"])
        for block in re.findall(r"```yaml\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.S):
            assert yaml.safe_load(block), block
        print(f"{folder.name}: taken by all")


if __name__ == "__main__":
    main()
