"""Scoring (评分): answers against the truth: existence, validity, ranking, calibration, times kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

BINS = 10


@dataclass(slots=True)
class Score:
    """The figures of one run (评分结果)."""

    claims: int = 0
    existence: int = 0
    valid: int = 0
    validity: int = 0
    causes: int = 0
    first: int = 0
    third: int = 0
    overconfident: int = 0
    rechecks: int = 0
    kept: int = 0
    bins: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0, 0.0] for _ in range(BINS)])
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, answer: dict[str, Any], truth: dict[str, Any]) -> None:
        """Count one answer."""
        self.claims += 1
        self.existence += answer["existence"] == truth["existence"]
        if truth["existence"] == "found":
            self.valid += 1
            self.validity += answer["validity"] == truth["validity"]
        wanted = truth["cause"] or "found"
        ranked = [(cause["code"], cause["probability"]) for cause in answer["causes"]] or [("found", 1.0)]
        top, share = ranked[0]
        self.confusion[wanted, top] += 1
        if top != wanted or answer["existence"] != truth["existence"]:
            self.misses.append(f"{truth['ref']}: {answer['existence']} {ranked[:3]}")
        if truth["cause"] is None and answer["existence"] == "found" and not answer["causes"]:
            return
        self.causes += 1
        self.first += top == wanted
        self.third += wanted in [code for code, _ in ranked[:3]]
        self.overconfident += top != wanted and share >= 0.95
        place = min(BINS - 1, int(share * BINS))
        for number, value in enumerate((1.0, share, float(top == wanted))):
            self.bins[place][number] += value
        self._recheck(answer, truth, wanted)

    def _recheck(self, answer: dict[str, Any], truth: dict[str, Any], wanted: str) -> None:
        told = next((cause["recheck_at"] for cause in answer["causes"] if cause["code"] == wanted), None)
        if told and truth["arrives_at"] and wanted in ("sync-delay", "too-early"):
            self.rechecks += 1
            self.kept += datetime.fromisoformat(truth["arrives_at"]) <= datetime.fromisoformat(told)

    @property
    def calibration_error(self) -> float:
        """The expected calibration error of the first cause over ten bins."""
        return sum(abs(right - share) for _, share, right in self.bins) / max(self.causes, 1)

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
