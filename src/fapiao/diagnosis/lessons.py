"""Lessons (教益): what a question whose cause was confirmed says of the evidence that was there when it was asked."""

from __future__ import annotations

import hashlib

from fapiao.circumstances import BEIJING, Circumstances
from fapiao.diagnosis.ranking import possible
from fapiao.learning import likeness
from fapiao.likelihood import Cell, Lesson, Spoken
from fapiao.situation import Situation


def lesson_of(situation: Situation, *, cause: str, cell: Cell) -> Lesson | None:
    """Return what a confirmed cause teaches of a situation; ``None`` where it teaches nothing of evidence.

    That is so when nothing stood in the way, when a fact rules the confirmed cause out, or when the cause stayed `unknown`.
    """
    circumstances = Circumstances(situation)
    spoken = tuple(
        Spoken(
            each.code,
            each.prior,
            each.episodic,
            tuple({piece.code: round(piece.weight, 4) for piece in result.evidence}.items()),
        )
        for each, result in possible(circumstances)
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
