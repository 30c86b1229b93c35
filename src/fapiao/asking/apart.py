"""Taking apart (拆开): a code of ten digits and the number that follows it without a gap, as they are pasted from lists and old notes."""

from __future__ import annotations

from fapiao.numbers import legacy, taxpayer


def apart(number: str) -> tuple[str, str] | None:
    """Return code and number of eighteen digits that can be nothing else, ``None`` otherwise.

    Twenty digits may be a 数电 number as well as a code and a number; which, is weighed with the rest of the claim.
    """
    if len(number) != 18 or not (number.isascii() and number.isdigit()) or taxpayer.is_uscc(number):
        return None
    code, tail = number[:10], number[10:]
    return (code, tail) if legacy.is_valid(code, tail) else None
