"""Parties of a pasted face (购销双方): labels in reading order, the buyer first unless the words before say otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fapiao.einvoice.values import split_address, split_bank
from fapiao.numbers.taxpayer import is_uscc

_ID = r"[0-9A-Z]{15,20}(?![0-9A-Z])"
_NAME = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[购买方销售息人]))名\s*称\s*:(?=[^\S\n]*([^\n:]*))|(?m:^)\s*称\s*:(?=[^\S\n]*([^\n:]*))"
)
_TAX_ID = re.compile(
    rf"(?:(?<![0-9A-Za-z])(?P<before>{_ID}))?(?:统一社会信用代码\s*/?\s*(?:纳税人识别号)?|纳税人识别号|税\s*号)\s*:[^\S\n]*(?P<after>{_ID})?"
)
_PARTY = re.compile(
    r"(?m)^\s*(购\s*买\s*方|购\s*方|购货单位|销\s*售\s*方|销\s*方|销货单位)\s*:[^\S\n]*([^\n:(]{2,60})$"
)
_ADDRESS = re.compile(r"地\s*址\s*[、,/]?\s*电\s*话\s*:[^\S\n]*([^\n:]*)")
_BANK = re.compile(r"开\s*户\s*行\s*[及、,]?\s*账\s*号\s*:[^\S\n]*([^\n:]*)")
_CUT = re.compile(
    r"(?:^|\s+)(?:[购买方销售信息密码区]{1,5}(?:\s|$)|名\s*称|统一社会|纳税人|地\s*址|开户|电话|销\s?售\s?方|购\s?买\s?方)"
    r"|\s+\d{6,}|统一社会|纳税人识别|[销售购买]{2}方信息|[;,]|\s{3,}"
)
_LONE_ID = re.compile(rf"(?<![0-9A-Za-z]){_ID}")
_BODY = re.compile(
    r"[\u4e00-\u9fff()A-Za-z0-9·]{4,50}(?:公司|大学|学院|学校|医院|中心|事务所|基金会|委员会|合作社|商行|店|厂|局)"
)
"""How the names of bodies end."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SELLS, _BUYS = re.compile("销|售"), re.compile("购|买")


def parties_in(text: str) -> dict[str, Any]:
    """Return names, tax numbers, addresses and accounts of both sides; what cannot be told apart is left out."""
    names = list(_NAME.finditer(text)) or list(_PARTY.finditer(text))
    ids = list(_TAX_ID.finditer(text))
    if names and not any(_name_of(match) for match in names):
        return _detached(text) or _lone_number(text)
    if not names:
        return _detached(text) if not ids else {}
    return _named(text, names[:2], ids)


def _named(text: str, names: Sequence[re.Match[str]], ids: Sequence[re.Match[str]]) -> dict[str, Any]:
    sides = _sides(text, names)
    fields = {f"{side}.name": _name_of(match) for side, match in zip(sides, names, strict=True)}
    marks = [(match.start(), 0, match) for match in names]
    marks += [(match.start(), 1, match) for match in ids]
    fields |= {
        f"{side}.tax_id": value for side, value in _ids(sorted(marks, key=lambda mark: mark[0]), sides)
    }
    if len(names) == 2:
        fields |= _contacts(text, sides, names[1].start())
    return {path: value for path, value in fields.items() if value}


def _sides(text: str, names: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """A side's word stands close before its name; two words or none leave the order of the form: the buyer first."""
    if names[0].re is _PARTY:
        return tuple("seller" if _SELLS.search(match[1]) else "buyer" for match in names)
    first = _side_before(text, 0, names[0].start())
    if len(names) == 1:
        return (first or "buyer",)
    second = _side_before(text, names[0].end(), names[1].start())
    if first == "seller" and second != "seller":
        return ("seller", "buyer")
    return ("buyer", "seller")


def _side_before(text: str, begin: int, end: int) -> str | None:
    near = re.sub(r"\s", "", text[max(begin, end - 40) : end])[-12:]
    sells, buys = bool(_SELLS.search(near)), bool(_BUYS.search(near))
    return None if sells == buys else "seller" if sells else "buyer"


def _ids(marks: Sequence[tuple[int, int, re.Match[str]]], sides: Sequence[str]) -> list[tuple[str, str]]:
    """Pair numbers with names: in turn where they alternate, else in order; a lone one after both is the seller's.

    Where no label has a number behind it, the numbers are those set close before the labels.
    """
    place = "after" if any(match["after"] for _, kind, match in marks if kind == 1) else "before"
    order = "".join("NI"[kind] for _, kind, _ in marks)
    told = [match for _, kind, match in marks if kind == 1]
    if len(sides) == 1:
        return [(sides[0], told[0][place])] if told and told[0][place] else []
    if order.startswith(("NIN", "INI")):
        pairs = list(zip(sides, told, strict=False))
    elif len(told) >= 2:
        pairs = list(zip(sides, told[:2], strict=True))
    else:
        pairs = [("seller", match) for match in told]
    return [(side, match[place]) for side, match in pairs if match[place]]


def _name_of(match: re.Match[str]) -> str | None:
    text = match[match.lastindex or 1] or ""
    cut = _CUT.search(text)
    name = (text[: cut.start()] if cut else text).strip().lstrip(":").strip()
    return _unspaced(name) if len(name) >= 2 and not re.fullmatch(r"[\d\s.]+", name) else None


def _unspaced(name: str) -> str:
    """Spaces between Latin words belong to a name, others come from the type."""
    return re.sub(r"(?<![A-Za-z.,&]) +| +(?![A-Za-z.,&])", "", name)


def _contacts(text: str, sides: Sequence[str], second: int) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for pattern, split, parts in (
        (_ADDRESS, split_address, ("address", "phone")),
        (_BANK, split_bank, ("bank", "account")),
    ):
        for match in pattern.finditer(text):
            side = sides[0] if match.start() < second else sides[1]
            value = re.split(r"\s{3,}|(?:^|\s)[密码区](?:\s|$)", match[1].strip())[0]
            if value:
                told = zip(parts, split(value), strict=True)
                fields |= {f"{side}.{part}": each for part, each in told if each}
    return fields


def _detached(text: str) -> dict[str, Any]:
    """All labels stand before all values: the buyer's first, name and number in turn or both names before both numbers."""
    tokens = [token for line in text.split("\n") for token in _parted(line)]
    at = [place for place, token in enumerate(tokens) if _is_id(token)]
    if len(at) not in (1, 2):
        return {}
    first = at[0]
    names = [_name_at(tokens, place - 1) for place in at]
    earlier = _name_at(tokens, first - 2)
    if earlier and names[0] and (len(at) == 1 or at[1] == first + 1):
        names = [earlier, names[0]]
    elif len(at) == 1:
        return {}
    lone = [token for token in tokens if _BODY.fullmatch(token) and token not in names]
    spare = lone[0] if len(lone) == 1 else None
    ids = [tokens[place] for place in at]
    if len(ids) == 1 and [bool(_BODY.fullmatch(name or "")) for name in names] == [True, False]:
        names.reverse()  # a lone number is the body's, and a person buys
    told = zip(("buyer", "seller"), names, ids if len(ids) == 2 else [None, *ids], strict=True)
    return {
        f"{side}.{part}": value
        for side, name, tax_id in told
        for part, value in (("name", name or spare), ("tax_id", tax_id))
        if value
    }


def _lone_number(text: str) -> dict[str, Any]:
    """The form always has its seller's number: where names stay unclear, the only number is the seller's."""
    told = {token for line in text.split("\n") for token in _parted(line) if _is_id(token)}
    told = {token for token in told if re.search("[A-Z]", token) or is_uscc(token)}  # no order number
    return {"seller.tax_id": told.pop()} if len(told) == 1 else {}


def _parted(line: str) -> list[str]:
    """Return a line's texts; a number may be set close behind its name."""
    return _GLUED.sub(r"\1 \2", line).split()


_GLUED = re.compile(rf"([\u4e00-\u9fff()]{{4}})({_ID})(?!\S)")


def _is_id(token: str) -> bool:
    return bool(_LONE_ID.fullmatch(token)) and not re.fullmatch(r"\d{20}", token)


def _name_at(tokens: Sequence[str], place: int) -> str | None:
    token = tokens[place] if place >= 0 else ""
    good = len(_HAN.findall(token)) >= 2 and not re.search(
        r"[*:¥]|年|税务|次数|监制|^[\u4e00-\u9fff]$", token
    )
    return token if good and not _FORM.search(token) else None


_FORM = re.compile("项目|规格|单价|金额|税率|税额|合计|大写|备注|开票|收款|复核|信息")
"""Words of the form itself, which are no names."""
