"""税务机关代码 (tax office code): 11 digits: 1, six digits of administrative division, four of the office.

>>> compact('1 110000 0000')
'11100000000'
>>> validate('11100000000')
'11100000000'
>>> is_valid('21100000000')
False
>>> format('11100000000')
'1 110000 0000'
>>> explain('11100000000')
'11'
"""

from __future__ import annotations

from fapiao.errors import NumberError
from fapiao.numbers import region as regions
from fapiao.numbers.texts import clean, grouped, need_digits


def compact(text: str) -> str:
    """Return the bare digits."""
    return clean(text)


def validate(text: str) -> str:
    """Return the compact code. Errors: `number-format`, `number-length`, `number-component`."""
    code = need_digits(compact(text), "税务机关代码", "a tax office code", 11)
    if code[0] != "1" or regions.of_administrative(code[1:]) is None:
        raise NumberError(
            "number-component", "税务机关代码里没有可认的地区", "the tax office code names no region"
        )
    return code


def is_valid(text: str) -> bool:
    """Tell whether this is a tax office code."""
    try:
        validate(text)
    except NumberError:
        return False
    return True


def format(text: str) -> str:
    """Return the code as 1 · division · office."""
    code = compact(text)
    return f"{code[:1]} {grouped(code[1:7], 6)} {code[7:]}"


def explain(text: str) -> str | None:
    """Return the region that an office belongs to. Errors as `validate`."""
    return regions.of_administrative(validate(text)[1:])
