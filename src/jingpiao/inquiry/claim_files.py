"""Claim files (批量提问文件): JSON Lines as they come; CSV and Excel by their headings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fapiao.errors import FapiaoError


def claim_rows(name: str) -> Iterator[dict[str, Any] | FapiaoError]:
    """Yield each row of a claims file as a mapping, or the error that stands in its place. ``-`` is standard input.

    Errors: `file-not-found`, and those of reading a table.
    """
    if name == "-":
        yield from _json_lines(sys.stdin.buffer)
        return
    path = Path(name)
    if not path.is_file():
        raise FapiaoError("file-not-found", f"找不到文件 {name}", f"no such file: {name}")
    if path.suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm"):
        from fapiao.tables.claims import claims_of_table

        yield from claims_of_table(path.read_bytes(), path.name)
        return
    with path.open("rb") as file:
        yield from _json_lines(file)


def _json_lines(lines: Any) -> Iterator[dict[str, Any] | FapiaoError]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            told = None
        if isinstance(told, dict):
            yield told
        else:
            yield FapiaoError(
                "claim-field", f"第 {number} 行不是 JSON 对象", f"line {number} is not a JSON object"
            )
