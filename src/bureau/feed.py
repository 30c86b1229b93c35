"""A serving feed (对外供数的来源): numbered event lines over HTTP, with every misdeed a real one has committed, on command.

Seeded: the same seed and the same requests give the same misdeeds. What it holds is the truth to compare with (`/log`).
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

MISDEEDS = ("repeat", "reorder", "skip", "rewrite", "backwards", "html", "half", "clock", "error")
"""What may go wrong with one reply; each has a probability."""
CLOCK_OFF = "2031-01-01T00:00:00+08:00"


@dataclass
class Page:
    """One reply before it is sent (一次答复). ``cut``: half of it means that the line goes dead, not that it is less."""

    lines: list[tuple[int, bytes]]
    latest: int
    misdeeds: set[str] = field(default_factory=set)
    cut: bool = False


class Feed:
    """A feed's log (来源日志): lines by number, of which the first ``released`` are out."""

    def __init__(self, lines: Sequence[bytes], *, seed: int, per_second: float = 0.0) -> None:
        self._lines = list(lines)
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._per_second = per_second
        self._begun = time.monotonic()
        self.released = 0 if per_second else len(self._lines)
        self.odds: dict[str, float] = {}
        self.down = False
        self.counts: Counter[str] = Counter()

    def page(self, after: int, limit: int) -> Page:
        """Return the lines after a number, as honest or dishonest as the odds have it."""
        with self._lock:
            self._drip()
            misdeeds = {name for name in MISDEEDS if self._dice.random() < self.odds.get(name, 0.0)}
            self.counts.update(misdeeds)
            self.counts["requests"] += 1
            if "rewrite" in misdeeds:
                self._rewrite()
            if "backwards" in misdeeds:
                after = max(0, after - 1 - self._dice.randrange(limit))
            lines = self._cut(after + 1, min(after + limit, self.released))
            page = Page(lines, self.released, misdeeds, cut=self._dice.random() < 0.5)
            return self._spoilt(page)

    def span(self, low: int, high: int) -> Page:
        """Return the lines from one number to another: what is asked for again comes whole."""
        with self._lock:
            self.counts["asked-again"] += 1
            return Page(self._cut(low, min(high, self.released)), self.released)

    def control(self, told: dict[str, Any]) -> None:
        """Change the odds, let lines out, go down or come back, or forget the first lines and number anew."""
        with self._lock:
            self.odds = told.get("odds", self.odds)
            self.down = bool(told.get("down", self.down))
            self.released = min(len(self._lines), self.released + int(told.get("release", 0)))
            forget = int(told.get("forget", 0))
            if forget:
                del self._lines[:forget]
                self.released = max(0, self.released - forget)
                self.counts["forgotten"] += forget

    def log(self) -> list[bytes]:
        """Return every line that is out: the truth."""
        with self._lock:
            return self._lines[: self.released]

    def _drip(self) -> None:
        if self._per_second:
            due = int((time.monotonic() - self._begun) * self._per_second)
            self.released = max(self.released, min(due, len(self._lines)))

    def _cut(self, low: int, high: int) -> list[tuple[int, bytes]]:
        return [(number, self._lines[number - 1]) for number in range(max(low, 1), high + 1)]

    def _rewrite(self) -> None:
        """Tell an earlier invoice's id again with another amount, as a line of its own."""
        earlier = [line for line in self._lines[: self.released] if b'"type":"invoice"' in line]
        if not earlier:
            return
        told = msgspec.json.decode(self._dice.choice(earlier))
        invoice = told["invoice"]
        for name in ("amount", "total"):
            if invoice.get(name):
                invoice[name] = str(Decimal(invoice[name]) + 1)
        self._lines.insert(self.released, msgspec.json.encode(told))
        self.released += 1

    def _spoilt(self, page: Page) -> Page:
        lines = page.lines
        if "repeat" in page.misdeeds and lines:
            first = lines[0][0]
            lines = self._cut(first - 1 - self._dice.randrange(20), first - 1) + lines + lines[:3]
        if "skip" in page.misdeeds and len(lines) > 8:
            gone = set(self._dice.sample(range(1, len(lines) - 1), 3))
            lines = [line for place, line in enumerate(lines) if place not in gone]
        if "reorder" in page.misdeeds:
            self._dice.shuffle(lines)
        if "clock" in page.misdeeds:
            lines = [(number, _misdated(line)) for number, line in lines]
        page.lines = lines
        return page


def _misdated(line: bytes) -> bytes:
    told = msgspec.json.decode(line)
    told["at"] = CLOCK_OFF
    return msgspec.json.encode(told)
