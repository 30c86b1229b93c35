"""refused (被拒收): it arrived and was set aside for an error in its data."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE = 12.0
"""The very arrival lies in quarantine under this number."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh an arrival in quarantine under the asked number."""
    if not circumstances.situation.set_aside:
        return IMPOSSIBLE
    aside = circumstances.situation.set_aside[0]
    reasons = "、".join(aside.reasons[:3]) or "数据有误"
    said = Evidence(
        "in-quarantine",
        f"数据到过，但有错被放进隔离区：{reasons}",
        f"it arrived and waits in quarantine: {reasons}",
        SURE,
    )
    return Weighed(evidence=(said,))


CAUSE = Cause(
    code="refused",
    label="数据有误被拒收",
    label_en="Set aside for an error",
    actor="platform",
    remedy="我们会联系来源更正；您可以一键反馈加快处理",
    remedy_en="We ask the source to correct it; your feedback speeds it up",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
