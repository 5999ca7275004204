"""Checks every unpacked package below a folder: onnx.checker with full checks, then its own verify.py.

Prints what deviates and ends with 1 when anything fails.
"""

import contextlib
import io
import pathlib
import runpy
import sys

import onnx


def verify(folder):
    """The exit code and the text of a package's verify.py, run as a program."""
    text = io.StringIO()
    try:
        with contextlib.redirect_stdout(text):
            runpy.run_path(str(folder / "verify.py"), run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code or 0
    return code, text.getvalue()


def main():
    packages = sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/model.onnx"))
    if not packages:
        print("no packages there")
        return 1
    failures = 0
    for folder in packages:
        try:
            model = onnx.load(folder / "model.onnx")
            onnx.checker.check_model(model, full_check=True)
            finds_words = any(node.op_type == "RegexFullMatch" for node in model.graph.node)
            assert model.ir_version == (9 if finds_words else 8), model.ir_version
            code, text = verify(folder)
        except Exception as error:  # one broken package must not hide the others
            code, text = 1, f"{type(error).__name__}: {error}\n"
        if code:
            failures += 1
        if code or len(packages) < 20:
            print(f"{folder.name}:\n{text}", end="")
    print(f"{len(packages) - failures} of {len(packages)} packages agree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
