"""external-service (外部服务): a third party that had to be asked failed, or its daily allowance is used up."""

from __future__ import annotations

from fapiao import feeds
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.situation import FaultFact, FeedFacts

OPEN = 6.5
"""While the service that would know is closed, nothing can be said: the fault explains the missing answer."""
OUTSIDE = 9.0
"""Where no feed brings such invoices, the verification service is the only one that could tell; while it is closed nobody can."""
SERVICE = "verification:"


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh an open fault of the outside service that answers for this region."""
    own = circumstances.open_faults("external")
    faults = own or _services(circumstances)
    if not faults or circumstances.dated_ahead:
        return IMPOSSIBLE
    feed, fault = faults[0]
    label = feed.label or feed.feed
    said = Evidence(
        "external-fault",
        f"{label}此刻不能查：{fault.message}",
        f"{label} cannot be asked now: {fault.message}",
        OPEN if own else OUTSIDE,
    )
    return Weighed(evidence=(said,), recheck_at=circumstances.mends_by("external", fault.since))


def _services(circumstances: Circumstances) -> list[tuple[FeedFacts, FaultFact]]:
    """Open faults of the verification services, where no feed would bring the invoice anyway."""
    if circumstances.in_window:
        return []
    services = (each for each in circumstances.situation.feeds if each.feed.startswith(SERVICE))
    able = (each for each in services if feeds.carries(each, circumstances.region, circumstances.kind))
    return [(feed, fault) for feed in able for fault in feed.faults if fault.component == "external"]


CAUSE = Cause(
    code="external-service",
    label="外部查验服务不可用",
    label_en="The outside service is not available",
    actor="third-party",
    remedy="请在提示的时间之后再查",
    remedy_en="Ask again after the time given",
    when="missing",
    prior=0.04,
    episodic=True,
    weigh=weigh,
)
