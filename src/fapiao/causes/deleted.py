"""deleted (在回收站): it was held and somebody of the asker's moved it to the recycle bin."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE = 9.0
"""The move into the bin is on record."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a held invoice that lies in the asker's own recycle bin."""
    held = circumstances.match
    if held is None or circumstances.claim.lookup == "trash":
        return IMPOSSIBLE
    mine = (
        "" in held.binned_by
        if circumstances.askers is None
        else bool(circumstances.askers & set(held.binned_by))
    )
    if not mine:
        return IMPOSSIBLE
    return Weighed(
        evidence=(Evidence("in-bin", "这张票在您的回收站里", "it lies in your recycle bin", SURE),)
    )


CAUSE = Cause(
    code="deleted",
    label="被移到了回收站",
    label_en="In the recycle bin",
    meaning="它曾经在账，有人把它移到了回收站",
    meaning_en="It was held, and somebody moved it to the recycle bin",
    actor="asker",
    remedy="请到回收站还原",
    remedy_en="Restore it from the recycle bin",
    when="held",
    prior=0.05,
    weigh=weigh,
)
