"""external-service (外部服务): a third party that had to be asked failed, or its daily allowance is used up."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

OPEN = 6.5
"""While the service that would know is closed, nothing can be said: the fault explains the missing answer."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh an open fault of the outside service that answers for this region."""
    faults = circumstances.open_faults("external")
    if not faults or circumstances.dated_ahead:
        return IMPOSSIBLE
    feed, fault = faults[0]
    label = feed.label or feed.feed
    said = Evidence(
        "external-fault",
        f"{label}此刻不能查：{fault.message}",
        f"{label} cannot be asked now: {fault.message}",
        OPEN,
    )
    return Weighed(evidence=(said,), recheck_at=circumstances.mends_by("external", fault.since))


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
