"""数电发票号码 (number of a fully digital invoice): 20 digits, no check digit.

======  =========================================================================
Digits  Meaning
======  =========================================================================
1–2     year of issue; equals the year of the issue date; 21 or later
3–4     region of the issuing bureau (`fapiao.numbers.region`)
5       issuing channel; seen 2 (platform), 7 (乐企), 9 (railway); never validated
6–20    sequence; nothing is known that could be checked
======  =========================================================================

Source: 国家税务总局公告 on 数电发票 (号码编码规则), recomputed on public samples.

>>> compact('2411 2000 0001 3511 4086')
'24112000000135114086'
>>> validate('24112000000135114086')
'24112000000135114086'
>>> is_valid('2411200000013511408')
False
>>> format('24112000000135114086')
'2411 2000 0001 3511 4086'
>>> explain('24112000000135114086').region
'11'
"""

from __future__ import annotations

import msgspec

from fapiao.errors import NumberError
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean, grouped, need_digits

LENGTH = 20
FIRST_YEAR = 21


class DigitalNumber(msgspec.Struct, frozen=True):
    """A 20-digit number taken apart (数电号码). ``region`` is ``None`` when its digits name none."""

    number: str
    year: int
    region: str | None
    channel: str
    sequence: str


def compact(text: str) -> str:
    """Return the bare digits."""
    return clean(text)


def validate(text: str) -> str:
    """Return the compact number. Errors: `number-format`, `number-length`, `number-component` (all zeros)."""
    number = need_digits(compact(text), "数电发票号码", "a digital invoice number", LENGTH)
    if not number.strip("0"):
        raise NumberError(
            "number-component", "数电发票号码不能全是 0", "a digital invoice number is not all zeros"
        )
    return number


def is_valid(text: str) -> bool:
    """Tell whether this can be read as a 20-digit number."""
    try:
        validate(text)
    except NumberError:
        return False
    return True


def format(text: str) -> str:
    """Return the number in groups of four."""
    return grouped(compact(text))


def explain(text: str) -> DigitalNumber:
    """Take a number apart. Errors as `validate`."""
    number = validate(text)
    region = number[2:4]
    return DigitalNumber(
        number=number,
        year=2000 + int(number[:2]),
        region=region if regions.is_valid(region) else None,
        channel=number[4],
        sequence=number[5:],
    )


def region_of(number: str) -> str | None:
    """Return the region in a bare 20-digit number, ``None`` where it has none or is no such number."""
    region = number[2:4]
    bare = len(number) == LENGTH and number.isdigit() and number.isascii()
    return region if bare and region in regions.REGIONS else None


def impossible(number: str, *, newest_year: int | None = None) -> NumberError | None:
    """Return why no invoice can carry this number on any date, or ``None``.

    ``newest_year`` (two digits) is the year of the asking; a later year is impossible as of then.
    """
    if region_of(number) and FIRST_YEAR <= int(number[:2]) <= (newest_year or 99):
        return None  # nothing to explain: the common case on the hot path
    try:
        parts = explain(number)
    except NumberError as slip:
        return slip
    if parts.region is None:
        return NumberError(
            "number-component",
            f"第 3、4 位“{number[2:4]}”不是任何地区的代码",
            f"digits 3–4 ({number[2:4]}) name no region",
        )
    year = parts.year - 2000
    if year < FIRST_YEAR or (newest_year is not None and year > newest_year):
        return NumberError(
            "number-component",
            f"前两位“{number[:2]}”不可能是开票年份",
            f"digits 1–2 ({number[:2]}) cannot be the year of issue",
        )
    return None
