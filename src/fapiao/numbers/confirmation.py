"""红字确认单编号 (number of a red-letter confirmation): 20 digits: six of district, six of date (yymmdd), eight of sequence.

The older 红字信息表编号 has 16 digits. Source: forms seen in public vendors' interfaces.

>>> compact('1101 0824 0910 0261 5708')
'11010824091002615708'
>>> validate('11010824091002615708')
'11010824091002615708'
>>> is_valid('1101082409100261570')
False
>>> format('11010824091002615708')
'1101 0824 0910 0261 5708'
>>> explain('11010824091002615708').made_on
datetime.date(2024, 9, 10)
"""

from __future__ import annotations

from datetime import date

import msgspec

from fapiao.errors import NumberError
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean, grouped, need_digits


class Confirmation(msgspec.Struct, frozen=True):
    """A confirmation number taken apart (红字确认单编号); parts that cannot be told are ``None``."""

    number: str
    region: str | None
    made_on: date | None


def compact(text: str) -> str:
    """Return the bare digits."""
    return clean(text)


def validate(text: str) -> str:
    """Return the compact number. Errors: `number-format`, `number-length`."""
    return need_digits(compact(text), "红字确认单编号", "a red-letter confirmation number", 16, 20)


def is_valid(text: str) -> bool:
    """Tell whether this can be a confirmation number."""
    try:
        validate(text)
    except NumberError:
        return False
    return True


def format(text: str) -> str:
    """Return the number in groups of four."""
    return grouped(compact(text))


def explain(text: str) -> Confirmation:
    """Take a number apart. Errors as `validate`."""
    number = validate(text)
    return Confirmation(number, regions.of_administrative(number), _day(number[6:12]))


def _day(digits: str) -> date | None:
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None
