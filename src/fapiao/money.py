"""Money (金额): amounts as `Decimal` with two places, and amounts in words (大写金额), written and parsed.

Source of the words: 票据法 practice and 会计基础工作规范 art. 52; every legal spelling is accepted, one is written.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from fapiao.errors import FapiaoError

FEN = Decimal("0.01")
MOST = Decimal("99999999999999.99")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$")
_PLAIN = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,13})?\Z")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_VALUE = {sign: value for value, sign in enumerate(_DIGITS)} | {
    "〇": 0,
    "◯": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "弍": 2,
    "貳": 2,
    "贰": 2,
    "參": 3,
    "叄": 3,
    "陸": 6,
    "两": 2,
}
_UNIT = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_SIGNS = str.maketrans(
    {"圓": "圆", "元": "圆", "正": "整", "萬": "万", "億": "亿", "〇": "零", "○": "零", "◯": "零"}
)


def round_to_fen(amount: Decimal) -> Decimal:
    """Return the amount rounded half up to two places."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def parse_decimal(text: str) -> Decimal:
    """Return the number a cell or a face prints: ``¥1,130.00``, full width, ``(12.50)``, ``12.50-``, ``￥-5``.

    Errors: `money-format`.
    """
    if _PLAIN.match(text):
        return Decimal(text)  # nothing to clean: the common case on the hot path
    bare = unicodedata.normalize("NFKC", text).strip()
    for sign in "¥￥, \u00a0\u3000'元圆\x00":
        bare = bare.replace(sign, "")
    bare = bare.replace("−", "-").replace("–", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if bare.endswith("-"):
        bare = f"-{bare[:-1]}"
    if not _NUMBER.match(bare):
        raise FapiaoError("money-format", f"“{text[:40]}”不是金额", f"{text[:40]!r} is not an amount")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise FapiaoError("money-format") from None
    if abs(number) > MOST:
        raise FapiaoError("money-format", f"“{text[:40]}”大得不可能", f"{text[:40]!r} is impossibly large")
    return number


def parse_money(text: str) -> Decimal:
    """Return an amount with two places. Errors: `money-format`."""
    return round_to_fen(parse_decimal(text))


@lru_cache(maxsize=8192)
def money_or_none(text: str | None) -> Decimal | None:
    """Return an amount with two places, or ``None`` where nothing readable stands (empty, ``***``, ``¥``)."""
    try:
        return parse_money(text) if text else None
    except FapiaoError:
        return None


def decimal_or_none(text: str | None) -> Decimal | None:
    """Return a quantity or price as printed, or ``None`` where nothing readable stands."""
    try:
        return parse_decimal(text) if text else None
    except FapiaoError:
        return None


def in_words(amount: Decimal) -> str:
    """Return the amount in words as invoices print it (大写): 圆 and 整, ``（负数）`` before a negative one.

    >>> in_words(Decimal('16409.02'))
    '壹万陆仟肆佰零玖圆零贰分'
    """
    fen = int(round_to_fen(abs(amount)) * 100)
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_integer(yuan)}圆" if yuan or not fen else ""
    if jiao:
        words += f"{'零' if yuan and yuan % 10 == 0 else ''}{_DIGITS[jiao]}角"
    elif cent and yuan:
        words += "零"
    words += f"{_DIGITS[cent]}分" if cent else "整"
    return f"（负数）{words}" if amount < 0 else words


def parse_words(text: str) -> Decimal:
    """Return the amount that words say, in every legal spelling. Errors: `words-format`."""
    bare = re.sub(r"[\s:：人民币¥￥\x00]", "", text)
    negative = bool(re.match(r"^[（(]?负数?[）)]?", bare))
    bare = re.sub(r"^[（(]?负数?[）)]?|[（(]负数?[）)]$", "", bare).translate(_SIGNS).rstrip("整")
    yuan, _, rest = bare.partition("圆") if "圆" in bare else ("", "", bare)
    match = re.fullmatch(r"零*(?:(.)角)?零*(?:(.)分)?零*", rest)
    if not match or not (yuan or match.group(1) or match.group(2)):
        raise FapiaoError(
            "words-format", f"大写金额“{text[:40]}”认不出", f"amount in words not understood: {text[:40]}"
        )
    fen = _parse_integer(yuan, text) * 100
    fen += _digit(match.group(1), text) * 10 + _digit(match.group(2), text)
    return Decimal(-fen if negative else fen).scaleb(-2)


def _integer(number: int) -> str:
    if number >= 10**12:
        rest = number % 10**8
        return f"{_integer(number // 10**8)}亿" + (
            ("零" if rest < 10**7 else "") + _integer(rest) if rest else ""
        )
    words, gap = "", False
    for power, name in ((8, "亿"), (4, "万"), (0, "")):
        group, number = divmod(number, 10**power)
        if group:
            words += ("零" if words and (gap or group < 1000) else "") + _group(group) + name
            gap = False
        else:
            gap = bool(words)
    return words or "零"


def _group(group: int) -> str:
    words, gap = "", False
    for power, unit in ((3, "仟"), (2, "佰"), (1, "拾"), (0, "")):
        digit = group // 10**power % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return words


def _digit(sign: str | None, text: str) -> int:
    if sign is None:
        return 0
    if sign not in _VALUE:
        raise FapiaoError(
            "words-format", f"大写金额“{text[:40]}”认不出", f"amount in words not understood: {text[:40]}"
        )
    return _VALUE[sign]


def _parse_integer(words: str, text: str) -> int:
    total = group = digit = 0
    for sign in words:
        if sign in _VALUE:
            digit = _VALUE[sign]
        elif sign in _UNIT:
            group += (digit or 1) * _UNIT[sign]
            digit = 0
        elif sign == "万":
            total, group, digit = total + (group + digit) * 10**4, 0, 0
        elif sign == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        else:
            raise FapiaoError("words-format", f"大写金额“{text[:40]}”认不出", f"not understood: {text[:40]}")
    return total + group + digit
