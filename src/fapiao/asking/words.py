"""Words around a number (文字里的号码): finds invoice numbers in pasted mails, chats, table rows and scans."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect, bisect_left
from collections.abc import Iterator
from typing import Any

from fapiao.asking.labels import labelled
from fapiao.errors import FapiaoError
from fapiao.numbers import legacy
from fapiao.qr import CHAIN_HOSTS, QrPayload, parse

_QR = re.compile(
    r"01,\d{2},(?:\d{10}|\d{12})?,(?:\d{20}|\d{8}),[-\d.]*,[-\d]{8,10},[0-9A-Za-z]*(?:,[0-9A-Fa-f]{4}(?![0-9A-Za-z]))?,?"
)
_CHAIN = re.compile(rf"https?://(?:{'|'.join(map(re.escape, CHAIN_HOSTS))})/\S+", re.IGNORECASE)
_TWENTY = re.compile(r"(?<![\d.])(\d(?:[ \-]?\d){19})(?!\d|\.\d)")
_SPLIT = re.compile(r"^\d{12}[ \-]+\d{8}$")
_PAIR = re.compile(r"(?<!\d)(\d{12}|\d{10})\D{1,24}?(\d{8})(?!\d)")
_SHORT_PAIR = re.compile(r"\s*(\d{9,12})[\s,;/-]+(\d{7,8})\s*")
_LABELLED_PAIR = re.compile(
    r"(?:发票)?代\s?码\W{0,3}(?P<code>\d{12}|\d{10}|\d{11})(?!\d)(?:(?!代\s?码).){0,80}?"
    r"(?:发票)?号\s?码\W{0,3}(?P<number>\d{7,8})(?!\d)"
    r"|(?:发票)?号\s?码\W{0,3}(?P<number_first>\d{7,8})(?!\d).{0,40}?(?:发票)?代\s?码\W{0,3}(?P<code_last>\d{10,12})(?!\d)",
    re.DOTALL,
)
_DOT_BETWEEN = re.compile(r"(?<=\d)\s*·\s*(?=\d)")
_LONE = re.compile(r"(?<![\dA-Za-z.])([0-9OoQDIlZSB|]{17,22})(?![\dA-Za-z])")
_OTHER = re.compile(
    r"(?:校验码|确认单(?:编号|号)?|信息表(?:编号|号)?|账\s?号|帐\s?号|机器编号|订单号?|单号|流水号|税号|识别号|蓝字\S{0,8}号码)\W{0,4}$"
)


def read_words(text: str) -> dict[str, Any]:
    """Return what pasted text says of one invoice, by claim field; at least ``number`` when there is one.

    A QR payload comes first, then 20 digits (spaces allowed), then code with number, then a long run of digits and
    look-alike letters. Days, sums and parties are taken only where the text names them, or where they cannot be else.
    """
    flat = _flat(text)
    told = _from_qr(flat) or _from_numbers(flat)
    if told:
        told |= {name: value for name, value in labelled(flat).items() if name not in told}
    return told


def payload_in(text: str) -> QrPayload | None:
    """Return the first QR payload or blockchain address that stands in a text. An address is never opened."""
    flat = _flat(text)
    match = _QR.search(flat) or _CHAIN.search(flat)
    try:
        return parse(match[0]) if match else None
    except FapiaoError:
        return None


def split_text(text: str) -> list[str]:
    """Return the parts of a pasted text that each name one invoice, each number once; the whole text where none does."""
    flat = _flat(text)
    starts = list(_starts(flat))
    if len(starts) < 2:
        return [text.strip()]
    parts: dict[str, str] = {}
    for part in _blocks(flat, starts) or _cut(flat, starts):
        name = str((_from_qr(part) or _from_numbers(part)).get("number", part))
        parts[name] = f"{parts[name]}\n{part}" if name in parts else part
    return list(parts.values())


def _flat(text: str) -> str:
    """Return a text in plain width without invisible signs; the dot that we print between code and number is a gap."""
    plain = re.sub("[\x00\u200b-\u200d\u2060\ufeff]", "", unicodedata.normalize("NFKC", text))
    return _DOT_BETWEEN.sub(" ", plain)


def _from_qr(flat: str) -> dict[str, Any]:
    payload = payload_in(flat)
    if payload is None:
        return {}
    told = payload.fields()
    told.pop("qr", None)
    return told | ({"chain": True} if payload.kind is None and payload.code is None else {})


def _from_numbers(flat: str) -> dict[str, Any]:
    twenty = next(_twenties(flat), None)
    pair = _pair(flat)
    if twenty and not (pair and flat.find(pair["code"]) < twenty.start()):
        return {"number": re.sub(r"\D", "", twenty[1])}
    if pair:
        return pair
    lone = _LONE.search(flat)
    return {"number": lone[1]} if lone else {}


def _twenties(flat: str) -> Iterator[re.Match[str]]:
    """Yield runs of 20 digits that are no other number by the word before them, and no code with its number."""
    for match in _TWENTY.finditer(flat):
        if not _called_other(flat, match.start()) and not _SPLIT.match(match[1]):
            yield match


def _pair(flat: str) -> dict[str, Any] | None:
    named = _LABELLED_PAIR.search(flat)
    if named:
        return {
            "code": named["code"] or named["code_last"],
            "number": named["number"] or named["number_first"],
        }
    pairs = [match for match in _PAIR.finditer(flat) if not _called_other(flat, match.start())]
    known = [match for match in pairs if legacy.region_of(match[1]) and not _is_day(match[2])]
    chosen = next(iter(known or pairs), None) or _SHORT_PAIR.fullmatch(flat)
    return {"code": chosen[1], "number": chosen[2]} if chosen else None


def _called_other(flat: str, start: int) -> bool:
    """Tell whether the word before a number names it as something else than an invoice's."""
    return bool(_OTHER.search(flat[max(0, start - 16) : start]))


def _is_day(digits: str) -> bool:
    return bool(re.match(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$", digits))


def _starts(flat: str) -> Iterator[int]:
    """Yield where each number begins: payloads, addresses, 20 digits, codes with numbers, in order."""
    taken: list[tuple[int, int]] = []
    for match in (*_QR.finditer(flat), *_CHAIN.finditer(flat), *_twenties(flat), *_pairs(flat)):
        span = match.span()
        at = bisect(taken, span)
        free = (at == 0 or taken[at - 1][1] <= span[0]) and (at == len(taken) or span[1] <= taken[at][0])
        if free and _names_one(match):
            taken.insert(at, span)
    yield from (start for start, _ in taken)


def _pairs(flat: str) -> Iterator[re.Match[str]]:
    yield from _LABELLED_PAIR.finditer(flat)
    yield from _PAIR.finditer(flat)


def _names_one(match: re.Match[str]) -> bool:
    """A loose pair counts among several only when its code names a region and its number is no day."""
    if match.re is not _PAIR:
        return True
    return bool(legacy.region_of(match[1])) and not _is_day(match[2])


def _blocks(flat: str, starts: list[int]) -> list[str]:
    """Return the paragraphs that name an invoice, where each names one at most; else nothing."""
    blocks, end = [], 0
    for piece in re.split(r"(\n\s*\n)", flat):
        begin, end = end, end + len(piece)
        inside = bisect_left(starts, end) - bisect_left(starts, begin)
        if inside > 1:
            return []
        if inside:
            blocks.append(piece.strip())
    return blocks


def _cut(flat: str, starts: list[int]) -> list[str]:
    """Return the text cut before each number, at the beginning of its line where it is the first there."""
    cuts = []
    for before, start in zip([-1, *starts], starts, strict=False):
        line = flat.rfind("\n", 0, start) + 1
        cuts.append(line if line > before else start)
    return [flat[a:b].strip(" \n,;、") for a, b in zip(cuts, [*cuts[1:], len(flat)], strict=True)]
