"""Answers from outside (查验入账): what a verdict tells becomes feed events, so that it is known from then on.

A match that spells the invoice out is an invoice event of the service's own feed, its state a state event; a service that is
closed is a fault of component ``external``, cleared by the first answer that is one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from fapiao.verification.question import Question
from fapiao.vocabulary import RESULTS, label
from jingpiao import sql
from jingpiao.sync.services import load_events
from jingpiao.verification.models import Asking
from jingpiao.verification.service import Service
from jingpiao.verification.verifier import Verdict


def tell(service: Service, question: Question, asking: Asking, verdict: Verdict, *, now: datetime) -> None:
    """Enter what a verdict tells in the journal."""
    kind = RESULTS[verdict.result]
    events: list[dict[str, Any]] = []
    if kind.closed:
        events.append(_fault(kind.label, verdict))
    elif not kind.retryable and _is_closed(service):
        events.append({"type": "fault-cleared", "component": "external"})
    if verdict.result == "match":
        events += _found(question, verdict, now)
    if events:
        _load(service, asking, [_declaration(service), *events], now)


def _load(service: Service, asking: Asking, events: list[dict[str, Any]], now: datetime) -> None:
    lines = []
    for place, event in enumerate(events):
        named = {"feed": service.feed, "at": now.isoformat(), "id": f"asked:{asking.pk}:{place}"}
        lines.append(msgspec.json.encode(named | event))
    load_events(lines, source=service.feed, now=now, feed=service.feed)


def _declaration(service: Service) -> dict[str, Any]:
    return {
        "type": "feed",
        "id": "declared",
        "label": f"外部查验（{service.verifier.label}）",
        "regions": [],
        "kinds": [],
        "same_day": service.rules.same_day,
        "every_seconds": None,
        "complete": False,
    }


def _fault(label: str, verdict: Verdict) -> dict[str, Any]:
    said = f"{label}（{verdict.code}）" if verdict.code else label
    return {"type": "fault", "component": "external", "message": said}


def _is_closed(service: Service) -> bool:
    found = sql.rows(
        "SELECT cleared FROM sync_fault WHERE feed = %s AND component = 'external' ORDER BY id DESC LIMIT 1",
        [service.feed],
    )
    return bool(found) and not found[0][0]


def _found(question: Question, verdict: Verdict, now: datetime) -> list[dict[str, Any]]:
    names = {"code": question.code or None, "number": question.number}
    events: list[dict[str, Any]] = []
    if verdict.invoice:
        told = {"kind": question.kind, "kind_label": label(question.kind), **verdict.invoice, **names}
        events.append({"type": "invoice", "invoice": told})
    if verdict.state not in ("normal", "unknown"):
        events.append({"type": "state", **names, "state": verdict.state, "effective_at": now.isoformat()})
    return events
