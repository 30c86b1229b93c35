"""Sums of a pasted face (合计): taken from their labels, else from the figures that add up to the total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, permutations
from typing import Any

from fapiao.face.sums import worded
from fapiao.money import money_or_none

_FIGURE = r"-?[\d,]+\.\d{2}(?!\d)"
_SMALL = re.compile(
    rf"小[^\S\n]*写[^\S\n]*\)?\s*?:?(?P<gap>\s*)[¥Y?]?[^\S\n]*(?P<told>-?[¥Y]?[^\S\n]*{_FIGURE}|-?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?!\S))"
)
_TOTAL = re.compile(rf"(?<!不含)价\s*税\s*合\s*计\s*:?\s*(?:[¥Y]|RMB)?\s*({_FIGURE})")
_SUM = re.compile(
    rf"(?<!税)(?<!税 )合\s*计\s*:?\s*[¥Y]?\s*({_FIGURE})(?:\s*[¥Y]?\s*({_FIGURE}|\*{{1,3}}(?!\S)))?"
)
_SIGNED = re.compile(rf"(?:¥|(?<![A-Za-z])Y)\s*({_FIGURE})")
_SIGNED_AFTER = re.compile(rf"(?<![\d.])({_FIGURE})\s*¥")
_STARRED = re.compile(rf"¥\s*({_FIGURE})\s+(\*{{3}})")
_WORDS = re.compile(r"(?:\(负数\)|负)?[零〇○壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{3,40}")
_NAMED = (
    ("amount", re.compile(rf"(?m)^\s*(?:不含税)?金\s*额(?:合计)?\s*:\s*[¥]?\s*({_FIGURE})")),
    ("tax", re.compile(rf"(?m)^\s*(?:合计)?税\s*额(?:合计)?\s*:\s*[¥]?\s*({_FIGURE})")),
)
MOST_FIGURES = 12
"""So many figures with a currency sign are tried against the total at most."""


def sums_in(text: str) -> dict[str, Any]:
    """Return amount, tax and total of a text in half width, as far as they are labelled or add up."""
    words = next((each for each in _WORDS.findall(text) if worded(each) is not None), None)
    total = _total(text, worded(words) if words else None)
    fields: dict[str, Any] = {"total": total, "total_in_words": words}
    told = [_figures(pattern, text) for pattern in (_SIGNED, _SIGNED_AFTER)]
    fields |= (
        _labelled(text, total)
        or _added(told[0], total)
        or _added(told[1], total)
        or _untaxed(text, total)
        or _named(text)
    )
    if total is None:
        fields |= _alone(told[0], text)
    return {name: value for name, value in fields.items() if value is not None}


def _total(text: str, words: Decimal | None) -> Decimal | None:
    """The figure after 小写. On another line it may be any: only the greatest, or what the words say, is the total."""
    match = _SMALL.search(text)
    told = _money(match["told"]) if match else None
    if match and told is not None and "\n" in match["gap"] and told != words:
        greatest = max(_figures(_SIGNED, text), key=abs, default=None)
        told = told if told == greatest else None
    if told is None and (labelled := _TOTAL.search(text)):
        told = _money(labelled[1])
    return words if told is None else told


def _labelled(text: str, total: Decimal | None) -> dict[str, Any]:
    """The row 合计: its figures count only where they make the total, or where no total is told."""
    for match in _SUM.finditer(text):
        amount, tax = _money(match[1]), _money(match[2])
        if match[2] and "*" in match[2]:
            return {"amount": amount, "tax_text": match[2]}
        if amount is None or tax is None:
            continue
        if total is None or amount + tax == total:
            return {"amount": amount, "tax": tax}
    return {}


def _figures(pattern: re.Pattern[str], text: str) -> list[Decimal]:
    told = [_money(figure) for figure in pattern.findall(text)[:MOST_FIGURES]]
    return [each for each in told if each is not None]


def _added(told: Sequence[Decimal], total: Decimal | None) -> dict[str, Any]:
    """Two figures with a currency sign that make the total are amount and tax; the greater one is the amount."""
    for amount, tax in permutations(told, 2):
        if amount + tax == total and abs(amount) > abs(tax):
            return {"amount": amount, "tax": tax}
    return {}


def _untaxed(text: str, total: Decimal | None) -> dict[str, Any]:
    """Stars behind the total stand where a taxed invoice has its tax."""
    match = _STARRED.search(text)
    if not match or total is None or _money(match[1]) != total:
        return {}
    return {"amount": total, "tax_text": match[2]}


def _alone(told: Sequence[Decimal], text: str) -> dict[str, Any]:
    """Where no total is labelled: two signed figures whose sum is signed too, or the only two if it is printed."""
    for amount, tax in combinations(sorted(told, key=abs, reverse=True), 2):
        total = amount + tax
        printed = len(told) == 2 and re.search(rf"(?<![\d.]){total:.2f}(?!\d)", text)
        if (total in told and tax) or printed:
            return {"amount": amount, "tax": tax, "total": total}
    return {}


def _named(text: str) -> dict[str, Any]:
    found = {name: pattern.search(text) for name, pattern in _NAMED}
    return {name: _money(match[1]) for name, match in found.items() if match}


def _money(text: str | None) -> Decimal | None:
    return money_or_none(re.sub(r"[¥Y\s]", "", text)) if text else None
