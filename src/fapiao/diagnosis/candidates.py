"""Candidates (候选) and corrections as the asker may see them: wrongly typed digits masked for strangers."""

from __future__ import annotations

import msgspec

from fapiao.answer import Candidate, RankedCause
from fapiao.circumstances import Circumstances
from fapiao.claim import Correction
from fapiao.neighbours import distance, masked
from fapiao.situation import Held

MOST = 5
LEAST_SUPPORT = -1.0
"""A near number that the other fields contradict is another invoice of the block and is not offered."""


def candidates(circumstances: Circumstances, causes: tuple[RankedCause, ...]) -> tuple[Candidate, ...]:
    """Return held invoices that the asker may have meant, best first."""
    pool = [(held, support) for held, support in circumstances.suspects if support > LEAST_SUPPORT]
    pool += [(held, 0.0) for held in circumstances.situation.tail if circumstances.match is None]
    share = next((cause.probability for cause in causes if cause.code == "typed-wrong"), 0.0)
    best = max((support for _, support in pool), default=0.0)
    weights = [2.0 ** min(0.0, support - best) for _, support in pool[:MOST]]
    whole = sum(weights) or 1.0
    return tuple(
        _candidate(circumstances, held, round(share * weight / whole, 4))
        for (held, _), weight in zip(pool, weights, strict=False)
    )


def corrections(circumstances: Circumstances) -> tuple[Correction, ...]:
    """Return what was cleaned, and what is offered; offers are masked unless the asker may see what they lead to."""
    situation = circumstances.situation
    entitled = circumstances.askers is None or any(circumstances.is_party(held) for held in situation.offered)
    return tuple(
        each if each.applied or entitled else msgspec.structs.replace(each, to=masked(each.from_, each.to))
        for each in circumstances.understood.corrections
    )


def _candidate(circumstances: Circumstances, held: Held, probability: float) -> Candidate:
    typed = circumstances.understood.typed
    key = min((held.key, held.alias or held.key), key=lambda each: distance(typed, each))
    shown = key if circumstances.is_party(held) else masked(typed, key)
    code_length = len(key) - 8 if held.alias == key or (held.kind or "") < "50" else 0
    differs = _differs(circumstances, key, code_length)
    return Candidate(
        code=shown[:code_length] or None,
        number=shown[code_length:],
        differs_in=differs,
        distance=distance(typed, key),
        probability=probability,
    )


def _differs(circumstances: Circumstances, key: str, code_length: int) -> tuple[str, ...]:
    claim = circumstances.claim
    if not code_length:
        return ("number",)
    parts = (("code", claim.code or "", key[:code_length]), ("number", claim.number or "", key[code_length:]))
    return tuple(name for name, typed, held in parts if typed != held) or ("number",)
