"""Neighbours (相近号码): the numbers that a typist may have meant, and how two numbers differ.

One edit (substitution, transposition, dropped or inserted digit) is enumerated, so that one indexed query finds every
held neighbour; two edits are looked for by halves, over the number and over its reverse. A neighbour is only a
candidate: in dense blocks of one seller the next number is simply another invoice, and other fields must decide.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

DIGITS = "0123456789"
HALF = 10
FORMS = (18, 20)
"""Lengths that a lookup key can have: 10-digit code + 8, and 20 (数电, or 12-digit code + 8)."""


class Slip(msgspec.Struct, frozen=True):
    """How a typed number differs from a held one (差异).

    ``how``: ``substitution``, ``transposition``, ``dropped`` (typed one digit too few), ``inserted`` (one too many),
    ``doubled`` (inserted, equal to its neighbour), ``letter`` (a look-alike), ``several``. ``at`` counts from 0 in the
    held number.
    """

    how: str
    at: int
    distance: int


def distance1(typed: str) -> set[str]:
    """Return every key of a possible length that is one edit away from what was typed, itself left out."""
    near: set[str] = set()
    size = len(typed)
    if size in FORMS:
        near.update(_substituted(typed))
        near.update(_transposed(typed))
    if size - 1 in FORMS:
        near.update(typed[:place] + typed[place + 1 :] for place in range(size))
    if size + 1 in FORMS:
        near.update(typed[:place] + digit + typed[place:] for place in range(size + 1) for digit in DIGITS)
    near.discard(typed)
    return near


def _substituted(typed: str) -> list[str]:
    return [
        head + digit + tail
        for head, sign, tail in ((typed[:at], typed[at], typed[at + 1 :]) for at in range(len(typed)))
        for digit in DIGITS
        if digit != sign
    ]


def _transposed(typed: str) -> Iterator[str]:
    for place in range(len(typed) - 1):
        if typed[place] != typed[place + 1]:
            yield typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]


def half_ranges(typed: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return half-open ranges on the key and on the reversed key in which every key within two edits lies.

    Two edits cannot fall into both halves twice: the first half is right or one edit away, or the second is. The
    caller filters what the ranges give with `distance`.
    """
    return _ranges(typed), back_ranges(typed)


def back_ranges(typed: str) -> list[tuple[str, str]]:
    """Return the half-open ranges on the reversed key alone."""
    return _ranges(typed[::-1])


def _ranges(typed: str) -> list[tuple[str, str]]:
    return [_range(prefix) for prefix in _half_variants(typed)]


def _half_variants(typed: str) -> list[str]:
    half = typed[:HALF]
    return sorted(
        {half, *_substituted(half), *_transposed(half), *(half[:at] + half[at + 1 :] for at in range(HALF))}
    )


def _range(prefix: str) -> tuple[str, str]:
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def distance(one: str, other: str) -> int:
    """Return the true Damerau–Levenshtein distance of two short texts (adjacent swaps count one)."""
    if one == other:
        return 0
    one, other = _trimmed(one, other)
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        line = [row] + [0] * len(other)
        for column, match in enumerate(other, 1):
            line[column] = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (sign != match))
            if row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == match:
                line[column] = min(line[column], before[column - 2] + 1)
        before, last = last, line
    return last[-1]


def _trimmed(one: str, other: str) -> tuple[str, str]:
    """Return two texts without what they have in common at either end: it costs nothing, and is most of two neighbours."""
    short = min(len(one), len(other))
    head = 0
    while head < short and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < short - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return one[head : len(one) - tail], other[head : len(other) - tail]


def slip(typed: str, held: str) -> Slip:
    """Say how what was typed differs from a held key."""
    steps = distance(typed, held)
    at = next(
        (place for place, (a, b) in enumerate(zip(typed, held, strict=False)) if a != b),
        min(len(typed), len(held)),
    )
    if steps != 1:
        return Slip("several", at, steps)
    if len(typed) < len(held):
        return Slip("dropped", at, 1)
    if len(typed) > len(held):
        extra = typed[at] if at < len(typed) else ""
        return Slip("doubled" if at and typed[at - 1] == extra else "inserted", at, 1)
    swapped = at + 1 < len(held) and typed[at] == held[at + 1] and typed[at + 1] == held[at]
    return Slip("transposition" if swapped and typed[at] != held[at] else "substitution", at, 1)


def masked(typed: str, held: str) -> str:
    """Return the held number with every digit the asker did not type right as ``*``, the true length kept.

    Where he typed a digit too many, the digit at that place is not his either: nothing held is ever spelled out whole.
    """
    if typed == held:
        return held
    kept = _aligned(typed, held)
    if len(kept) == len(held):
        kept.discard(min(_common_head(typed, held), len(held) - 1))
    return "".join(sign if place in kept else "*" for place, sign in enumerate(held))


def _common_head(one: str, other: str) -> int:
    """Return how many signs two texts share from the beginning."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(other))


def _aligned(typed: str, held: str) -> set[int]:
    """Return the places of the held number that a cheapest alignment matches with a typed digit."""
    rows, columns = len(typed) + 1, len(held) + 1
    common = [[0] * columns for _ in range(rows)]
    if rows == columns:
        return {place for place in range(len(held)) if typed[place] == held[place]}
    for row in range(rows - 2, -1, -1):
        for column in range(columns - 2, -1, -1):
            if typed[row] == held[column]:
                common[row][column] = common[row + 1][column + 1] + 1
            else:
                common[row][column] = max(common[row + 1][column], common[row][column + 1])
    kept: set[int] = set()
    row = column = 0
    while row < rows - 1 and column < columns - 1:
        if typed[row] == held[column]:
            kept.add(column)
            row, column = row + 1, column + 1
        elif common[row + 1][column] >= common[row][column + 1]:
            row += 1
        else:
            column += 1
    return kept
