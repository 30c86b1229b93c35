"""elsewhere (不在本平台范围): another registry or region that no feed covers holds it."""

from __future__ import annotations

from fapiao import exports, verified
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.numbers import region as regions
from fapiao.vocabulary import label

SURE, NO_CARRIER = 9.0, 7.5
"""The form settles a fiscal receipt; without a carrier nothing of this kind or region can ever come here."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh forms of other registries, and kinds or regions that no feed carries."""
    understood = circumstances.understood
    if understood.fiscal:
        return _said(
            "fiscal",
            "代码 8 位、号码 10 位是财政票据，不在税务系统",
            "code of 8, number of 10 digits: a fiscal receipt",
            SURE,
        )
    if understood.chain:
        return _said(
            "blockchain",
            "这是区块链电子发票，由发行地的系统查询",
            "a blockchain invoice, kept by its own system",
            SURE,
        )
    if (
        circumstances.suspended
        or circumstances.carriers
        or not circumstances.situation.feeds
        or circumstances.region is None
        or exports.relevant(circumstances)  # the asker's own account lists invoices of every region
    ):
        return IMPOSSIBLE
    there = verified.says_there(circumstances)
    place = regions.name(circumstances.region)
    kind = label(circumstances.kind) or "这种票"
    return _said(
        "no-carrier",
        f"没有来源提供{place}的{kind}",
        f"no feed carries {label(circumstances.kind, 'en') or 'this kind'} of "
        f"{regions.name(circumstances.region, 'en')}",
        NO_CARRIER,
        *there,
    )


def _said(code: str, message: str, message_en: str, weight: float, *more: Evidence) -> Weighed:
    return Weighed(evidence=(Evidence(code, message, message_en, weight), *more))


CAUSE = Cause(
    code="elsewhere",
    label="由别的系统管",
    label_en="Kept by another system",
    meaning="它不归这里的来源管：财政票据、没有共享的外省发票、区块链发票等，要到别处查",
    meaning_en="Another system holds it, which no source here covers: a fiscal receipt, a region that does not share, a blockchain invoice",
    actor="asker",
    remedy="请到开具地税务局或全国查验平台查询；财政票据到财政部门查询",
    remedy_en="Ask the issuing region's bureau or the national platform; fiscal receipts at the finance department",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
