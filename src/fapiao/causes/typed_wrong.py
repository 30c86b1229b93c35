"""typed-wrong (输错了): the invoice is held under another value than the one that was typed."""

from __future__ import annotations

from fapiao import verified
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances
from fapiao.neighbours import slip
from fapiao.situation import Held

CLEAN_SLIP, OFFERED_SLIP, TWO_EDITS = 1.5, 3.0, -1.5
"""A single edit is what typists do; a look-alike letter or a lost zero nearly proves it; two edits are rare."""
NO_SUPPORT = 3.0
"""Below this much support a near number is taken for another invoice of the block: one chance field agrees often."""
A_GAP = -2.0
"""Numbers of a dense block are given out in turn: a slip that lands just where one of them is missing is rare."""
ONLY_NEAR = 3.0
"""Of the numbers that could be, one in thousands of millions is held: that a made-up one is a single edit from a held one, and from
none other, is no chance."""
_ONLY_NEAR = Evidence(
    "only-near",
    "附近的号段里没有票，差一点的只有那一张",
    "no number is held around it, and that one alone differs so little",
    ONLY_NEAR,
)
_TITLE = ("buyer_tax_id", "buyer_name")
_HOW = {
    "substitution": ("有一位数字不同", "one digit differs"),
    "transposition": ("相邻两位写反了", "two digits are swapped"),
    "dropped": ("少了一位", "one digit is missing"),
    "inserted": ("多了一位", "one digit too many"),
    "doubled": ("有一位重复了", "one digit is doubled"),
    "several": ("有两处不同", "two places differ"),
}
_FIELDS = {
    "issued_on": ("开票日期", "date"),
    "amount": ("不含税金额", "ex-tax amount"),
    "tax": ("税额", "tax"),
    "total": ("价税合计", "total"),
    "check_code": ("校验码", "check code"),
    "kind": ("票种", "kind"),
    "seller_tax_id": ("销方税号", "seller's number"),
    "seller_name": ("销方名称", "seller's name"),
    "buyer_tax_id": ("购方税号", "buyer's number"),
    "buyer_name": ("购方名称", "buyer's name"),
}


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh a wrong field under the right number, or a near number that the other fields support."""
    if circumstances.match:
        return _other_fields(circumstances)
    for held, support in circumstances.suspects[:1]:
        return _near_number(circumstances, held, support)
    other = verified.says_other_fields(circumstances)
    return Weighed(evidence=tuple(other)) if other else IMPOSSIBLE


def _other_fields(circumstances: Circumstances) -> Weighed:
    evidence = []
    for difference in circumstances.differences:
        if circumstances.names_another and difference.field in _TITLE:
            continue  # that is wrong-title
        zh, en = _FIELDS[difference.field]
        if difference.basis:
            evidence.append(
                Evidence(
                    "basis",
                    f"{zh}填成了另一种口径（含税与不含税）",
                    f"the {en} was given on the other basis (with or without tax)",
                    6.0,
                )
            )
        else:
            evidence.append(
                Evidence(
                    f"differs-{difference.field}",
                    f"号码在账，但{zh}与票面不一致",
                    f"the number is held, but the {en} differs",
                    5.0,
                )
            )
    return Weighed(evidence=tuple(evidence)) if evidence else IMPOSSIBLE


def _near_number(circumstances: Circumstances, held: Held, support: float) -> Weighed:
    offered = held in circumstances.situation.offered
    typed = circumstances.understood.typed
    how = slip(typed, min((held.key, held.alias or held.key), key=lambda key: slip(typed, key).distance))
    zh, en = (
        ("字母当成了数字，或丢了开头的 0", "a letter for a digit, or a lost zero")
        if offered
        else _HOW[how.how]
    )
    weight = OFFERED_SLIP if offered else CLEAN_SLIP if how.distance == 1 else TWO_EDITS
    if not circumstances.understood.key and not offered:
        weight += 3.0  # what was typed cannot be a number, so something was typed wrong
    near = Evidence(
        "near-number", f"在账的一张票号码只差一点：{zh}", f"a held number is very near: {en}", weight
    )
    more = (_fields(circumstances, support, offered=offered, single=how.distance == 1), _gap(circumstances))
    return Weighed(evidence=(near, *filter(None, more)))


def _fields(circumstances: Circumstances, support: float, *, offered: bool, single: bool) -> Evidence | None:
    """Return what the other fields say for or against the near invoice, and what it says that no other is near."""
    if support >= NO_SUPPORT:
        return Evidence(
            "fields-agree",
            "日期、金额等其他信息与那张票一致",
            "date, sum and other fields agree with that invoice",
            support,
        )
    if support >= 0 and circumstances.far_from_any:
        return _ONLY_NEAR if single else None
    if support > 0:
        return Evidence(
            "fields-weak",
            "其他信息太少，不足以确认就是那张票",
            "too few other fields to say it is that one",
            support - NO_SUPPORT,
        )
    if offered and not support:
        return None
    return Evidence(
        "fields-differ",
        "其他信息与那张票不符，更像同一销方的另一张票",
        "the other fields do not fit: rather another invoice of the block",
        support - 3.0,
    )


def _gap(circumstances: Circumstances) -> Evidence | None:
    """Return what it says that the typed number is itself the one that is missing in its row."""
    if not circumstances.gap:
        return None
    return Evidence(
        "is-missing",
        "紧挨着它前后的号码都在账，单缺这一个：更像真有这样一张票",
        "the numbers right before and after it are held and this one is missing: rather a real one",
        A_GAP,
    )


CAUSE = Cause(
    code="typed-wrong",
    label="填写有误",
    label_en="Typed wrong",
    meaning="发票在账，只是填的号码、日期或金额与票面不一样：错了一位、颠倒了两位、少了一个 0，或把字母当成数字",
    meaning_en="The invoice is held under another value: a digit wrong, two swapped, a zero lost, a letter for a digit, or a wrong date or amount",
    actor="asker",
    remedy="请对照票面核对提示的那一项，改正后再查",
    remedy_en="Compare the marked field with the invoice and ask again",
    when="both",
    prior=0.20,
    weigh=weigh,
)
