"""Reading a face (票面识读): identity, sums, parties, lines and signatures from the sheets of one or more pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from fapiao.errors import FapiaoError
from fapiao.face.bare import bare_fields, bare_number, unlabelled_fields
from fapiao.face.endings import people_of, red_of, remark_of
from fapiao.face.flights import flight_fields
from fapiao.face.gathering import faces_in
from fapiao.face.halves import halves_of
from fapiao.face.heads import identity
from fapiao.face.lines import Columns, Goods, goods_of, heading_columns
from fapiao.face.papers import is_doubtful, is_other_paper, is_rubble
from fapiao.face.parties import above_and_below, cipher_of, side_by_side
from fapiao.face.rolls import is_roll, roll_fields
from fapiao.face.rows import Row
from fapiao.face.sheet import Sheet, sheet_of
from fapiao.face.specials import special_table
from fapiao.face.sums import sums_of
from fapiao.face.tickets import ticket_fields
from fapiao.face.vehicles import VEHICLES, vehicle_fields
from fapiao.finding import Finding
from fapiao.invoice import Line
from fapiao.placed import PlacedPage
from fapiao.vocabulary import KINDS, label


class FaceReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a face tells (票面读数): fields by draft path, lines, and the pages it stands on (from 1)."""

    fields: dict[str, Any]
    pages: tuple[int, ...]
    findings: tuple[Finding, ...] = ()


def read_faces(pages: Sequence[PlacedPage]) -> list[FaceReading]:
    """Return every invoice on the pages, in the order in which they begin.

    Errors: `not-an-invoice` when the pages are plainly another kind of paper. No invoice gives an empty list.
    """
    sheets = [sheet_of(part) for page in pages for part in halves_of(page)]
    groups = faces_in(sheets)
    if not groups and any(is_other_paper(sheet.text) for sheet in sheets):
        raise FapiaoError("not-an-invoice")
    return [_read_one(group) for group in groups]


def _read_one(group: list[Sheet]) -> FaceReading:
    first = group[0]
    fields = identity(first.text)
    kind = fields.get("kind")
    columns, at = _heading(first.rows)
    if kind == "51" and columns is None:
        fields |= ticket_fields(first)
    elif kind == "61" and columns is None:
        fields |= flight_fields(first)
    elif kind in VEHICLES and columns is None:
        fields |= vehicle_fields(first, kind)
    elif is_roll(first, kind):
        fields |= roll_fields(first)
    elif columns is None and "名称" not in first.text:
        fields |= bare_fields(first) | {"number": fields["number"] or bare_number(first.text)}
    else:
        fields |= _usual(group, fields, columns, at)
    fields["kind_label"] = label(fields.get("kind"))
    kept = {path: value for path, value in fields.items() if value is not None and not _is_rubble(value)}
    return FaceReading(
        fields=kept,
        pages=tuple(dict.fromkeys(sheet.number for sheet in group)),
        findings=tuple(_doubtful(path) for path, value in fields.items() if _is_doubtful(value)),
    )


def _is_rubble(value: Any) -> bool:
    return isinstance(value, str) and is_rubble(value)


def _is_doubtful(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_is_doubtful(line.name) for line in value)
    return isinstance(value, str) and is_doubtful(value)


def _doubtful(path: str) -> Finding:
    return Finding(
        code="text-layer-garbled",
        path=path,
        severity="warning",
        message=f"{path} 的文字层含有认不出的字符，请对照票面核对",
        message_en=f"the text layer of {path} holds signs without a meaning: compare it with the face",
    )


def _usual(
    group: list[Sheet], told: dict[str, Any], columns: Columns | None, at: int | None
) -> dict[str, Any]:
    """Return what the two common faces tell: 数电 with its parties side by side, 税控 with one above the other."""
    first, kind = group[0], told.get("kind")
    last = _last(group)
    beside = bool(told.get("code")) or bool(kind and KINDS[kind].era == "tax-control")
    fields = sums_of(last.rows, columns) | remark_of(last, beside_seller=beside) | people_of(last.rows)
    fields |= red_of(fields.get("remark") or "") or red_of("\n".join(sheet.text for sheet in group))
    goods_at = first.rows[at].y if at is not None else None
    if beside:
        fields |= above_and_below(first, goods_at, _sums_at(first.rows))
        fields["cipher"] = cipher_of(first, goods_at)
    else:
        fields |= side_by_side(first, goods_at) or _unlabelled(first, last, fields, goods_at)
    goods = _goods(group, columns, at)
    special = special_table(last, goods)
    return (
        fields | ({"lines": goods.lines} if goods.lines else {}) | ({"special": special} if special else {})
    )


def _unlabelled(sheet: Sheet, last: Sheet, told: dict[str, Any], goods_at: float | None) -> dict[str, Any]:
    """Return what stands where labels are drawn; the drawer, last of all, is no part of the remark."""
    fields = unlabelled_fields(sheet, last, goods_at)
    remark, drawer = told.get("remark") or "", fields.get("drawer")
    if drawer and remark.endswith(drawer):
        fields["remark"] = remark.removesuffix(drawer) or None
    return fields


def _last(group: list[Sheet]) -> Sheet:
    """Return the sheet that has the total: of several pages, the last one of the face itself."""
    totals = [sheet for sheet in group if "价税合计" in sheet.text or "小写" in sheet.text]
    return totals[-1] if totals else group[0]


def _sums_at(rows: Sequence[Row]) -> float | None:
    for word in ("价税合计", "合计"):
        for row in rows:
            if row.text.lstrip("⊗").startswith(word):
                return row.y
    return None


def _heading(rows: Sequence[Row]) -> tuple[Columns | None, int | None]:
    for place, row in enumerate(rows):
        columns = heading_columns(row)
        if columns:
            return columns, place
    return None, None


def _goods(group: list[Sheet], columns: Columns | None, at: int | None) -> Goods:
    """Return the lines of the face, or of the list pages where the face only refers to them (详见销货清单)."""
    first = goods_of(group[0].rows[at + 1 :], columns) if columns and at is not None else Goods(())
    more: list[Line] = []
    for sheet in group[1:]:
        own, place = _heading(sheet.rows)
        if own and place is not None:
            more += goods_of(sheet.rows[place + 1 :], own).lines
    if more and len(first.lines) <= 2 and any("清单" in (line.name or "") for line in first.lines):
        return Goods(tuple(more))
    return Goods((*first.lines, *more), first.special)
