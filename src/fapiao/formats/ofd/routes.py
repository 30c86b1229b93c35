"""Routes compared (多路比对): tells a draft what a less trusted route says, and sees real contradictions only.

Words for the same sum, a remark that the page prints with more around it, and a journey told more or less fully are no
contradictions; another number of the reversed invoice is one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from fapiao.draft import Draft
from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.invoice import Line, Red
from fapiao.money import parse_words

_FOLLOWING = ("kind_label", "region")
"""What follows from other fields and is settled at the end."""


def tell(draft: Draft, fields: dict[str, Any], route: str) -> None:
    """Tell a draft the fields of one route, after the more trusted ones."""
    for path, value in fields.items():
        held = draft.get(path)
        if held == value or path in _FOLLOWING or (held is not None and _says_the_same(path, held, value)):
            continue
        if path == "lines" and held is not None:
            _compare_lines(draft, held, value, route)
        else:
            draft.put(path, value, route)


def _says_the_same(path: str, held: Any, value: Any) -> bool:
    if path == "special":
        return True
    if isinstance(held, Red) and isinstance(value, Red):
        pairs = zip(msgspec.structs.astuple(held), msgspec.structs.astuple(value), strict=True)
        return all(one == other for one, other in pairs if one and other)
    if path == "total_in_words":
        return _worth(held) is not None and _worth(held) == _worth(value)
    if path in ("remark", "cipher"):
        one, other = _bare(held), _bare(value)
        return one in other or other in one
    if path == "issued_at":
        return bool(held.date() == value.date())
    return False


def _worth(text: str) -> Decimal | None:
    try:
        return parse_words(text)
    except FapiaoError:
        return None


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _compare_lines(draft: Draft, held: tuple[Line, ...], value: tuple[Line, ...], route: str) -> None:
    """Note lines that add up to another sum; a face may print fewer lines than the attachment holds (详见销货清单)."""
    sums = [sum((line.amount or Decimal(0) for line in lines), Decimal(0)) for lines in (held, value)]
    if len(held) != len(value) or sums[0] == sums[1] or any(line.amount is None for line in value):
        return
    first = draft.routes["lines"]
    draft.note(
        Finding(
            code="routes-disagree",
            path="lines",
            severity="warning",
            message=f"明细金额两处不一致：{first} 合计 {sums[0]}，{route} 合计 {sums[1]}",
            message_en=f"the lines add up differently: {first} to {sums[0]}, {route} to {sums[1]}",
        )
    )
