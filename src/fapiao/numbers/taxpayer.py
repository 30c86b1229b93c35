"""纳税人识别号 (taxpayer number): 统一社会信用代码 of GB 32100-2015, and the older 15, 17, 18 and 20 sign forms.

=====  =======================================================
Signs  Meaning (18-sign form)
=====  =======================================================
1      registering authority (9 = market regulation)
2      type of organisation (92… = 个体工商户)
3–8    administrative division
9–17   organisation code
18     check sign: weights 3^(i−1) mod 31 over signs 1–17
=====  =======================================================

>>> compact('9111 0000 6000 3734 1l')
'91110000600037341L'
>>> validate('91110000600037341L')
'91110000600037341L'
>>> is_valid('91110000600037342L')
False
>>> format('91110000600037341L')
'9111 0000 6000 3734 1L'
>>> explain('91110000600037341L').region
'11'
"""

from __future__ import annotations

import re

import msgspec

from fapiao.errors import NumberError
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean, grouped

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_NEVER_LETTERS = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}
_CITIZEN = re.compile(r"^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dX]$")
_OLD = re.compile(r"^[0-9A-Z]{15,20}$")


class Taxpayer(msgspec.Struct, frozen=True):
    """A taxpayer number taken apart (纳税人识别号).

    ``form``: ``uscc`` (18 signs of the alphabet), ``citizen`` (a natural person's ID number), ``old`` (15, 17, 18 or
    20 signs). ``checked`` is true only when the check sign was computed and agrees.
    """

    number: str
    form: str
    checked: bool
    region: str | None


def compact(text: str) -> str:
    """Return the bare number in upper case."""
    return clean(text).upper()


def check_sign(first_seventeen: str) -> str:
    """Return the check sign for the first 17 signs (GB 32100-2015 §4.5)."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Tell whether this is an 18-sign code with the right check sign."""
    return len(text) == 18 and all(sign in _VALUES for sign in text) and check_sign(text[:17]) == text[17]


def is_citizen(text: str) -> bool:
    """Tell whether this has the form of a natural person's ID number (公民身份号码), which must be masked."""
    return bool(_CITIZEN.match(text))


def validate(text: str) -> str:
    """Return the compact number.

    Errors: `number-length`, `number-format`, and `number-checksum` for an 18-sign code whose check sign differs.
    """
    number = compact(text)
    if not 15 <= len(number) <= 20:
        raise NumberError(
            "number-length",
            f"纳税人识别号应为 18 位（旧号 15 到 20 位），您输入了 {len(number)} 位",
            f"a taxpayer number has 18 signs (old forms 15 to 20), this has {len(number)}",
        )
    if not _OLD.match(number):
        raise NumberError(
            "number-format", "纳税人识别号只含数字和大写字母", "digits and capital letters only"
        )
    if len(number) == 18 and number[0] in "159AN" and not is_uscc(number) and not is_citizen(number):
        raise NumberError(
            "number-checksum", "纳税人识别号的校验位不对", "the taxpayer number's check sign differs"
        )
    return number


def is_valid(text: str) -> bool:
    """Tell whether this can be a taxpayer number; the check sign counts for the 18-sign form only."""
    try:
        validate(text)
    except NumberError:
        return False
    return True


def format(text: str) -> str:
    """Return the number in groups of four."""
    return grouped(compact(text))


def explain(text: str) -> Taxpayer:
    """Take a number apart; one with a wrong check sign comes back unchecked. Errors: length and format only."""
    number = compact(text)
    if not _OLD.match(number):
        validate(number)
    checked = is_uscc(number)
    form = "uscc" if checked else "citizen" if is_citizen(number) else "old" if len(number) != 18 else "uscc"
    digits = number[2:8] if form == "uscc" else number[:6]
    return Taxpayer(number, form, checked, regions.of_administrative(digits))


def near(text: str) -> str | None:
    """Return the one code with a right check sign after replacing letters that never occur (I O S Z V), or ``None``."""
    number = compact(text)
    mended = "".join(_NEVER_LETTERS.get(sign, sign) for sign in number)
    return mended if mended != number and is_uscc(mended) else None
