"""Reading a pasted face (粘贴票面识读): places are lost, so labels, forms and sums that add up tell what is what."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from fapiao.einvoice.values import parse_when
from fapiao.face.endings import people_of, red_of
from fapiao.face.flights import flight_fields
from fapiao.face.heads import identity
from fapiao.face.papers import TITLE, is_face, names_itself_otherwise
from fapiao.face.parties import accounts_in
from fapiao.face.rows import Row, folded, printed
from fapiao.face.sheet import Sheet
from fapiao.face.tickets import ticket_fields
from fapiao.face.vehicles import VEHICLES, vehicle_fields
from fapiao.pasted.goods import goods_in
from fapiao.pasted.parties import parties_in
from fapiao.pasted.sums import sums_in

_TWENTY = re.compile(r"(?<![\dA-Za-z])\d{20}(?![\dA-Za-z])")
_OWN_NUMBER = re.compile(r"(?<!蓝字)(?<!蓝字数电)(?<!原)发\s*票\s*号\s*码\s*[:：]\s*(\d{20}|\d{8})(?!\d)")
_LABELS = re.compile(r"名\s*称\s*[:：]|识别号\s*[:：]|税\s*额|小\s*写|票\s*价")
MOST_SIGNS = 200_000
"""A longer text is a list of numbers, not a face or some hundreds of them."""
LEAST_LINES, LONG = 3, 250
"""A sentence names sums and parties too: without a title only a text of more lines, or a long one, is a face."""
_UPRIGHT = re.compile(r"[购买方销售备注密码区信息]{1,3}:?")
_SPACED = re.compile(r"(?m)^[ \t]*(?:\d[ \t]?){19}\d[ \t]*$")
_DAY = re.compile(r"20\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日")
_LONE_LABEL = re.compile(
    r"(?m)^(票价|燃油附加费|增值税税率|增值税税额|民航发展基金|其他税费|合计)\n(?=\D{0,5}\d)"
)
"""Charges of an itinerary whose values stand on the next line."""
_CHARGES = frozenset(["票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计"])
_TICKETS = (("航空运输电子客票", "61"), ("民航发展基金", "61"), ("铁路电子客票", "51"))


def is_pasted_face(text: str) -> bool:
    """Tell whether a text is a face's own and not talk about an invoice: a title or labels, and a table or two parties."""
    if len(text) > MOST_SIGNS or not _LABELS.search(text):
        return False
    flat = "\n".join(_flat(line) for line in text.splitlines())
    if names_itself_otherwise(flat):
        return False
    if flat.count("\n") < LEAST_LINES and len(flat) < LONG and not TITLE.search(flat):
        return False
    if flat.count("名称:") >= 2 or flat.count("识别号:") >= 2:
        return True
    return is_face(flat) and any(word in flat for word in ("税额", "小写", "票价", "购买方", "名称:"))


def read_pasted(text: str) -> dict[str, Any]:
    """Return what a face's text tells, by draft path; nothing that the text leaves open."""
    text = "\n".join(each for line in text.splitlines() if (each := _shown(line)))
    text = _LONE_LABEL.sub(r"\1 ", _paired(text))
    sheet = _sheet(text)
    fields = identity(sheet.text)
    fields |= {name: value for name, value in _loose(text, fields).items() if not fields.get(name)}
    kind = fields.get("kind")
    if kind in _FORMS or kind in VEHICLES:
        told = _FORMS[kind](sheet) if kind in _FORMS else vehicle_fields(sheet, kind)
        fields |= parties_in(text) | (sums_in(text) if kind == "51" else {})
        fields |= {path: value for path, value in told.items() if value is not None}
    else:
        fields |= _usual(text, sheet, fields)
    return {path: value for path, value in fields.items() if value not in (None, "", ())}


_FORMS = {"51": ticket_fields, "61": flight_fields}


def _paired(text: str) -> str:
    """An OCR may list all charges of an itinerary and then all their values: set each label before its value."""
    lines = text.split("\n")
    begin = next((at for at in range(len(lines) - 2) if set(lines[at : at + 3]) <= _CHARGES), None)
    if begin is None:
        return text
    end = next((at for at in range(begin, len(lines)) if lines[at] not in _CHARGES), len(lines))
    labels, values = lines[begin:end], lines[end : end + end - begin]
    if len(labels) != len(values) or not all(re.search(r"\d", value) for value in values):
        return text
    pairs = [f"{label} {value}" for label, value in zip(labels, values, strict=True)]
    return "\n".join([*lines[:begin], *pairs, *lines[end + len(values) :]])


def faces_of(text: str) -> list[str]:
    """Return the parts of a text that each are one face, cut where a new title or number begins."""
    numbers = {match[1]: match.start() for match in reversed(list(_OWN_NUMBER.finditer(text)))}
    starts = sorted(numbers.values())
    flat, cuts = folded(text), [0]
    for before, start in pairwise(starts):
        titles = [match.start() for match in TITLE.finditer(flat, before, start)]
        at = titles[-1] if titles else start
        cuts.append(text.rfind("\n", 0, at) + 1)
    return [text[a:b] for a, b in pairwise([*cuts, len(text)])]


def _usual(text: str, sheet: Sheet, told: dict[str, Any]) -> dict[str, Any]:
    fields = sums_in(text) | people_of(sheet.rows) | parties_in(text)
    fields |= red_of(sheet.text)
    lines = goods_in(text, fields.get("amount"))
    fields.setdefault("drawer", _last_name(text))
    if not told.get("code"):
        remark = _remark(text)
        fields |= {"remark": remark} | accounts_in(remark or "")
    return fields | ({"lines": lines} if lines else {})


def _remark(text: str) -> str | None:
    """The lines between the total and the drawer, where the drawer's name stands beside the label."""
    match = _REMARK.search(text)
    if not match:
        labelled = _LABELLED_REMARK.search(text)
        return printed(labelled[1].strip()) if labelled else None
    lines = [re.sub(r"^备\s*注\s*:?\s*|^[备注]$", "", line.strip()) for line in match[1].split("\n")]
    return "".join(printed(line) for line in lines) or None


_LABELLED_REMARK = re.compile(r"(?m)^\s*备\s*注\s*:[^\S\n]*([^\n]{2,})$")
_REMARK = re.compile(r"小写[^\n]*\d[^\n]*\n((?:.*\n){0,30}?)\s*(?:收款人|复核|开\s*票\s*人)\s*:[^\S\n]*\S")


def _loose(text: str, told: dict[str, Any]) -> dict[str, Any]:
    """Number and day where the labels stand apart from them."""
    number, spaced = _TWENTY.search(text), _SPACED.search(text)
    days = set(_DAY.findall(text))
    loose: dict[str, Any] = {}
    if not told.get("code"):
        loose["number"] = number[0] if number else re.sub(r"\D", "", spaced[0]) if spaced else None
    if len(days) == 1 or (days and re.search(r"(?m)开票日期:?\s*$", text)):
        first = _DAY.search(text)
        loose["issued_on"] = parse_when(first[0].replace(" ", ""))[0] if first else None
    if not told.get("kind") and loose.get("number"):
        loose["kind"] = identity(f"{_sheet(text).text}\n发票号码:{loose['number']}").get("kind")
        flat = re.sub(r"\s", "", text)
        loose["kind"] = loose["kind"] or next((kind for words, kind in _TICKETS if words in flat), None)
    return loose


def _last_name(text: str) -> str | None:
    """Where all labels were set before all values, the drawer's name follows the total, or stands last."""
    if not re.search(r"(?m)开票人:\s*$", text):
        return None
    after = re.search(r"[圆元角分整正][^\S\n]*¥[\d,. ]+\n([\u4e00-\u9fff·]{2,6})(?:\n|$)", text)
    last = re.search(r"(?:^|\n)([\u4e00-\u9fff·]{2,6})\s*$", text)
    found = after or last
    return found[1] if found else None


def _sheet(text: str) -> Sheet:
    rows = tuple(_row(place, line) for place, line in enumerate(text.split("\n")))
    return Sheet(1, 215.0, tuple(row for row in rows if row.text))


def _row(place: int, line: str) -> Row:
    raw = printed(line)
    return Row(place * 5.0, (), text=folded(raw), raw=raw)


def _flat(line: str) -> str:
    return folded(printed(line))


def _shown(line: str) -> str:
    """Return a line in half width with its gaps, without the signs of upright labels that stand alone."""
    line = _WIDEST.sub(_GAP, line)
    shown = folded("".join(_WIDE.get(sign, sign) for sign in line)).rstrip()
    shown = "".join(printed(part) if not part.isspace() else part for part in re.split(r"(\s+)", shown))
    shown = folded(shown)
    return "" if _UPRIGHT.fullmatch(shown.replace(" ", "")) else shown


_GAP = " " * 30
_WIDEST = re.compile(r"\s{31,}")
"""A gap wider than this says no more: patterns need not walk along it."""
_WIDE = {"\u3000": " ", "\u00a0": " ", "\t": "  ", "\x00": "", "\ufeff": "", "\u200b": ""}
