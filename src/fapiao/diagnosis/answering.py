"""Answering (作答): puts verdict, agreement, validity, candidates, causes and words together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from fapiao import exports, feeds, mask
from fapiao.agreement import compared
from fapiao.answer import (
    AgreementWord,
    Answer,
    AnswerDifference,
    Coverage,
    Existence,
    RankedCause,
    TouchingStatement,
)
from fapiao.circumstances import Circumstances
from fapiao.diagnosis.candidates import candidates, corrections
from fapiao.diagnosis.headlines import headline, next_step
from fapiao.diagnosis.ranking import rank
from fapiao.situation import Held, Situation

NOT_WORKING = {"source-outage", "platform-fault", "external-service"}
HIDES_THE_INVOICE = {"wrong-title", "not-permitted", "deleted"}


def diagnose(situation: Situation) -> Answer:
    """Return the answer to a claim from what was known. Pure: the same situation always gives the same answer."""
    circumstances = Circumstances(situation)
    causes = rank(circumstances)
    existence = _existence(circumstances, causes)
    held = circumstances.match if existence == "found" else None
    lead, lead_en = headline(circumstances, existence, causes)
    step, step_en = next_step(circumstances, existence, causes)
    return Answer(
        ref=circumstances.claim.ref,
        as_of=situation.as_of,
        asked=_asked(circumstances),
        corrections=corrections(circumstances),
        existence=existence,
        agreement=_agreement(circumstances, held),
        differences=_differences(circumstances, held),
        validity=held.state if held else "unknown",
        validity_as_of=_validity_as_of(circumstances, held),
        validity_next=held.next_state if held else None,
        coverage=(*_coverage(circumstances), *exports.coverage(circumstances)),
        invoice=_invoice(circumstances, held, causes),
        candidates=candidates(circumstances, causes) if held is None else (),
        causes=causes,
        headline=lead,
        headline_en=lead_en,
        next_step=step,
        next_step_en=step_en,
        announcements=tuple(
            TouchingStatement(id=each.event_id, title=each.title, body=each.body, ends_at=each.ends_at)
            for each in circumstances.suspended
        ),
    )


def _existence(circumstances: Circumstances, causes: tuple[RankedCause, ...]) -> Existence:
    if circumstances.match:
        return "found"
    if len(circumstances.situation.tail) > 1:
        return "ambiguous"
    return "unknown" if causes and causes[0].code in NOT_WORKING else "not-found"


def _agreement(circumstances: Circumstances, held: Held | None) -> AgreementWord:
    stated = compared(circumstances.claim, held) if held else 0
    if not stated:
        return "not-compared"
    wrong = len(circumstances.differences)
    return "full" if not wrong else "none" if wrong == stated else "partial"


def _differences(circumstances: Circumstances, held: Held | None) -> tuple[AnswerDifference, ...]:
    if held is None:
        return ()
    entitled = circumstances.is_party(held)
    return tuple(
        AnswerDifference(field=each.field, claimed=each.claimed, held=each.held if entitled else None)
        for each in circumstances.differences
    )


def _validity_as_of(circumstances: Circumstances, held: Held | None) -> datetime | None:
    if held is None:
        return None
    spoken = [feed.spoke_at for feed in circumstances.carriers if feed.spoke_at]
    newest = max(spoken, default=held.known_at)
    return min(max(newest, held.state_at or newest), circumstances.as_of)


def _coverage(circumstances: Circumstances) -> list[Coverage]:
    now = circumstances.as_of
    return [
        Coverage(
            feed=feed.feed,
            label=feed.label or feed.feed,
            watermark=feed.watermark,
            lag_seconds=feeds.lag(feed, now),
            state=feeds.state(feed, now),
        )
        for feed in circumstances.carriers
    ]


def _invoice(
    circumstances: Circumstances, held: Held | None, causes: tuple[RankedCause, ...]
) -> dict[str, Any] | None:
    if held is None:
        return None
    whole: dict[str, Any] = msgspec.json.decode(held.body)
    if circumstances.is_party(held):
        return mask.for_party(whole)
    claim = circumstances.claim
    knows = claim.issued_on and (claim.amount is not None or claim.total is not None)
    if not knows or circumstances.differences or (causes and causes[0].code in HIDES_THE_INVOICE):
        return None
    stated = {name for name, value in msgspec.structs.asdict(claim).items() if value not in (None, "")}
    return mask.for_stranger(whole, stated)


def _asked(circumstances: Circumstances) -> dict[str, Any]:
    claim = msgspec.structs.replace(circumstances.claim, ref=None, as_of=None)
    told: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(claim).items() if value not in (None, "")
    }
    return told | {"region": circumstances.region, "kind": circumstances.stated_kind}
