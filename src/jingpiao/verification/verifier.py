"""A verifier (查验服务): a licensed service that resells the national platform's verification, as one port.

Members live in `jingpiao.verification.verifiers`. A member asks one question once; counting, caching, retrying and deciding
whether to ask at all belong to `jingpiao.verification.services`. No member solves a captcha or opens the platform's own site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from fapiao.registry import Members
from fapiao.verification.question import Question
from jingpiao.sync.source import Health

S = TypeVar("S", bound=msgspec.Struct)


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a service answered (查验答复).

    ``result`` is a code of `fapiao.vocabulary.RESULTS`; ``state`` the contract's validity word where the invoice is there;
    ``message`` and ``code`` are the service's own, kept as they came; ``invoice`` what it tells of the invoice (contract §3).
    """

    result: str
    state: str = "unknown"
    code: str = ""
    message: str = ""
    invoice: dict[str, Any] | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier(Generic[S]):
    """One kind of service (查验服务).

    ``settings`` is a frozen `msgspec.Struct` described as those of sources are; ``ask(settings, question)`` makes one request
    and never raises: what went wrong is a result. ``probe(settings)`` says whether it lets us in, and costs no query. ``kinds``
    are those that it answers for.
    """

    key: str
    label: str
    label_en: str
    settings: type[S]
    kinds: frozenset[str]
    ask: Callable[[S, Question], Verdict]
    probe: Callable[[S], Health]


VERIFIERS: Members[Verifier[Any]] = Members(
    "jingpiao.verification.verifiers", "VERIFIER", lambda member: member.key
)
