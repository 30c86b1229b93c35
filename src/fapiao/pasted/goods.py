"""Goods of a pasted face (项目明细): each line is told by its form, a starred name and amount, rate and tax in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fapiao.face.lines import told_line
from fapiao.face.units import UNITS
from fapiao.invoice import Line
from fapiao.money import round_to_fen

_BEGIN = re.compile(r"\*[^*\s\d][^*]{0,24}\*\S")
_MONEY = re.compile(r"-?[\d,]+\.\d{2}")
_NUMBER = re.compile(r"-?[\d,]*\.?\d+")
_RATE = re.compile(r"\d{1,2}(?:\.\d+)?%|免税|不征税|(?:出口|普通)?零税率|\*{1,3}")
_TAX = re.compile(r"-?[\d,]+\.\d{2}|\*{1,3}")
_END = re.compile(
    r"^(?:合$|合\s?计|小\s?计|总\s?计|价税合计|备\s?注|备$|开票人|收款人|出行人|运输工具|购买方|销售方|\(|¥|下载次数|订单|发票|密码区)"
)
_STUCK = re.compile(
    r"(?<=\d%)(?=-?\d[\d,]*\.\d{2}(?!\S))|(?<=[\u4e00-\u9fff])(?=\d{1,2}%-?\d)|(?<=\.\d{2})(?=\d{1,2}%(?!\S))"
)
"""Where a rate is set close to the figure or name beside it."""
_HAN_UNIT = re.compile(r"[\u4e00-\u9fff]{1,3}")


def goods_in(text: str, amount: Decimal | None) -> tuple[Line, ...]:
    """Return the lines of goods; none where they do not make the amount, for then some are missing or wrong."""
    price_first = _price_first(text)
    starred = list(_items(text))
    items = starred if starred or amount is None else _unstarred(text)
    lines = [line for tokens in items if (line := _line(tokens, price_first=price_first))]
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
        for token in _STUCK.sub(" ", line).split():
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


def _unstarred(text: str) -> list[list[str]]:
    """Return the items between headings and sum, as older faces name them: each in a row of its own, or the only one."""
    table = _TABLE.search(text)
    rows = [_STUCK.sub(" ", line).split() for line in table[1].split("\n") if line.strip()] if table else []
    if all(_ends_line(row) for row in rows):
        return rows
    tokens = [token for row in rows for token in row]
    found = _tail(tokens)
    alone = found is not None and _tail(["", *tokens[found[0] + 3 :]]) is None
    return [tokens] if alone and _HAN.search(tokens[0]) else []


def _ends_line(row: Sequence[str]) -> bool:
    found = _tail(row)
    return found is not None and found[0] + 3 == len(row) and bool(_HAN.search(row[0]))


_HAN = re.compile(r"[\u4e00-\u9fff]")
_TABLE = re.compile(
    r"(?:项目名称|服务名称|劳务名称)(?:(?!合\s?计)[^¥]){0,80}?税\s*额\n((?:(?!合\s?计|合$|¥|小\s?计).*\n){1,60}?)\s*(?:合\s?计|合$)",
    re.M,
)


def _line(tokens: Sequence[str], *, price_first: bool) -> Line | None:
    found = _tail(tokens)
    if found is None:
        return None
    at, cells = found
    before = [part for token in tokens[:at] for part in _unit_apart(token)]
    numbers: list[str] = []
    while len(before) > 1 and len(numbers) < 2 and _NUMBER.fullmatch(before[-1]):
        numbers.insert(0, before.pop())
    cells |= _texts(before, after=tokens[at + 3 :])
    cells |= _figures(numbers, cells["amount"], price_first=price_first)
    return told_line(cells)


def _tail(tokens: Sequence[str]) -> tuple[int, dict[str, str]] | None:
    """Return where amount, rate and tax follow each other, and what each says; in other orders they have to agree."""
    for order in _ORDERS:
        for at in range(1, len(tokens) - 2):
            told = dict(zip(order, tokens[at : at + 3], strict=True))
            formed = (
                _MONEY.fullmatch(told["amount"])
                and _RATE.fullmatch(told["rate"])
                and _TAX.fullmatch(told["tax"])
            )
            if formed and (order is _ORDERS[0] or _agree(told)):
                return at, told
    return None


_ORDERS = (("amount", "rate", "tax"), ("rate", "amount", "tax"), ("amount", "tax", "rate"))


def _agree(told: dict[str, str]) -> bool:
    """Tell whether an amount makes its tax at its rate, but for rounding."""
    if "%" not in told["rate"] or "*" in told["tax"]:
        return False
    amount, tax = (_decimal(told[name]) for name in ("amount", "tax"))
    return abs(amount * Decimal(told["rate"].rstrip("%")) / 100 - tax) <= _ROUNDING


_ROUNDING = Decimal("0.06")


def _figures(numbers: Sequence[str], amount: str, *, price_first: bool) -> dict[str, str]:
    """Name the one or two numbers before the amount; a lone one that makes the amount is the price."""
    if len(numbers) == 2:
        names = ("price", "quantity") if price_first else ("quantity", "price")
        return dict(zip(names, numbers, strict=True))
    if not numbers:
        return {}
    [lone] = numbers
    is_price = "." in lone and round_to_fen(_decimal(lone)) == abs(_decimal(amount))
    return {"price" if is_price else "quantity": lone}


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _unit_apart(token: str) -> tuple[str, ...]:
    """Return a unit and the quantity set close behind it as two texts."""
    match = _UNIT_AND_QUANTITY.fullmatch(token)
    return (match[1], match[2]) if match and match[1] in UNITS else (token,)


_UNIT_AND_QUANTITY = re.compile(r"([\u4e00-\u9fff]{1,3})(\d+(?:\.\d+)?)")


def _texts(before: list[str], *, after: Sequence[str]) -> dict[str, str]:
    """Return name, specification and unit; what follows the tax is the rest of a name that was broken."""
    cells: dict[str, str] = {}
    last = before[-1]
    if len(before) > 1 and (last in UNITS or (len(before) > 2 and _HAN_UNIT.fullmatch(last))):
        cells["unit"] = before.pop()
    if len(before) == 2:
        cells["spec"] = before.pop()
    return cells | {"name": "".join(before) + "".join(after)}
