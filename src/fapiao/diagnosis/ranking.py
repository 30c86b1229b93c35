"""Ranking (排序): naive Bayes over the causes, kept readable: log prior plus the weights of the evidence."""

from __future__ import annotations

import math
from datetime import timedelta

import msgspec

from fapiao import verified
from fapiao.answer import RankedCause
from fapiao.cause import CAUSES, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.learning import prior
from fapiao.likelihood import TEMPERATURE, name_of, shares_of, shifted

SHOWN, DIGITS = 6, 4
LEAST = 0.002
"""Causes under this probability are folded into ``unknown``, so that what is shown still adds up to one."""


def rank(circumstances: Circumstances) -> tuple[RankedCause, ...]:
    """Return the causes that can be, most probable first; with `unknown` their probabilities add up to 1."""
    weighed = possible(circumstances)
    if circumstances.match and len(weighed) == 1:
        return ()  # nothing but unknown: found, and nothing stands in the way
    stretches = circumstances.situation.learned.stretches
    if stretches:
        weighed = [
            (cause, _stretched(circumstances, result, stretches.get(cause.code, 1.0)))
            for cause, result in weighed
        ]
    return _shown(_probabilities(circumstances, weighed))


def _stretched(circumstances: Circumstances, result: Weighed, factor: float) -> Weighed:
    """Return what a cause says with the wait that confirmed outcomes gave it, to the whole second."""
    if result.recheck_at is None or factor == 1.0:
        return result
    now = circumstances.as_of
    seconds = math.ceil((result.recheck_at - now).total_seconds() * factor)
    return msgspec.structs.replace(result, recheck_at=now + timedelta(seconds=seconds))


def possible(circumstances: Circumstances) -> list[tuple[Cause, Weighed]]:
    """Return every cause that no fact rules out, with what it makes of the situation by the stated weights."""
    when = "held" if circumstances.match else "missing"
    return [
        (cause, result)
        for cause in CAUSES.values()
        if cause.when in (when, "both") and not _contradicted(cause, circumstances)
        if not (result := cause.weigh(circumstances)).impossible
    ]


def _contradicted(cause: Cause, circumstances: Circumstances) -> bool:
    """Tell whether a plain fact rules a cause out: an impossible number, or an arrival that was set aside."""
    if circumstances.match:
        return False
    if circumstances.cannot_be:
        return cause.code not in OF_THE_NUMBER
    if cause.code in verified.RULED_OUT_BY_MATCH and verified.is_there(circumstances):
        return True
    return circumstances.arrived and cause.code in OF_THE_WAY


OF_THE_NUMBER = {"typed-wrong", "malformed", "elsewhere", "not-imported", "refused", "unknown"}
OF_THE_WAY = {
    "sync-delay",
    "source-outage",
    "never-uploaded",
    "too-early",
    "platform-fault",
    "external-service",
    "elsewhere",
    "suspected-fake",
    "malformed",
}


def _probabilities(
    circumstances: Circumstances, weighed: list[tuple[Cause, Weighed]]
) -> list[tuple[float, Cause, Weighed]]:
    learned = circumstances.situation.learned
    if learned.shifts:
        weighed = [(cause, _as_learned(cause, result, learned.shifts)) for cause, result in weighed]
    scores = [
        math.log(cause.prior if cause.episodic else prior(cause.code, cause.prior, learned.levels))
        + sum(piece.weight for piece in {each.code: each for each in result.evidence}.values()) / TEMPERATURE
        for cause, result in weighed
    ]
    ranked = [
        (share, cause, result) for share, (cause, result) in zip(shares_of(scores), weighed, strict=True)
    ]
    return sorted(ranked, key=lambda each: (-each[0], each[1].code))


def _as_learned(cause: Cause, result: Weighed, shifts: dict[str, float]) -> Weighed:
    """Return what a cause says with the weights that confirmed outcomes gave its evidence."""
    evidence = tuple(
        _moved(piece, shifts.get(name_of(cause.code, piece.code, piece.weight))) for piece in result.evidence
    )
    return msgspec.structs.replace(result, evidence=evidence)


def _moved(piece: Evidence, shift: float | None) -> Evidence:
    if not shift:
        return piece
    return Evidence(piece.code, piece.message, piece.message_en, shifted(piece.weight, shift))


def _shown(ranked: list[tuple[float, Cause, Weighed]]) -> tuple[RankedCause, ...]:
    kept = [each for each in ranked if each[1].code != "unknown" and each[0] >= LEAST][:SHOWN]
    rest = 1.0 - sum(round(share, 4) for share, _, _ in kept)
    unknown = CAUSES["unknown"]
    rows = [_row(round(share, 4), cause, result) for share, cause, result in kept]
    rows.append(_row(max(0.0, round(rest, 4)), unknown, Weighed()))
    return tuple(sorted(rows, key=lambda row: -row.probability))


def _row(share: float, cause: Cause, result: Weighed) -> RankedCause:
    told = (_told(piece) for piece in result.evidence)
    evidence = tuple(sorted(told, key=lambda piece: -piece.weight))
    return RankedCause(
        code=cause.code,
        label=cause.label,
        label_en=cause.label_en,
        probability=share,
        evidence=evidence,
        remedy=cause.remedy,
        remedy_en=cause.remedy_en,
        actor=cause.actor,
        recheck_at=result.recheck_at,
    )


def _told(piece: Evidence) -> Evidence:
    """Return evidence as it is told: further digits mean nothing, and hang on the order in which a database gives its rows."""
    return Evidence(piece.code, piece.message, piece.message_en, round(piece.weight, DIGITS))
