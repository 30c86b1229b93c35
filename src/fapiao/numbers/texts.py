"""Texts of numbers (号码文本): what can be cleaned without doubt, and how people read digits."""

from __future__ import annotations

import unicodedata

from fapiao.errors import NumberError

_DROPPED = dict.fromkeys(
    map(
        ord, " \t\r\n\x00\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202c\u202d\u202e-‐‑‒–—―－_'`"
    )
)
LOOKALIKES = {
    "O": "0",
    "o": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "l": "1",
    "|": "1",
    "i": "1",
    "Z": "2",
    "z": "2",
    "S": "5",
    "s": "5",
    "B": "8",
}
"""Letters and signs that people and OCR put where a digit stands (domain rule 2): only ever *offered*."""


def clean(text: str) -> str:
    """Return a number's text in half width without spaces, hyphens, zero-width signs and NUL."""
    if text.isascii() and text.isalnum():
        return text  # nothing to clean: the common case on the hot path
    return unicodedata.normalize("NFKC", text).translate(_DROPPED)


def look_alike_digits(text: str) -> str:
    """Return the text with letters that look like digits replaced by those digits."""
    return "".join(LOOKALIKES.get(sign, sign) for sign in text)


def grouped(text: str, size: int = 4) -> str:
    """Return the text in groups, as people read long numbers."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def need_digits(text: str, name: str, name_en: str, *lengths: int) -> str:
    """Return the text if it is all digits and has one of the lengths.

    Errors: `number-format` for other signs, `number-length` for another length.
    """
    if not text.isascii() or not text.isdigit():
        wrong = next((sign for sign in text if not (sign.isascii() and sign.isdigit())), "")
        raise NumberError(
            "number-format", f"{name}只能是数字，出现了“{wrong}”", f"{name_en} holds {wrong!r}, digits only"
        )
    if len(text) not in lengths:
        wanted = "或".join(map(str, lengths))
        raise NumberError(
            "number-length",
            f"{name}应为 {wanted} 位数字，您输入了 {len(text)} 位",
            f"{name_en} has {' or '.join(map(str, lengths))} digits, this has {len(text)}",
        )
    return text
