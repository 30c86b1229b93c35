"""Imports and their rows (导入与逐行结果) as they are published: contract §6."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from fapiao.finding import Finding
from fapiao.format import Problem
from fapiao.wording import BEIJING
from jingpiao.api.shape import Shape


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row (逐行结果). Every input row comes back exactly once."""

    ref: str
    file: str
    row: int | None
    result: Literal["new", "duplicate", "conflict", "quarantined", "failed"]
    number: str | None
    code: str | None
    original: dict[str, Any] | None
    findings: tuple[Finding, ...]
    error: Problem | None


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """How far one file has come (文件进度). ``expected`` is null where its length is not known beforehand."""

    name: str
    finished: bool
    rows: int
    expected: int | None


class ImportCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows came to what (导入计数)."""

    new: int
    duplicate: int
    conflict: int
    quarantined: int
    failed: int


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import has come (导入进度)."""

    id: int
    state: str
    made_at: datetime
    finished_at: datetime | None
    files: tuple[ImportedFile, ...]
    percent: int | None
    rows: int
    counts: ImportCounts


def _row() -> ImportRow:
    return ImportRow(
        ref="1",
        file="十一月.xlsx",
        row=17,
        result="new",
        number="26112000000219703940",
        code=None,
        original=None,
        findings=(),
        error=None,
    )


def _progress() -> ImportProgress:
    return ImportProgress(
        id=1,
        state="done",
        made_at=datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING),
        finished_at=datetime(2026, 11, 20, 9, 31, tzinfo=BEIJING),
        files=(ImportedFile(name="十一月.xlsx", finished=True, rows=200, expected=200),),
        percent=100,
        rows=200,
        counts=ImportCounts(new=197, duplicate=2, conflict=0, quarantined=1, failed=0),
    )


SHAPES = (
    Shape(name="import-row", title="逐行结果", title_en="Row of an import", type=ImportRow, example=_row),
    Shape(
        name="import",
        title="导入进度",
        title_en="Progress of an import",
        type=ImportProgress,
        example=_progress,
    ),
)
