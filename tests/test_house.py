"""The house stays one in which a newcomer finds the way: short functions, short files, in rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_FUNCTION, LONGEST_FILE, MOST_FLAT = 60, 450, 8
# The compiled annealing, and the charts, until each is built anew.
EXCEPTED = {"model/reconstruction/annealing.py"}


def files() -> Iterator[tuple[str, str]]:
    """Every module of the program, by its place, with its source."""
    for folder in ("model", "ui", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place not in EXCEPTED:
                yield place, path.read_text(encoding="utf-8")


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{place}:{node.lineno} {node.name}: {lines} lines"
        for place, source in files()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_no_file_is_long():
    counted = {place: len(source.splitlines()) for place, source in files()}
    long = {place: lines for place, lines in counted.items() if lines > LONGEST_FILE}
    assert not long


def test_few_files_lie_outside_a_room():
    assert len(list((ROOT / "ui").glob("*.py"))) <= MOST_FLAT


def test_every_exception_is_still_needed():
    for place in EXCEPTED:
        assert (ROOT / place).exists(), place
