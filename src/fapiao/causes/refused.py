"""refused (被拒收): it arrived and was set aside for an error in its data."""

from __future__ import annotations

from collections.abc import Sequence

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.reasons import reason

SURE = 12.0
"""The very arrival lies in quarantine under this number."""
SAID = 3
"""So many reasons are said; the quarantine lists them all."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh an arrival in quarantine under the asked number."""
    if not circumstances.situation.set_aside:
        return IMPOSSIBLE
    aside = circumstances.situation.set_aside[0]
    told, told_en = _in_words(aside.reasons[:SAID])
    said = Evidence(
        "in-quarantine",
        f"数据到过，但有错被放进隔离区：{told}",
        f"it arrived and waits in quarantine: {told_en}",
        SURE,
    )
    return Weighed(evidence=(said,))


def _in_words(codes: Sequence[str]) -> tuple[str, str]:
    """Return reasons in both languages; a code never stands in a sentence for people."""
    known = [code for code in codes if reason(code) != code]
    if not known:
        return "数据有误", "its data hold an error"
    return "；".join(reason(code) for code in known), "; ".join(reason(code, "en") for code in known)


CAUSE = Cause(
    code="refused",
    label="数据有误被拒收",
    label_en="Set aside for an error",
    meaning="它到过这里，但数据有误，被放进了隔离区，没有入账",
    meaning_en="It arrived and was set aside for an error in its data; it is not held, and not lost",
    actor="platform",
    remedy="我们会联系来源更正；您可以一键反馈加快处理",
    remedy_en="We ask the source to correct it; your feedback speeds it up",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
