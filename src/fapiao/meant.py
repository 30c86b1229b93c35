"""What was meant (所指): the held invoices that somebody who typed another number may have meant."""

from __future__ import annotations

from collections.abc import Sequence

from fapiao.agreement import supports
from fapiao.neighbours import distance
from fapiao.situation import Held, Situation

Suspects = tuple[tuple[Held, float], ...]


def suspects(situation: Situation, match: Held | None) -> Suspects:
    """Return held invoices that the asker may have meant, with the log-odds that the other fields give, best first.

    Of one that was told with conflicting contents, the content that fits the claim best stands. ``match`` is what lies under the
    typed number itself.
    """
    claim, blocks = situation.understood.claim, _blocks(situation)
    pool: dict[str, tuple[Held, float]] = {}
    for held in (*situation.near, *situation.offered):
        block = [each for each in blocks.get(held.seller_tax_id, ()) if each.key != held.key]
        support = supports(claim, held, block)
        if held.key not in pool or support > pool[held.key][1]:
            pool[held.key] = held, support
    if match:
        pool.pop(match.key, None)
    return tuple(sorted(pool.values(), key=lambda pair: (-pair[1], pair[0].key)))


def _blocks(situation: Situation) -> dict[str, Sequence[Held]]:
    """Return, by seller, the invoices one edit away from what was typed: all of those were looked for, whatever their sum."""
    typed = situation.understood.typed
    blocks: dict[str, list[Held]] = {}
    for held in situation.near if len(situation.near) > 1 else ():
        if held.seller_tax_id and any(distance(typed, name) == 1 for name in (held.key, held.alias) if name):
            blocks.setdefault(held.seller_tax_id, []).append(held)
    return {seller: tuple({each.key: each for each in rows}.values()) for seller, rows in blocks.items()}
