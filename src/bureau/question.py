"""A question (提问): a claim about a world's invoice at some moment, with the truth that the world knows.

The truth follows from what happened to the invoice, not from what an answer would like it to be. Members live in
`bureau.questions`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bureau.issue import Issued
from bureau.world import World

Claim = dict[str, Any]
TRIES = 40


@dataclass(slots=True)
class Truth:
    """What is true of a claim (真相). ``arrives_at``: when the invoice came, for those that were still to come."""

    existence: str
    cause: str | None
    validity: str = "unknown"
    arrives_at: datetime | None = None


Asked = tuple[Claim, Truth] | None


@dataclass(slots=True)
class Asking:
    """Who asks when (提问场合): dice, a world, and the stretch of time in which questions are asked."""

    dice: random.Random
    world: World
    low: datetime
    high: datetime

    def moment(self) -> datetime:
        """Return a moment at which somebody asks."""
        return self.low + timedelta(seconds=self.dice.randrange(int((self.high - self.low).total_seconds())))

    def inside(self, moment: datetime) -> bool:
        """Tell whether a moment lies in the time of asking."""
        return self.low <= moment <= self.high

    def pick(self, fits: Callable[[Issued, datetime], bool]) -> tuple[Issued, datetime] | None:
        """Return an invoice and a later moment that fit, ``None`` when none was found in a few tries."""
        moment = self.moment()
        for _ in range(TRIES):
            one = self.dice.choice(self.world.issued)
            if one.issued_at < moment and fits(one, moment):
                return one, moment
        return None

    def claim(self, one: Issued, as_of: datetime, *, party: str = "any") -> Claim:
        """Return what somebody says about an invoice; ``party``: its ``buyer``, ``none`` of them, or ``any``."""
        dice, invoice = self.dice, one.invoice
        told: Claim = {
            "code": invoice["code"],
            "number": invoice["number"],
            "issued_on": invoice["issued_on"],
        }
        if invoice["digital_number"] and dice.random() < 0.5:
            told |= {"code": None, "number": invoice["digital_number"]}
        sum_named = "total" if dice.random() < 0.6 else "amount"
        told[sum_named] = invoice[sum_named]
        self._say_more(one, told)
        who = dice.random()
        if party == "buyer" or (party == "any" and who < 0.6):
            told["tax_ids"] = [one.buyer.tax_id]
        elif party == "any" and who < 0.75:
            told["tax_ids"] = []
        told["as_of"] = as_of.isoformat(timespec="seconds")
        return {name: value for name, value in told.items() if value is not None or name == "tax_ids"}

    def _say_more(self, one: Issued, told: Claim) -> None:
        dice, terse = self.dice, self.dice.random() < self.world.habit.terse
        limited = any(feed.kinds for feed in self.world.habit.feeds if feed.key == one.feed)
        if limited or (not terse and dice.random() < 0.7):
            told["kind"] = one.invoice["kind"]
        if not terse and dice.random() < 0.5:
            told["seller_tax_id"] = one.seller.tax_id
        if not terse and dice.random() < 0.3:
            told["buyer_tax_id"] = one.buyer.tax_id


Maker = Callable[[Asking], Asked]


def is_held(one: Issued, moment: datetime) -> bool:
    """Tell whether the platform held an invoice at a moment."""
    return one.fate != "refused" and one.delivered_at is not None and one.delivered_at < moment


def validity(one: Issued, moment: datetime) -> str:
    """Return the state that was known of an invoice at a moment."""
    return one.state if one.state_known and one.state_known <= moment else "normal"


def is_binned(one: Issued, moment: datetime) -> bool:
    """Tell whether an invoice lay in its buyer's recycle bin at a moment."""
    moves = [into for when, _, into in one.binned if when <= moment]
    return bool(moves and moves[-1])
