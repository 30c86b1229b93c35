"""Reading paths (读取路径): files, folders and standard input, in a steady order, each file with a result."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fapiao.errors import FapiaoError
from fapiao.format import MOST_BYTES, Reading, failed, read_bytes, too_large


def read_paths(paths: Iterable[str]) -> Iterator[Reading]:
    """Yield the readings of files, of all files below folders, and of standard input for ``-``."""
    for path in paths:
        if path == "-":
            yield from read_bytes(sys.stdin.buffer.read(MOST_BYTES + 1), "-")
        else:
            for file in files_of(Path(path)):
                yield from read_file(file)


def files_of(path: Path) -> Iterator[Path]:
    """Yield a file itself, or the files below a folder in order, hidden ones left out; symbolic links are not followed.

    A folder that may not be looked into is yielded itself, so that reading it says so.
    """
    if not path.is_dir():
        yield path
        return
    try:
        children = sorted(path.iterdir())
    except OSError:
        yield path
        return
    for child in children:
        if not child.name.startswith(".") and not child.is_symlink():
            yield from files_of(child)


def name_of(path: Path) -> str:
    """Return a path as text that every output can carry; bytes of a name that are no UTF-8 become ``�``."""
    return os.fsencode(path).decode("utf-8", "replace")


def read_file(path: Path) -> Iterator[Reading]:
    """Yield the readings of one file; too large or unreadable, it gives one reading with the error."""
    name = name_of(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            yield failed(name, too_large(size))
            return
        with path.open("rb") as file:  # a pipe tells no size: never more than one byte too many
            data = file.read(MOST_BYTES + 1)
    except OSError:
        yield failed(
            name,
            FapiaoError(
                "file-not-found", f"找不到或读不了文件 {name}", f"no such file, or unreadable: {name}"
            ),
        )
        return
    yield from read_bytes(data, name)
