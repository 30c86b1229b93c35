"""校验码 (check code): 20 digits on kinds 04, 10, 11, 14; the form asks for the last six.

It is computed with a secret inside the tax-control device, so it can be compared but never verified. 数电 invoices have
none; 数电纸质 uses the last six digits of the 20-digit number in its place.

>>> compact('16630 28298 09915 10014')
'16630282980991510014'
>>> validate('510014')
'510014'
>>> is_valid('51001')
True
>>> is_valid('5100')
False
>>> format('16630282980991510014')
'16630 28298 09915 10014'
>>> explain('16630282980991510014')
'510014'
"""

from __future__ import annotations

from fapiao.errors import NumberError
from fapiao.numbers.texts import clean, grouped, need_digits


def compact(text: str) -> str:
    """Return the bare digits."""
    return clean(text)


def validate(text: str) -> str:
    """Return the compact code, of 20, 6 or (blockchain) 5 signs. Errors: `number-format`, `number-length`."""
    code = compact(text)
    if len(code) == 5 and code.isalnum():
        return code
    return need_digits(code, "校验码", "a check code", 6, 20)


def is_valid(text: str) -> bool:
    """Tell whether this can be a check code."""
    try:
        validate(text)
    except NumberError:
        return False
    return True


def format(text: str) -> str:
    """Return the code in groups of five, as the face prints it."""
    return grouped(compact(text), 5)


def explain(text: str) -> str:
    """Return the last six digits, the part that is asked for. Errors as `validate`."""
    return validate(text)[-6:]


def agree(one: str, other: str) -> bool:
    """Tell whether two check codes name the same one: equal, or one the last six of the other."""
    one, other = compact(one), compact(other)
    return one == other or (6 in (len(one), len(other)) and one[-6:] == other[-6:])
