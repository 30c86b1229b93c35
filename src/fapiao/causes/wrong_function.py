"""wrong-function (查询入口不对): held, but not where it was looked for."""

from __future__ import annotations

from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.situation import Held

SURE = 8.0
"""The invoice and the asker's part in it are facts; only the reason for asking there is guessed."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a held invoice that this function does not show by rule, though another one does."""
    held = circumstances.match
    if held is None:
        return IMPOSSIBLE
    said = _elsewhere(circumstances, held)
    return Weighed(evidence=(Evidence(*said, SURE),)) if said else IMPOSSIBLE


def _elsewhere(circumstances: Circumstances, held: Held) -> tuple[str, str, str] | None:
    lookup, askers = circumstances.claim.lookup, circumstances.askers
    digital = len(held.key) == 20 and (held.kind or "") > "50"
    if lookup == "digital" and not digital:
        return (
            "legacy-number",
            "这是代码加号码的票，请用“发票代码+号码”查询",
            "this one is found by code and number",
        )
    if lookup == "legacy" and digital and held.alias is None:
        return (
            "digital-number",
            "这是 20 位数电号码的票，请用“数电发票”查询",
            "this one is found by its 20 digits",
        )
    if askers is None or not askers:
        return None
    if lookup == "received" and held.seller_tax_id in askers and held.buyer_tax_id not in askers:
        return (
            "issued-by-you",
            "这张票是您开出的，请到“开具的发票”里查",
            "you issued it: look among the issued ones",
        )
    if lookup == "issued" and held.buyer_tax_id in askers and held.seller_tax_id not in askers:
        return (
            "received-by-you",
            "这张票是您收到的，请到“取得的发票”里查",
            "you received it: look among the received ones",
        )
    if lookup == "trash" and circumstances.is_party(held) and not askers & set(held.binned_by):
        return "not-in-bin", "这张票不在回收站，在账上", "it is not in the bin but in the ledger"
    return None


CAUSE = Cause(
    code="wrong-function",
    label="查询入口不对",
    label_en="Asked in the wrong function",
    meaning="发票在账，但不在您查的那一栏：例如在“代码加号码”里查数电发票，在“取得”里查自己开出的",
    meaning_en="It is held, but not where it was looked for: a digital number in the form for code and number, an issued one among the received",
    actor="asker",
    remedy="请换到提示的入口再查",
    remedy_en="Ask again in the function named",
    when="held",
    prior=0.08,
    weigh=weigh,
)
