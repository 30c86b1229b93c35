"""A cause (原因): one reason why an invoice is not simply found, and how it weighs a situation.

Members live in `fapiao.causes`. Each returns log-likelihood ratios with a sentence each; a cause that contradicts a fact
is impossible, not unlikely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from fapiao.circumstances import Circumstances
from fapiao.registry import Members

Actor = Literal["asker", "seller", "platform", "feed-operator", "third-party", "bureau", "desk", "nobody"]


class Evidence(msgspec.Struct, frozen=True):
    """One piece of evidence (证据): code, sentence in both languages, and its log-likelihood ratio."""

    code: str
    message: str
    message_en: str
    weight: float


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What one cause makes of a situation (权衡). ``impossible`` rules it out whatever the evidence says."""

    evidence: tuple[Evidence, ...] = ()
    impossible: bool = False
    recheck_at: datetime | None = None


IMPOSSIBLE = Weighed(impossible=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause (原因). ``meaning`` is the truth that it names, in one sentence for people.

    ``when`` says whether it can explain an invoice that is ``held`` (found, but something is in the way) or one that
    is ``missing``, or ``both``. ``prior`` is its share among such questions before anything is learnt. ``episodic``: it comes
    and goes with a fault or an announcement, so that its share in the past says little of today; then the prior stays.
    """

    code: str
    label: str
    label_en: str
    meaning: str
    meaning_en: str
    actor: Actor
    remedy: str
    remedy_en: str
    when: Literal["held", "missing", "both"]
    prior: float
    episodic: bool = False
    weigh: Callable[[Circumstances], Weighed]


CAUSES: Members[Cause] = Members("fapiao.causes", "CAUSE", lambda member: member.code)
