"""发票代码 + 发票号码 (code and number of the tax-control era): 10 or 12 digits, and 8 digits.

12 digits: digit 1 is 0 for VAT kinds, 2–5 the administrative region, 6–7 the year, 11–12 the kind; 10 digits: 1–4 the
region, 5–6 the year, 8 the kind. Beijing is 1100. Source: rules of the national verification page (查验平台).

>>> compact('0110 0160 5111', '1234 5678')
('011001605111', '12345678')
>>> validate('011001605111', '12345678')
('011001605111', '12345678')
>>> is_valid('011001605111', '1234567')
False
>>> format('011001605111', '12345678')
'0110 0160 5111 · 1234 5678'
>>> explain('011001605111', '12345678').region
'11'
"""

from __future__ import annotations

import msgspec

from fapiao.errors import NumberError
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean, grouped, need_digits

NUMBER_LENGTH = 8
CODE_LENGTHS = (10, 12)
_OLD_ELECTRONIC = {"144031539110", "131001570151", "133011501118", "111001571071"}
_KIND_BY_ENDING = {
    "11": "10",
    "04": "04",
    "05": "04",
    "06": "11",
    "07": "11",
    "12": "14",
    "13": "08",
    "17": "15",
}
_KIND_BY_EIGHTH = {"1": "01", "5": "01", "3": "04", "6": "04", "2": "02", "7": "02"}


class LegacyNumber(msgspec.Struct, frozen=True):
    """A code and number taken apart (发票代码、号码). Parts that cannot be told are ``None``."""

    code: str
    number: str
    region: str | None
    year: int | None
    kind: str | None


def compact(code: str, number: str) -> tuple[str, str]:
    """Return bare code and number."""
    return clean(code), clean(number)


def validate_code(text: str) -> str:
    """Return the compact code. Errors: `number-format`, `number-length`."""
    return need_digits(clean(text), "发票代码", "an invoice code", *CODE_LENGTHS)


def validate_number(text: str) -> str:
    """Return the compact 8-digit number. Errors: `number-format`, `number-length`, `number-component` for zeros."""
    number = need_digits(clean(text), "发票号码", "an invoice number", NUMBER_LENGTH)
    if number == "00000000":
        raise NumberError("number-component", "发票号码不能全是 0", "an invoice number is not all zeros")
    return number


def validate(code: str, number: str) -> tuple[str, str]:
    """Return both, compact. Errors as `validate_code` and `validate_number`."""
    return validate_code(code), validate_number(number)


def is_valid(code: str, number: str) -> bool:
    """Tell whether both can be read."""
    try:
        validate(code, number)
    except NumberError:
        return False
    return True


def format(code: str, number: str) -> str:
    """Return both as people read them: code in groups of four, then the number."""
    bare_code, bare_number = compact(code, number)
    return f"{grouped(bare_code)} · {grouped(bare_number)}"


def explain(code: str, number: str) -> LegacyNumber:
    """Take code and number apart. Errors as `validate`."""
    code, number = validate(code, number)
    return LegacyNumber(code, number, region_of(code), year_of(code), kind_of(code))


def region_of(code: str) -> str | None:
    """Return the region of a code, ``None`` when its digits name none."""
    if code in _OLD_ELECTRONIC:
        return regions.of_administrative(code[1:5])
    return regions.of_administrative(code[1:5] if len(code) == 12 else code[:4])


def year_of(code: str) -> int | None:
    """Return the four-digit year in a code, ``None`` for 00."""
    digits = code[5:7] if len(code) == 12 else code[4:6]
    return 2000 + int(digits) if digits != "00" else None


def kind_of(code: str) -> str | None:
    """Return the verification kind that a code belongs to, ``None`` when the rules do not tell."""
    if len(code) == 10:
        return _KIND_BY_EIGHTH.get(code[7])
    if len(code) != 12:
        return None
    if code in _OLD_ELECTRONIC:
        return "10"
    if code[0] == "0":
        return _KIND_BY_ENDING.get(code[10:])
    return "03" if code[7] == "2" else None


def impossible(code: str, number: str, *, newest_year: int | None = None) -> NumberError | None:
    """Return why no invoice can carry this code and number on any date, or ``None``."""
    try:
        parts = explain(code, number)
    except NumberError as slip:
        return slip
    if parts.region is None:
        return NumberError(
            "number-component", f"发票代码 {code} 里没有可认的地区", f"the code {code} names no region"
        )
    if parts.year is None or (newest_year is not None and parts.year - 2000 > newest_year):
        return NumberError(
            "number-component", f"发票代码 {code} 里的年份不可能", f"the year in code {code} cannot be"
        )
    return None


def run_together(text: str, *, newest_year: int | None = None) -> tuple[str, str] | None:
    """Return the code of 12 digits and the number that stand in a run of 20, ``None`` where these cannot be such.

    The code must name a region, a year and a kind: of any 20 digits with a region in place few do.

    >>> run_together('01100200021105168908')
    ('011002000211', '05168908')
    >>> run_together('05112000000219709901')
    """
    code, number = text[:12], text[12:]
    if len(text) != 20 or not text.isdigit() or kind_of(code) is None:
        return None
    return None if impossible(code, number, newest_year=newest_year) else (code, number)
