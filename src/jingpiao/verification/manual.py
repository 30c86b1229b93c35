"""The assisted manual check (人工查验): what a person saw at the national platform, kept with its picture and its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from fapiao import screens
from fapiao.claim import Understood
from fapiao.errors import FapiaoError
from fapiao.verification.question import digest_of
from fapiao.vocabulary import RESULTS
from jingpiao.audit.services import record as put_down
from jingpiao.ledger import arrivals
from jingpiao.verification import quota
from jingpiao.verification.models import Asking

CHANNEL = "manual"
OUTCOMES = ("match", "mismatch", "not-found", "quota", "same-day", "outside-window", "maintenance")
STATES = ("normal", "voided", "reversed", "partly-reversed", "abnormal", "out-of-control")
MOST_A_DAY = 10
"""Outcomes that may be recorded for one answer in 24 hours."""


class OutcomeError(ValueError):
    """An outcome that cannot be recorded (不能记录的结果); the text says why, in both languages."""

    def __init__(self, message: str, message_en: str) -> None:
        self.message, self.message_en = message, message_en
        super().__init__(message_en)


def record(
    understood: Understood,
    *,
    token: str,
    result: str,
    state: str,
    picture: bytes | None,
    by: str,
    trusted: bool,
    now: datetime,
) -> Asking:
    """Record what somebody saw. An operator's record counts for every answer to the same fields, a guest's for his own alone.

    Errors: `OutcomeError`; those of `fapiao.screens.cleaned` as `OutcomeError` too.
    """
    key = understood.key
    if not key:
        raise OutcomeError(
            "没有完整的发票号码，不能记录", "there is no whole invoice number to record this for"
        )
    if result not in OUTCOMES:
        raise OutcomeError("请选择查验结果", "choose what the platform answered")
    if result == "match" and state not in STATES:
        raise OutcomeError("请选择票面上显示的状态", "choose the state that was shown")
    recent = Asking.objects.filter(token=token, known_at__gt=now - timedelta(days=1)).count()
    if recent >= MOST_A_DAY:
        raise OutcomeError(
            "今天为这份答复记录得太多了，请明天再记", "too many recorded for this answer today"
        )
    kept = _kept(picture, token, now) if picture else None
    _count(key, result, trusted, now)
    made = Asking.objects.create(
        key=key,
        channel=CHANNEL,
        by=by,
        token=token,
        digest=digest_of(understood),
        result=result,
        state=state if result == "match" else "unknown",
        message=RESULTS[result].label,
        picture_id=kept,
        trusted=trusted,
        known_at=now,
    )
    detail = {"result": result, "state": made.state, "picture": bool(kept), "counts_for_all": trusted}
    put_down("outcome-recorded", key, now=now, detail=detail)
    return made


def _kept(picture: bytes, token: str, now: datetime) -> int:
    try:
        clean = screens.cleaned(picture)
    except FapiaoError as slip:
        raise OutcomeError(slip.message, slip.message_en) from None
    return arrivals.keep(clean, name="查验截图", source=f"manual:{token}", now=now).pk


def _count(key: str, result: str, trusted: bool, now: datetime) -> None:
    """An ask that the platform answered was one of the day's five, whoever made it; a guest's word alone ends no day."""
    if result == "quota" and trusted:
        quota.spent(key, now)
    elif RESULTS[result].definite:
        quota.take(key, now)
