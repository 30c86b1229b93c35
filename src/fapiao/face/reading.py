"""Reading a face (票面识读): identity, sums, parties, lines and signatures from the rows of one or more pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fapiao.einvoice.values import is_stars, parse_when
from fapiao.errors import FapiaoError
from fapiao.face.lines import Columns, heading_columns, lines_of
from fapiao.face.parties import above_and_below, side_by_side
from fapiao.face.rows import Row, rows_of
from fapiao.face.tickets import ticket_fields
from fapiao.finding import Finding
from fapiao.invoice import Line, Red
from fapiao.money import money_or_none, parse_words
from fapiao.placed import PlacedPage
from fapiao.vocabulary import KINDS, kind_from_title, label

_TITLE = re.compile(
    r"(?:[\u4e00-\u9fff]{0,12}?)(电子发票\([^)]{2,24}\)|[\u4e00-\u9fff()]{0,10}?增值税(?:电子)?(?:普通|专用)发票(?:\(卷票\))?"
    r"|机动车销售统一发票|二手车销售统一发票|收费公路通行费电子普通发票|[\u4e00-\u9fff]{0,6}通行费[\u4e00-\u9fff]{0,4}发票)"
)
_CODE = re.compile(r"发票代码:?(\d{12}|\d{10})(?!\d)")
_NUMBER = re.compile(r"(?:发票号码|票据号码|号码):?(\d{20}|\d{8})(?!\d)")
_DIGITAL = re.compile(r"(?<!蓝字)(?:数电发票号码|数电票号码|全电发票号码):?(\d{20})(?!\d)")
_CHECK = re.compile(r"校验码:?(\d{20})(?!\d)")
_MACHINE = re.compile(r"机器(?:编号|号码):?(\d{12})(?!\d)")
_DATE = re.compile(r"(?:开票日期|填开日期|日期):?(\d{4}年\d{1,2}月\d{1,2}日?|\d{4}-\d{1,2}-\d{1,2}|\d{8})")
_SMALL = re.compile(r"\(?小写\)?:?¥?(-?¥?-?[\d,]+\.\d{2})")
_WORDS = re.compile(
    r"大写\)?[^(零壹贰叁肆伍陆柒捌玖负]{0,3}(\(?负?数?\)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正〇]{2,40})"
)
_SUM_ROW = re.compile(r"^合计")
_SUM = re.compile(r"^[¥]?(-?[\d,]+\.\d{2})$")
_PEOPLE = (
    ("payee", re.compile(r"收款人:?([\u4e00-\u9fffA-Za-z·]{1,16}?)(?=复核|开票人|销售方|$)")),
    ("reviewer", re.compile(r"复核(?:人)?:?([\u4e00-\u9fffA-Za-z·]{1,16}?)(?=收款人|开票人|销售方|$)")),
    ("drawer", re.compile(r"开票人:?([\u4e00-\u9fffA-Za-z0-9·]{1,20}?)(?=销售方|复核|收款人|$)")),
)
_RED = re.compile(r"被红冲蓝字(?:数电)?(?:发票)?号码:?(\d{20}|\d{8})")
_RED_CODE = re.compile(r"被红冲蓝字发票代码:?(\d{10,12})|对应正数发票代码:?(\d{10,12})")
_RED_OLD = re.compile(r"对应正数发票代码:?(\d{10,12})号码:?(\d{8})")
_CONFIRM = re.compile(
    r"(?:红字发票信息确认单(?:编)?号码?|红字发票信息(?:确认单)?(?:表)?编号|红字确认单编号):?(\d{16,20})"
)
_REMARK = re.compile(r"备注:(.{2,})")
_OTHER_PAPERS = re.compile(
    r"(银行回单|电子回单|业务回单|财政票据|医疗收费票据|非税收入|付款回单|订单详情|结算单|对账单|销货清单)"
)


class FaceReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a face tells (票面读数): fields by draft path, lines, and the pages it stands on (from 1)."""

    fields: dict[str, Any]
    pages: tuple[int, ...]
    findings: tuple[Finding, ...] = ()


def read_faces(pages: Sequence[PlacedPage]) -> list[FaceReading]:
    """Return every invoice on the pages; a page without a number of its own, or with the same, continues the one before.

    Errors: `not-an-invoice` when the pages are plainly another kind of paper. No invoice gives an empty list.
    """
    groups: list[tuple[str, list[tuple[PlacedPage, list[Row]]]]] = []
    texts = []
    for page in pages:
        rows = rows_of(page)
        text = "\n".join(row.text for row in rows)
        texts.append(text)
        number = _own_number(text)
        if groups and (number is None or number == groups[-1][0]):
            groups[-1][1].append((page, rows))
        elif number is not None:
            groups.append((number, [(page, rows)]))
    if not groups and any(_OTHER_PAPERS.search(text) for text in texts):
        raise FapiaoError("not-an-invoice")
    return [_read_one(group) for _, group in groups]


def _own_number(text: str) -> str | None:
    match = _DIGITAL.search(text) or _NUMBER.search(text)
    if match:
        return match[1]
    lone = re.search(r"(?m)^\D{0,12}?(\d{20})$", text)
    return lone[1] if lone and "发票" in text else None


def _read_one(group: list[tuple[PlacedPage, list[Row]]]) -> FaceReading:
    page, rows = group[0]
    text = "\n".join(row.text for row in rows)
    fields = _identity(text) | _sums(rows, text) | _people(rows) | _reds(text)
    kind = fields.get("kind")
    columns, at = _heading(rows)
    if kind in ("51", "61") and columns is None:
        fields |= ticket_fields(rows, text, kind)
    elif (kind and KINDS[kind].era == "tax-control") or fields.get("code"):
        sums_at = _row_at(rows, "价税合计") or _row_at(rows, "合计")
        fields |= above_and_below(rows, page.width, rows[at].y if at is not None else None, sums_at)
    else:
        fields |= side_by_side(rows, page.width)
    lines = _all_lines(group, columns, at)
    if lines:
        fields["lines"] = lines
    fields.setdefault("remark", _remark(rows, page.width, kind))
    return FaceReading(
        fields={path: value for path, value in fields.items() if value is not None},
        pages=tuple(each.number for each, _ in group),
    )


def _identity(text: str) -> dict[str, Any]:
    code, number = _first(_CODE, text), _own_number(text)
    digital = _first(_DIGITAL, text)
    title = _TITLE.search(text)
    paper = bool(code and digital)
    day, moment = parse_when(_first(_DATE, text) or _loose_date(text))
    kind = kind_from_title(title[1], code=code, number_digits=len(number or "")) if title else None
    if kind is None and code:
        kind = kind_from_title("", code=code, number_digits=8)
    eight = _first(re.compile(r"发票号码:?(\d{8})(?!\d)"), text)
    return {
        "kind": {"81": "85", "82": "86", "01": "85", "04": "86"}.get(kind or "", kind) if paper else kind,
        "kind_label": label(kind),
        "code": code,
        "number": eight if paper and eight else number,
        "digital_number": digital if paper else None,
        "issued_on": day,
        "issued_at": moment,
        "check_code": _first(_CHECK, text),
        "machine_number": _first(_MACHINE, text),
    }


def _loose_date(text: str) -> str | None:
    match = re.search(r"开票日期:?\D{0,4}(\d{4})\D{0,2}(\d{2})\D{0,2}(\d{2})", text)
    match = match or re.search(r"(?<!\d)(20\d{2})年?(\d{2})月?(\d{2})日?开票日期", text)
    return f"{match[1]}-{match[2]}-{match[3]}" if match else None


def _sums(rows: Sequence[Row], text: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for place, row in enumerate(rows):
        if _SUM_ROW.match(row.text) and "价税" not in row.text:
            fields |= _sum_row([*row.cells, *(rows[place + 1].cells if _close(rows, place) else ())])
            break
    small = _SMALL.search(text)
    if small:
        fields["total"] = money_or_none(small[1].replace("¥", ""))
    words = _WORDS.search(text)
    if words:
        fields["total_in_words"] = words[1]
        if "total" not in fields:
            fields["total"] = _worded(words[1])
    return fields


def _close(rows: Sequence[Row], place: int) -> bool:
    """The sums may be typed a little below their label's baseline."""
    following = rows[place + 1] if place + 1 < len(rows) else None
    return bool(following and following.y - rows[place].y < 2.6 and "价税" not in following.text)


def _sum_row(cells: Sequence[Any]) -> dict[str, Any]:
    values = [cell.text for cell in cells if _SUM.match(cell.text) or is_stars(cell.text)]
    if not values:
        values = re.findall(r"¥(-?[\d,]+\.\d{2})|(\*{2,})", "".join(cell.text for cell in cells))
        values = [money or stars for money, stars in values]
    fields: dict[str, Any] = {}
    if values:
        fields["amount"] = money_or_none(values[0].replace("¥", ""))
    if len(values) > 1:
        if is_stars(values[1]):
            fields["tax_text"] = values[1]
        else:
            fields["tax"] = money_or_none(values[1].replace("¥", ""))
    return fields


def _worded(text: str) -> Any:
    try:
        return parse_words(text)
    except FapiaoError:
        return None


def _people(rows: Sequence[Row]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for row in rows:
        if "开票人" in row.text or "收款人" in row.text:
            for name, pattern in _PEOPLE:
                match = pattern.search(row.text)
                if match and match[1]:
                    fields.setdefault(name, match[1])
    return fields


def _reds(text: str) -> dict[str, Any]:
    flat = text.replace("\n", "")
    number, confirm, old = _RED.search(flat), _CONFIRM.search(flat), _RED_OLD.search(flat)
    if not (number or confirm or old):
        return {}
    code = _RED_CODE.search(flat)
    return {
        "red": Red(
            original_code=(code and (code[1] or code[2])) or (old and old[1]) or None,
            original_number=(number and number[1]) or (old and old[2]) or None,
            confirmation_number=confirm[1] if confirm else None,
        )
    }


def _heading(rows: Sequence[Row]) -> tuple[Columns | None, int | None]:
    for place, row in enumerate(rows):
        columns = heading_columns(row)
        if columns:
            return columns, place
    return None, None


def _all_lines(
    group: list[tuple[PlacedPage, list[Row]]], columns: Columns | None, at: int | None
) -> tuple[Line, ...]:
    """Return the lines of the face, or of the list pages where the face only refers to them (详见销货清单)."""
    first = lines_of(group[0][1][at + 1 :], columns) if columns and at is not None else ()
    more: list[Line] = []
    for _, rows in group[1:]:
        own, place = _heading(rows)
        if own and place is not None:
            more += lines_of(rows[place + 1 :], own)
    if more and len(first) <= 1 and any("清单" in (line.name or "") for line in first):
        return tuple(more)
    return (*first, *more)


def _remark(rows: Sequence[Row], width: float, kind: str | None) -> str | None:
    """Return the remark: 数电 below the sums across the page, 税控 in the right part beside the seller."""
    start = next((row.y for row in rows if "小写" in row.text or "价税合计" in row.text), None)
    end = next((row.y for row in rows if "开票人" in row.text), None)
    if start is None or end is None:
        return None
    named = [match[1] for row in rows if row.y > start and (match := _REMARK.match(row.text))]
    if named:
        return named[0]
    left = width * 0.60 if kind and KINDS[kind].era == "tax-control" else 9.0
    parts = [row.within(left, width * 2).text for row in rows if start + 1.5 < row.y < end - 1.0]
    text = "".join(part for part in parts if part)
    text = re.sub(r"^(备注|备|注)+:?", "", text)
    return text if len(text) > 1 and text not in ("备注",) else None


def _row_at(rows: Sequence[Row], word: str) -> float | None:
    return next((row.y for row in rows if row.text.lstrip("⊗").startswith(word)), None)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None
