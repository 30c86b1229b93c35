"""A series (号段): what the held numbers next to the asked one tell of it; a seller's numbers are given out in turn."""

from __future__ import annotations

from collections.abc import Sequence

from fapiao.situation import Neighbour

NARROW = 4
"""Steps between two held numbers of one seller up to which what lies between them was surely given out."""
ALIKE = 4
"""So many neighbours of one seller, and all of one kind, tell the kind: a seller who issues several seldom has such a row."""


def narrow(below: Neighbour | None, above: Neighbour | None) -> bool:
    """Tell whether hardly more than the asked number lies between two held ones."""
    return bool(below and above and below.gap + above.gap <= NARROW)


def kind_of(below: Sequence[Neighbour], above: Sequence[Neighbour]) -> str | None:
    """Return the kind that all neighbours of one seller have, ``None`` where they are few, or differ in seller or kind."""
    near = (*below, *above)
    alike = {(each.seller_tax_id, each.kind) for each in near}
    if len(near) < ALIKE or len(alike) > 1:
        return None
    return near[0].kind or None
