"""Scoring (评分): answers against the truth that is known since: existence, validity, ranking, calibration, times kept.

Counts add up and nothing is weighed: the same figures come from a played world and from a platform's own past.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from fapiao.calibration import Verdict, brier, expected_error, reliability

SURE = 0.95
"""A first cause said with this probability or more had better be the true one."""
FOUND = "found"
"""What stands in the place of a cause where the truth is that nothing was in the way."""
WAITED_FOR = frozenset({"sync-delay", "too-early"})
"""Causes whose time to look again is judged: what a fault holds up comes when the fault ends."""


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What is known to have been true of one claim at its moment (真相).

    ``cause`` ``None``: the invoice was simply found. ``existence`` and ``validity`` ``None``: not known, and not counted.
    """

    cause: str | None
    existence: str | None = None
    validity: str | None = None
    arrives_at: datetime | None = None


class ToldCause(msgspec.Struct, frozen=True):
    """A cause as an answer ranked it (答复中的原因)."""

    code: str
    probability: float
    recheck_at: datetime | None = None


class ToldAnswer(msgspec.Struct, frozen=True):
    """What of an answer is scored (被评的答复)."""

    existence: str
    validity: str
    causes: tuple[ToldCause, ...] = ()


def told_answer(answer: dict[str, Any]) -> ToldAnswer:
    """Return what is scored of an answer in the contract's form. Errors: `msgspec.ValidationError`."""
    return msgspec.convert(answer, ToldAnswer)


@dataclass(slots=True)
class Score:
    """The figures of one run (评分结果)."""

    claims: int = 0
    told: int = 0
    existence: int = 0
    valid: int = 0
    validity: int = 0
    causes: int = 0
    first: int = 0
    third: int = 0
    overconfident: int = 0
    rechecks: int = 0
    kept: int = 0
    verdicts: list[Verdict] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, answer: ToldAnswer, truth: Truth) -> bool:
        """Count one answer; tell whether its existence and its first cause were right."""
        self.claims += 1
        right = self._existence(answer, truth)
        wanted = truth.cause or FOUND
        ranked = [(cause.code, cause.probability) for cause in answer.causes] or [(FOUND, 1.0)]
        top, share = ranked[0]
        self.confusion[wanted, top] += 1
        if truth.cause is None and answer.existence == "found" and not answer.causes:
            return right
        self.causes += 1
        self.first += top == wanted
        self.third += wanted in [code for code, _ in ranked[:3]]
        self.overconfident += top != wanted and share >= SURE
        self.verdicts.append((share, top == wanted))
        self._recheck(answer, truth, wanted)
        return right and top == wanted

    def _existence(self, answer: ToldAnswer, truth: Truth) -> bool:
        right = True
        if truth.existence is not None:
            right = answer.existence == truth.existence
            self.told += 1
            self.existence += right
        if truth.validity is not None:
            self.valid += 1
            self.validity += answer.validity == truth.validity
        return right

    def _recheck(self, answer: ToldAnswer, truth: Truth, wanted: str) -> None:
        said = next((cause.recheck_at for cause in answer.causes if cause.code == wanted), None)
        if said and truth.arrives_at and wanted in WAITED_FOR:
            self.rechecks += 1
            self.kept += truth.arrives_at <= said

    @property
    def calibration_error(self) -> float:
        """The expected calibration error of the first cause over ten bins."""
        return expected_error(reliability(self.verdicts))

    def _rounded(self, figure: float) -> float | None:
        """Return a figure of the first causes, ``None`` where none was said: of nothing there is no error, not an error of 0."""
        return round(figure, 4) if self.verdicts else None

    def figures(self) -> dict[str, Any]:
        """Return all figures as JSON has them; each count stands beside what it is of."""
        return {
            "claims": self.claims,
            "existence": _share(self.existence, self.told),
            "validity": _share(self.validity, self.valid),
            "cause_first": _share(self.first, self.causes),
            "cause_among_three": _share(self.third, self.causes),
            "wrong_and_sure": _share(self.overconfident, self.causes),
            "recheck_kept": _share(self.kept, self.rechecks),
            "calibration_error": self._rounded(self.calibration_error),
            "brier": self._rounded(brier(self.verdicts)),
            "reliability": msgspec.to_builtins(reliability(self.verdicts)),
            "confusion": [
                {"truth": truth, "told": told, "count": count}
                for (truth, told), count in sorted(self.confusion.items())
            ],
        }


def _share(part: int, whole: int) -> dict[str, Any]:
    return {"part": part, "whole": whole, "share": round(part / whole, 4) if whole else None}
