"""Comparing (对照): what learning from outcomes is worth, on questions that were asked after what was learned.

Each held-back question is answered from one situation three times: with nothing learned, with the learned shares of the causes, and with
the learned weights of the evidence as well. What is learned for it was confirmed before it was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from fapiao.claim import Claim
from fapiao.diagnosis import diagnose
from fapiao.likelihood import Likelihoods, explained
from fapiao.scoring import Score, Truth, told_answer
from fapiao.situation import Learned, Situation

NAMED = (
    ("stated", "什么都不学", "nothing learned"),
    ("shares", "只学各原因的比例", "shares of causes learned"),
    ("weights", "比例和证据的权重都学", "shares and weights learned"),
)
SETS = tuple(name for name, _, _ in NAMED)
TOLD = ("claims", "cause_first", "cause_among_three", "wrong_and_sure", "calibration_error", "brier")


def held_back_from(claims: Sequence[Claim]) -> datetime | None:
    """Return the moment from which on questions are held back: the later half of them, ``None`` without any."""
    moments = sorted(claim.as_of for claim in claims if claim.as_of)
    return moments[len(moments) // 2] if moments else None


def told_of(situation: Situation) -> dict[str, Any]:
    """Return the answer to a situation as the contract has it."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(diagnose(situation)))
    return told


class Comparison:
    """Figures with nothing learned, with shares, with weights (三组得分)."""

    def __init__(self, held_back: datetime | None) -> None:
        self._from = held_back
        self._scores = {name: Score() for name in SETS}

    def add(self, situation: Situation, truth: Truth) -> None:
        """Score one labelled question in all three ways, if it is held back."""
        if self._from is None or situation.as_of < self._from:
            return
        learned = situation.learned
        for name, known in zip(SETS, (Learned(), Learned(levels=learned.levels), learned), strict=True):
            answer = told_of(msgspec.structs.replace(situation, learned=known))
            self._scores[name].add(told_answer(answer), truth)

    def report(self, table: Likelihoods) -> dict[str, Any]:
        """Return the figures, whether learning was worse than not, and every weight beside the stated one, as JSON has it."""
        figures = {name: score.figures() for name, score in self._scores.items()}
        briers = [figures[name]["brier"] for name in SETS if figures[name]["brier"] is not None]
        return {
            "outcomes": table.outcomes,
            "held_back": {
                "from": self._from.isoformat() if self._from else None,
                "claims": self._scores["weights"].claims,
                **{name: {key: figures[name][key] for key in TOLD} for name in SETS},
            },
            "worse": bool(briers) and briers[-1] > min(briers),
            "set_aside": not table.trusted,
            "weights": list(explained(table)),
        }
