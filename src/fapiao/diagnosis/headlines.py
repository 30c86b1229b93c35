"""Headlines (结论): one sentence each for verdict and next step, in words a first-time user understands."""

from __future__ import annotations

from fapiao import exports, wording
from fapiao.answer import Existence, RankedCause
from fapiao.circumstances import Circumstances
from fapiao.vocabulary import STATES

SURE, LIKELY = 0.85, 0.5


def headline(
    circumstances: Circumstances, existence: Existence, causes: tuple[RankedCause, ...]
) -> tuple[str, str]:
    """Return the verdict in Chinese and English. 查无 never stands alone: a cause always follows."""
    if existence == "found":
        return _found(circumstances, causes)
    if existence == "ambiguous":
        return "有几张票都符合 · 请补充信息", "Several invoices fit · please tell more"
    lead, lead_en = (
        ("现在说不准", "Cannot be said now") if existence == "unknown" else ("未找到", "Not found")
    )
    if not causes or causes[0].code == "unknown":
        return f"{lead} · 原因还不清楚", f"{lead_en} · the cause is not known yet"
    if any(piece.code == "export-again" for piece in causes[0].evidence):
        return f"{lead} · 您最新的导出还没包含它", f"{lead_en} · your newest export does not reach it"
    how, how_en = _how_sure(causes[0].probability)
    return f"{lead} · {how}{causes[0].label}", f"{lead_en} · {how_en}{causes[0].label_en.lower()}"


def _found(circumstances: Circumstances, causes: tuple[RankedCause, ...]) -> tuple[str, str]:
    if causes and causes[0].code != "unknown":
        how, how_en = _how_sure(causes[0].probability)
        return f"在账，但{how}{causes[0].label}", f"Held, but {how_en}{causes[0].label_en.lower()}"
    state = circumstances.match.state if circumstances.match else "normal"
    zh, en = STATES.get(state, STATES["unknown"])
    if state == "normal":
        return "找到了 · 状态正常", "Found · valid"
    return f"找到了 · 但{zh}", f"Found · but {en}"


def _how_sure(probability: float) -> tuple[str, str]:
    if probability >= SURE:
        return "", ""
    return ("多半是", "probably: ") if probability >= LIKELY else ("可能是", "perhaps: ")


def next_step(
    circumstances: Circumstances, existence: Existence, causes: tuple[RankedCause, ...]
) -> tuple[str, str]:
    """Return the one thing to do next."""
    if existence == "ambiguous":
        return "请补充发票代码、日期或金额再查", "Add the code, date or amount and ask again"
    if not causes:
        return "不用操作，可以保存回执", "Nothing to do; you may keep the receipt"
    top = causes[0]
    short = top.code == "unknown" or any(piece.code == "export-again" for piece in top.evidence)
    again = exports.step(circumstances) if short else None
    if again:
        return again
    if top.recheck_at:
        when, when_en = wording.moment(top.recheck_at), wording.moment_en(top.recheck_at)
        return (
            f"{top.remedy}（{when} 前到达的把握约九成）",
            f"{top.remedy_en} (nine in ten arrive by {when_en})",
        )
    return top.remedy, top.remedy_en
