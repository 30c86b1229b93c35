"""Slips (笔误): what typists and spreadsheets do to a number."""

from __future__ import annotations

import random

_LETTERS = {"0": "OoQD", "1": "Il", "2": "Z", "5": "S", "8": "B"}


def mistype(dice: random.Random, number: str) -> str:
    """Return the number with one slip: a wrong, swapped, dropped, doubled or look-alike sign."""
    choice, at = (
        dice.random(),
        dice.randrange(4, len(number) - 1) if len(number) > 6 else dice.randrange(1, len(number) - 1),
    )
    if choice < 0.35:
        return (
            number[:at]
            + dice.choice([digit for digit in "0123456789" if digit != number[at]])
            + number[at + 1 :]
        )
    if choice < 0.55:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if choice < 0.7:
        return number[:at] + number[at + 1 :]
    if choice < 0.85:
        return number[:at] + number[at] + number[at:]
    places = [place for place, digit in enumerate(number) if digit in _LETTERS]
    if not places:
        return number
    at = dice.choice(places)
    return number[:at] + dice.choice(_LETTERS[number[at]]) + number[at + 1 :]
