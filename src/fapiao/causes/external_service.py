"""external-service (外部服务): a third party that had to be asked failed, or its daily allowance is used up."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from fapiao import feeds, verified
from fapiao.batches import lost_by
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import BEIJING, Circumstances
from fapiao.situation import FaultFact, FeedFacts

OPEN = 6.5
"""While the service that would know is closed, nothing can be said: the fault explains the missing answer."""
OUTSIDE = 10.5
"""Where no feed brings such invoices, the verification service is the only one that could tell; while it is closed nobody can."""
CATCHES_UP = timedelta(minutes=30)
"""What it takes after a repair to deliver what waited."""
SERVICE = "verification:"


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh an open fault of the outside service that answers for this region, or its used up allowance."""
    if circumstances.dated_ahead:
        return IMPOSSIBLE
    if lost := lost_by("external", circumstances):
        return Weighed(
            evidence=(lost[0],), recheck_at=circumstances.mends_by("batch", lost[2].since) + CATCHES_UP
        )
    own = [each for each in circumstances.open_faults("external") if not each[1].batch]
    faults = own or _services(circumstances)
    if not faults:
        return _used_up(circumstances)
    feed, fault = faults[0]
    label = feed.label or feed.feed
    said = Evidence(
        "external-fault",
        f"{label}此刻不能查：{fault.message}",
        f"{label} cannot be asked now: {fault.message}",
        OPEN if own else OUTSIDE,
    )
    return Weighed(evidence=(said,), recheck_at=circumstances.mends_by("external", fault.since))


def _used_up(circumstances: Circumstances) -> Weighed:
    """Weigh that the invoice's asks of today are used up; they begin anew at midnight in Beijing."""
    spent = verified.used_up(circumstances)
    if spent is None or circumstances.in_window:
        return IMPOSSIBLE
    midnight = datetime.combine(circumstances.today + timedelta(days=1), time.min, BEIJING)
    said = Evidence(
        "allowance-used",
        "这张票今天的查验次数已用完，明天零点起可以再查",
        "today's asks for this invoice are used up; they begin anew at midnight",
        OUTSIDE,
    )
    return Weighed(evidence=(said,), recheck_at=midnight)


def _services(circumstances: Circumstances) -> list[tuple[FeedFacts, FaultFact]]:
    """Open faults of those who would have to be asked, where no feed would bring the invoice anyway.

    That is a verification service, or whoever answers for this region and promises no completeness.
    """
    if circumstances.in_window:
        return []
    services = [each for each in circumstances.situation.feeds if _answers_single(each, circumstances)]
    able = (each for each in services if feeds.carries(each, circumstances.region, circumstances.kind))
    return [(feed, fault) for feed in able for fault in feed.faults if fault.component == "external"]


def _answers_single(feed: FeedFacts, circumstances: Circumstances) -> bool:
    """Tell whether a source tells of single invoices that it is asked for: of old ones only a verification service may."""
    return feed.feed.startswith(SERVICE) or not (feed.complete or circumstances.carriers)


CAUSE = Cause(
    code="external-service",
    label="外部查验服务不可用",
    label_en="The outside service is not available",
    meaning="要问的外部服务没有答复，或今天的次数已经用完",
    meaning_en="A service outside that had to be asked failed, or its allowance of today is used up",
    actor="third-party",
    remedy="请在提示的时间之后再查",
    remedy_en="Ask again after the time given",
    when="missing",
    prior=0.04,
    episodic=True,
    weigh=weigh,
)
