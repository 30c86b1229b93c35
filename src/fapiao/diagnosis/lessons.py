"""Lessons (教益): what a question whose cause was confirmed says of the evidence that was there when it was asked."""

from __future__ import annotations

import hashlib
from datetime import datetime

from fapiao.cause import Weighed
from fapiao.circumstances import BEIJING, Circumstances
from fapiao.diagnosis.ranking import possible
from fapiao.learning import likeness
from fapiao.likelihood import Cell, Lesson, Spoken
from fapiao.situation import Situation
from fapiao.waits import Wait

ENDS_BY_RULE = frozenset({"policy", "too-early"})
"""Causes that end at a moment that is told beforehand: what follows it does not grow with the wait."""


def lesson_of(
    situation: Situation, *, cause: str, cell: Cell, came_at: datetime | None = None
) -> Lesson | None:
    """Return what a confirmed cause teaches of a situation; ``None`` where it teaches nothing of evidence.

    ``came_at``: when the invoice came after all, as far as that is known.
    That is so when nothing stood in the way, when a fact rules the confirmed cause out, or when the cause stayed `unknown`.
    """
    circumstances = Circumstances(situation)
    weighed = possible(circumstances)
    spoken = tuple(
        Spoken(
            each.code,
            each.prior,
            each.episodic,
            tuple({piece.code: round(piece.weight, 4) for piece in result.evidence}.items()),
        )
        for each, result in weighed
    )
    if cause == "unknown" or cause not in {each.cause for each in spoken}:
        return None
    understood = situation.understood
    return Lesson(
        cause=cause,
        question=_question(circumstances),
        asked=situation.as_of.astimezone(BEIJING).toordinal(),
        like=likeness(understood),
        cell=cell,
        causes=spoken,
        wait=next(_wait(cause, situation, result, came_at) for each, result in weighed if each.code == cause),
    )


def _wait(cause: str, situation: Situation, told: Weighed, came_at: datetime | None) -> Wait | None:
    """Return how long it was told to wait, and waited; ``None`` where no time was given, or a rule sets its end."""
    if told.recheck_at is None or cause in ENDS_BY_RULE:
        return None
    asked = situation.as_of
    return Wait(
        asked.timestamp(),
        (told.recheck_at - asked).total_seconds(),
        None if came_at is None else (came_at - asked).total_seconds(),
    )


def _question(circumstances: Circumstances) -> str:
    """Return a digest of what makes two claims of one day the same question: its number, its other fields and who asked."""
    claim = circumstances.claim
    parts = (
        circumstances.key,
        claim.issued_on,
        claim.total,
        claim.amount,
        claim.lookup,
        claim.tax_ids,
        circumstances.today,
    )
    told = "|".join(str(each) for each in parts)
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
