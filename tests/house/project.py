"""Where things stand, for the tests that hold the house's laws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
DOCS = ROOT / "docs"


def python_files(*folders: str) -> Iterator[Path]:
    """Yield our Python files below the given folders of the project, without migrations."""
    for folder in folders or ("src",):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


def short(path: Path) -> str:
    """Return a path as people write it, from the project's root."""
    return path.relative_to(ROOT).as_posix()
