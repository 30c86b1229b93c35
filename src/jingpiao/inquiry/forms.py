"""The form of a question (提问表单): which fields the page offers, and what is wrong with what was typed into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fapiao.asking.fields import parse_day
from fapiao.errors import ERRORS, FapiaoError
from fapiao.format import MOST_BYTES, Problem
from fapiao.money import parse_money

FIELDS = ("issued_on", "total", "amount", "code", "seller_tax_id")
_MONEY = {"total": ("价税合计", "total"), "amount": ("不含税金额", "amount without tax")}


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field, or with the whole (表单错误); ``field`` is the id of the field to go to."""

    field: str
    message: str
    message_en: str
    code: str = ""
    next_step: str = ""
    next_step_en: str = ""


EMPTY = Slip(
    field="text",
    code="claim-empty",
    message="请先粘贴发票号码，或选择一个文件",
    message_en="Paste a number or choose a file first",
)
LARGE = Slip(
    field="file",
    code="file-too-large",
    message=f"文件超过 {MOST_BYTES // 2**20} MB",
    message_en=f"The file is over {MOST_BYTES // 2**20} MB",
    next_step=ERRORS["file-too-large"].next_step,
    next_step_en=ERRORS["file-too-large"].next_step_en,
)


def told_fields(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the optional fields that were filled in."""
    return {name: str(given[name]).strip() for name in FIELDS if str(given.get(name) or "").strip()}


def slips(told: Mapping[str, str]) -> Iterator[Slip]:
    """Yield what cannot be read in the optional fields."""
    if "issued_on" in told and not _reads(parse_day, told["issued_on"]):
        yield Slip(
            field="issued_on",
            code="claim-field",
            message=f"开票日期认不出“{told['issued_on'][:40]}”，请写成 2026-11-24 或 20261124",
            message_en=f"The date '{told['issued_on'][:40]}' cannot be read: write it like 2026-11-24 or 20261124",
        )
    for name, (zh, en) in _MONEY.items():
        if name in told and not _reads(parse_money, told[name]):
            yield Slip(
                field=name,
                code="claim-field",
                message=f"{zh}认不出“{told[name][:40]}”，请写成 1130.00",
                message_en=f"The {en} '{told[name][:40]}' cannot be read: write it like 1130.00",
            )


def of_problem(problem: Problem, field: str = "file") -> Slip:
    """Return a reader's problem as a slip of the form, with its next step."""
    kind = ERRORS.get(problem.code)
    return Slip(
        field=field,
        code=problem.code,
        message=problem.message,
        message_en=problem.message_en or problem.message,
        next_step=kind.next_step if kind else "",
        next_step_en=kind.next_step_en if kind else "",
    )


def _reads(read: Any, text: str) -> bool:
    try:
        read(text)
    except FapiaoError:
        return False
    return True
