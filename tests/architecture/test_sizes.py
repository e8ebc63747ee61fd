"""Small files, small functions, names that say what is inside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("recovery", "cases", "processes", "staff")
FILE_LINES = 300
FUNCTION_LINES = 40
TEST_LINES = 40
TEMPLATE_LINES = 120
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, without decorators and docstring."""
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        first = function.body[1] if len(function.body) > 1 else first
    return (function.end_lineno or 0) - first.lineno + 2


def too_long(folders: tuple[str, ...], limit: int) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {function.name} has {length(function)} lines"
        for path in sources(*folders)
        for function in functions(path)
        if length(function) > limit
    ]


def test_no_source_file_grows_too_long():
    grown = {path.name: lines(path) for path in sources(*PACKAGES) if lines(path) > FILE_LINES}

    assert grown == {}


def test_no_function_grows_too_long():
    assert too_long(PACKAGES, FUNCTION_LINES) == []


def test_no_test_grows_too_long():
    assert too_long(("tests",), TEST_LINES) == []


def test_no_template_grows_too_long():
    grown = {
        str(path.relative_to(ROOT)): lines(path)
        for path in sorted(ROOT.glob("templates/**/*.html"))
        if lines(path) > TEMPLATE_LINES
    }

    assert grown == {}


def test_nothing_is_put_into_a_drawer():
    assert [path for path in sources(*PACKAGES, "tests") if path.name in DRAWERS] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX:"])
def test_nothing_is_left_for_later(word):
    marked = [path for path in sources(*PACKAGES) if word in path.read_text()]

    assert marked == []
