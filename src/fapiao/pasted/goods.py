"""Goods of a pasted face (项目明细): each line is told by its form, a starred name and amount, rate and tax in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fapiao.face.lines import told_line
from fapiao.face.units import UNITS
from fapiao.invoice import Line

_BEGIN = re.compile(r"\*[^*\s\d][^*]{0,24}\*\S")
_MONEY = re.compile(r"-?[\d,]+\.\d{2}")
_NUMBER = re.compile(r"-?[\d,]*\.?\d+")
_RATE = re.compile(r"\d{1,2}(?:\.\d+)?%|免税|不征税|(?:出口|普通)?零税率|\*{1,3}")
_TAX = re.compile(r"-?[\d,]+\.\d{2}|\*{1,3}")
_END = re.compile(
    r"^(?:合$|合\s?计|小\s?计|总\s?计|价税合计|备\s?注|备$|开票人|收款人|出行人|运输工具|购买方|销售方|\(|¥|下载次数|订单|发票|密码区)"
)
_HAN_UNIT = re.compile(r"[\u4e00-\u9fff]{1,3}")


def goods_in(text: str, amount: Decimal | None) -> tuple[Line, ...]:
    """Return the lines of goods; none where they do not make the amount, for then some are missing or wrong."""
    price_first = _price_first(text)
    lines = [line for tokens in _items(text) if (line := _line(tokens, price_first=price_first))]
    if amount is not None and sum((line.amount or Decimal(0) for line in lines), Decimal(0)) != amount:
        return ()
    return tuple(lines)


def _price_first(text: str) -> bool:
    price, quantity = re.search(r"单\s*价", text), re.search(r"数\s*量", text)
    return bool(price and quantity and price.start() < quantity.start())


def _items(text: str) -> Iterator[list[str]]:
    """Yield the tokens of each item: from a starred name to the next one, or to what ends the table."""
    item: list[str] | None = None
    for line in text.split("\n"):
        for token in line.split():
            if _BEGIN.match(token):
                if item:
                    yield item
                item = [token]
            elif item and _END.match(token):
                yield item
                item = None
            elif item is not None:
                item.append(token)
    if item:
        yield item


def _line(tokens: Sequence[str], *, price_first: bool) -> Line | None:
    at = _tail(tokens)
    if at is None:
        return None
    before = list(tokens[:at])
    numbers: list[str] = []
    while len(before) > 1 and len(numbers) < 2 and _NUMBER.fullmatch(before[-1]):
        numbers.insert(0, before.pop())
    cells = {"amount": tokens[at], "rate": tokens[at + 1], "tax": tokens[at + 2]}
    cells |= _texts(before, after=tokens[at + 3 :])
    cells |= _figures(numbers, price_first=price_first)
    return told_line(cells)


def _tail(tokens: Sequence[str]) -> int | None:
    """Return where amount, rate and tax follow each other."""
    for at in range(1, len(tokens) - 2):
        figures = _MONEY.fullmatch(tokens[at]) and _TAX.fullmatch(tokens[at + 2])
        if figures and _RATE.fullmatch(tokens[at + 1]):
            return at
    return None


def _figures(numbers: Sequence[str], *, price_first: bool) -> dict[str, str]:
    if len(numbers) == 2:
        names = ("price", "quantity") if price_first else ("quantity", "price")
        return dict(zip(names, numbers, strict=True))
    return {"quantity": numbers[0]} if numbers else {}


def _texts(before: list[str], *, after: Sequence[str]) -> dict[str, str]:
    """Return name, specification and unit; what follows the tax is the rest of a name that was broken."""
    cells: dict[str, str] = {}
    last = before[-1]
    if len(before) > 1 and (last in UNITS or (len(before) > 2 and _HAN_UNIT.fullmatch(last))):
        cells["unit"] = before.pop()
    if len(before) == 2:
        cells["spec"] = before.pop()
    return cells | {"name": "".join(before) + "".join(after)}
