"""Identity cells (号码单元格): codes and numbers as a spreadsheet keeps them, with what it did to their digits.

A spreadsheet turns 20 digits into a float and drops leading zeros. Lost digits are never guessed. A leading zero is put
back only where the rules leave one reading: a code of 11 digits lacks one if the padded code names a region, and a number
beside a valid code has 8 digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fapiao.finding import Finding
from fapiao.numbers import legacy
from fapiao.numbers.texts import clean
from fapiao.tables.rows import SheetRow

_LOST = re.compile(r"^\d(\.\d+)?[eE]\+?\d{1,2}$")
_POINT_ZERO = re.compile(r"^(\d+)\.0+$")
_NOTHING = {"", "/", "--", "\\", "无", "空", "nan", "null", "none", "n/a", "#n/a"}
SHORTEST = 4
"""A number shorter than this is no number that lost its zeros."""


def identity_of(
    told: Mapping[str, str], findings: list[Finding]
) -> tuple[str | None, str | None, str | None]:
    """Return code, number and digital number that a row's texts state, each ``None`` where it has none."""
    digital, number, code = (digits_of(told, name, findings) for name in ("digital_number", "number", "code"))
    if number and len(number) == 20 and number.isdigit():
        if digital in (None, number):
            digital, number = number, None
    elif number and code:
        code = _with_zero(code, findings)
        number = _eight(code, number, findings)
    return code, number, digital


def digits_of(told: Mapping[str, str], path: str, findings: list[Finding]) -> str | None:
    """Return an identifier's text without what a spreadsheet adds, ``None`` (and a finding) where digits were lost."""
    text = told.get(path)
    if not text:
        return None
    bare = clean(text)
    if bare.isdigit() or (len(bare) == 18 and bare.isalnum()):
        return bare  # the common cases: a number, and a taxpayer's
    if bare.lower() in _NOTHING:
        return None
    if _LOST.match(bare):
        findings.append(_lost(path, bare))
        return None
    return _POINT_ZERO.sub(r"\1", bare)


def key_of(told: Mapping[str, str]) -> str:
    """Return what names a row's invoice, for joining rows; empty where it has no usable number."""
    code, number, digital = identity_of(told, [])
    return digital or (f"{code or ''}{number}" if number else "")


def cell_findings(columns: Mapping[int, str], row: SheetRow) -> tuple[Finding, ...]:
    """Return what is wrong with a row's cells: formulas without a value, and errors such as ``#N/A``."""
    return (
        *(_without_value(columns[column]) for column in row.bare if column in columns),
        *(_wrong(columns[column]) for column in row.wrong if column in columns),
    )


def _with_zero(code: str, findings: list[Finding]) -> str:
    if len(code) != 11 or not code.isdigit() or legacy.region_of(f"0{code}") is None:
        return code
    findings.append(_mended("code", code, f"0{code}"))
    return f"0{code}"


def _eight(code: str, number: str, findings: list[Finding]) -> str:
    short = SHORTEST <= len(number) < legacy.NUMBER_LENGTH and number.isdigit()
    if not short or len(code) not in legacy.CODE_LENGTHS or legacy.region_of(code) is None:
        return number
    findings.append(_mended("number", number, number.zfill(legacy.NUMBER_LENGTH)))
    return number.zfill(legacy.NUMBER_LENGTH)


def _mended(path: str, before: str, after: str) -> Finding:
    return Finding(
        code="leading-zero",
        path=path,
        severity="note",
        message=f"表格丢了开头的 0：{before} 已补为 {after}",
        message_en=f"the table lost a leading zero: {before} was read as {after}",
    )


def _lost(path: str, bare: str) -> Finding:
    return Finding(
        code="digits-lost",
        path=path,
        severity="error",
        message=f"单元格里是 {bare}：号码被表格软件改成了数字，后几位已丢失",
        message_en=f"the cell holds {bare}: the number was turned into a float and has lost digits",
    )


def _without_value(path: str) -> Finding:
    return Finding(
        code="formula-without-value",
        path=path,
        severity="warning",
        message="有公式没有保存计算结果，按空白处理",
        message_en="a formula carries no stored value and was taken as blank",
    )


def _wrong(path: str) -> Finding:
    return Finding(
        code="cell-error",
        path=path,
        severity="warning",
        message="单元格是错误值（如 #N/A），按空白处理",
        message_en="the cell holds an error such as #N/A and was taken as blank",
    )
