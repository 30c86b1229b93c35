"""Values of elements (要素取值): dates, rates, combined address and account texts."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from fapiao.money import decimal_or_none, money_or_none

BEIJING = timezone(timedelta(hours=8))
_WHEN = re.compile(
    r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?)?(.*)"
)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\d{3})?\s*")
_UTC = re.compile(r"^(?:\.\d+)?(?:Z|[+-]00:?00)$")
_STARS = re.compile(r"^\*+$")


def parse_when(text: str | None) -> tuple[date | None, datetime | None]:
    """Return day and, where the text has it, moment (in Beijing time); ``None`` where it cannot be read.

    A time without an offset is Beijing's; one marked as UTC is moved there. ``20260227172851`` is read whole.
    """
    flat = unicodedata.normalize("NFKC", text or "")
    match = _COMPACT.fullmatch(flat) or _WHEN.search(flat)
    if not match:
        return None, None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return day, None
        moment = datetime(
            day.year, day.month, day.day, int(match[4]), int(match[5]), int(match[6] or 0), tzinfo=BEIJING
        )
    except ValueError:
        return None, None
    if match.re is _WHEN and _UTC.match(match[7].strip()):
        moment = moment.replace(tzinfo=UTC).astimezone(BEIJING)
    return moment.date(), moment


@lru_cache(maxsize=1024)
def parse_rate(text: str | None) -> str | None:
    """Return a rate as the contract writes it: ``"0.13"``, or the word (免税, 不征税); ``None`` for ``***`` and blanks.

    ``1`` and more are percents: no rate reaches 100 %.
    """
    bare = unicodedata.normalize("NFKC", text or "").strip()
    if not bare or _STARS.match(bare) or bare in ("-", "—"):
        return None
    percent = bare.endswith("%")
    number = number_of(bare.rstrip("%").strip())
    if number is None:
        return bare
    if percent or number >= 1:
        number /= 100
    plain = format(number.normalize(), "f")
    return "0" if Decimal(plain) == 0 else plain


_PLAIN = re.compile(r"-?\d{1,13}(?:\.\d{1,13})?")
_PLAIN_SUM = re.compile(r"-?\d{1,13}\.\d\d")


def number_of(text: str | None) -> Decimal | None:
    """Return a quantity, price or rate as printed; the plain form, which is the rule, is taken as it stands."""
    return Decimal(text) if text and _PLAIN.fullmatch(text) and text.isascii() else decimal_or_none(text)


def sum_of(text: str | None) -> Decimal | None:
    """Return a sum with two places; the plain form, which is the rule, is taken as it stands."""
    return Decimal(text) if text and _PLAIN_SUM.fullmatch(text) and text.isascii() else money_or_none(text)


def is_stars(text: str | None) -> bool:
    """Tell whether a cell prints ``***`` in place of a value."""
    return bool(text and _STARS.match(text.strip()))


_PHONE = re.compile(
    r"^(?P<rest>.*?)[\s,，;；]*(?P<tail>(?:\+?86[- ]?)?(?:[48]00-?\d{3}-?\d{4}|(?:0\d{2,3}[-—－ ]?)?\d{7,11}(?:[-—转]\d{1,6})?))$"
)
_ACCOUNT = re.compile(r"^(?P<rest>.*?)[\s,，:：]*(?P<tail>\d[\d\s\-]{6,38}\d)$")


def split_address(text: str) -> tuple[str | None, str | None]:
    """Return address and phone of a combined text; the phone only where one clearly ends it."""
    return _split(_PHONE, text)


def split_bank(text: str) -> tuple[str | None, str | None]:
    """Return bank and account of a combined text."""
    return _split(_ACCOUNT, text)


def _split(pattern: re.Pattern[str], text: str) -> tuple[str | None, str | None]:
    bare = text.strip()
    match = pattern.match(bare)
    if not match:
        return bare or None, None
    return match["rest"].strip() or None, match["tail"].strip()
