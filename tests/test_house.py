"""The house stays one in which a newcomer finds the way: short functions, short files, in rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_FUNCTION, LONGEST_FILE = 60, 450
# Compiled by numba, where a call within a loop costs.
COMPILED = {
    "model/reconstruction/background.py": {"anneal_column"},
    "model/reconstruction/statistics.py": {"kaplan_meier", "compile_cox", "score"},
}


def files() -> Iterator[tuple[str, str]]:
    """Every module of the program, by its place, with its source."""
    for folder in ("model", "ui", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            yield place, path.read_text(encoding="utf-8")


def test_no_function_is_longer_than_a_screen_but_for_those_that_are_compiled():
    long: dict[str, set[str]] = {}
    for place, source in files():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
                long.setdefault(place, set()).add(node.name)
    assert long == COMPILED


def test_no_file_is_long():
    counted = {place: len(source.splitlines()) for place, source in files()}
    assert not {place: lines for place, lines in counted.items() if lines > LONGEST_FILE}


def test_no_page_s_file_lies_outside_a_room():
    assert [path.name for path in (ROOT / "ui").glob("*.py")] == ["__init__.py"]
