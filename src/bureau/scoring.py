"""Scoring (评分): answers against the truth that a world knows, by the same figures as a platform's own past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fapiao import scoring
from fapiao.scoring import Truth, told_answer


@dataclass(slots=True)
class Score(scoring.Score):
    """The figures of one run (评分结果), and which answers were wrong."""

    misses: list[str] = field(default_factory=list)

    def judge(self, answer: dict[str, Any], truth: dict[str, Any]) -> None:
        """Count one answer in the contract's form against one line of the world's truth."""
        told = told_answer(answer)
        known = Truth(
            cause=truth["cause"],
            existence=truth["existence"],
            validity=truth["validity"] if truth["existence"] == "found" else None,
            arrives_at=datetime.fromisoformat(truth["arrives_at"]) if truth["arrives_at"] else None,
        )
        if not self.add(told, known):
            ranked = [(cause.code, cause.probability) for cause in told.causes[:3]] or [("found", 1.0)]
            self.misses.append(f"{truth['ref']}: {told.existence} {ranked}")

    def lines(self) -> Iterable[str]:
        """Yield the figures as people read them."""
        yield f"claims                {self.claims}"
        for name, part, whole in (
            ("existence right", self.existence, self.claims),
            ("validity right", self.validity, self.valid),
            ("cause first", self.first, self.causes),
            ("cause among three", self.third, self.causes),
            ("wrong with >= 0.95", self.overconfident, self.causes),
            ("recheck_at kept", self.kept, self.rechecks),
        ):
            yield f"{name:<21} {part / whole:8.2%}  ({part} of {whole})" if whole else f"{name:<21} none"
        yield f"calibration error     {self.calibration_error:8.3f}"
        for (wanted, told), count in sorted(self.confusion.items()):
            if wanted != told:
                yield f"  {wanted} taken for {told}: {count}"
