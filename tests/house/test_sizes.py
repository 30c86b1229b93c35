"""Files and functions stay small; a larger one needs a dated reason in docs/decisions/sizes.toml."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator

from house.project import DOCS, ROOT, SOURCE, python_files, short

MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 50
MOST_TEMPLATE_LINES = 150


def excused() -> dict[str, dict[str, str]]:
    return tomllib.loads((DOCS / "decisions" / "sizes.toml").read_text("utf-8"))


def long_files() -> Iterator[str]:
    for path in python_files("src", "tests", "benchmarks"):
        if len(path.read_text("utf-8").splitlines()) > MOST_FILE_LINES:
            yield short(path)
    for path in SOURCE.rglob("*.html"):
        if len(path.read_text("utf-8").splitlines()) > MOST_TEMPLATE_LINES:
            yield short(path)


def long_functions() -> Iterator[str]:
    for path in python_files("src"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES:
                    yield f"{short(path)}:{node.name}"


def test_no_file_grows_past_its_limit_unexcused():
    assert [path for path in long_files() if path not in excused()] == []


def test_no_function_grows_past_its_limit_unexcused():
    assert [name for name in long_functions() if name not in excused()] == []


def test_every_excuse_is_dated_has_a_reason_and_is_still_needed():
    needed = {*long_files(), *long_functions()}
    for name, excuse in excused().items():
        assert excuse["since"], name
        assert len(excuse["reason"]) > 20, name
        assert name in needed, f"{name} no longer needs its excuse"


def test_no_room_has_a_banned_name():
    banned = {"utils", "helpers", "common", "core", "base", "misc", "manager"}
    for path in python_files("src"):
        words = {path.stem, *path.relative_to(ROOT).parent.parts}
        assert not words & banned, short(path)
        assert not path.stem[-1].isdigit() or path.stem in NAMES_THAT_ARE_STANDARDS, short(path)


NAMES_THAT_ARE_STANDARDS = {"sm2", "sm3", "jbig2"}
