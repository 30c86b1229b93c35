"""Telling (措辞): what an incident is, whom it touches and what still works, in both languages, from what was measured."""

from __future__ import annotations

from typing import Any

from fapiao import wording
from fapiao.numbers import region as regions
from fapiao.vocabulary import label
from jingpiao.status.models import Incident

PATH_LABEL = "京票自身的入库与查询"
PATH_LABEL_EN = "Jingpiao's own intake and question"
FUNCTIONS = {
    "query": ("查询", "finding an invoice"),
    "verify": ("查验", "verification"),
    "import": ("导入", "import"),
}
REASONS = {
    "fault": ("来源自报故障", "the feed told a fault of its own"),
    "silence": ("来源没有消息", "the feed is silent"),
    "lag": ("来源的数据比平常晚", "the feed's data are later than usual"),
    "part": (
        "一部分没有消息，别的照常在到",
        "a part of the feed is silent while the rest goes on",
    ),
    "canary": ("探针发票没有按时查到", "canary invoices are not found in time"),
}
_STATES = {
    "outage": ("故障", "outage"),
    "delayed": ("延迟", "delayed"),
    "current": ("正常", "current"),
    "unknown": ("未知", "unknown"),
}


def title(row: Incident) -> tuple[str, str]:
    """Return what an incident is, in one line."""
    zh, en = REASONS[row.reason]
    name_en = PATH_LABEL_EN if not row.feed else row.label
    return f"{row.label}：{zh}", f"{name_en}: {en}"


def affected(row: Incident) -> tuple[str, str]:
    """Return whom an incident touches: regions, kinds, functions."""
    places = "、".join(regions.name(each) for each in row.regions) or "全部地区"
    places_en = ", ".join(regions.name(each, "en") for each in row.regions) or "all regions"
    kinds = "、".join(label(each) or each for each in row.kinds) or "全部票种"
    kinds_en = ", ".join(row.kinds) or "all kinds"
    uses = "、".join(FUNCTIONS[each][0] for each in row.functions)
    uses_en = ", ".join(FUNCTIONS[each][1] for each in row.functions)
    return f"{places}；{kinds}；{uses}", f"{places_en}; {kinds_en}; {uses_en}"


def works(row: Incident) -> tuple[str, str]:
    """Return what still works while an incident is open."""
    if not row.feed:
        return (
            "已经给出的答复、回执、公告和本页照常可用；导入的文件先保存，恢复后继续",
            "answers already given, receipts, announcements and this page work; files brought in are kept and go on later",
        )
    return (
        "已入库的发票照常可查；其他来源、导入和识读不受影响",
        "invoices already here can be found; other feeds, imports and reading files are not touched",
    )


def word(phase: str, row: Incident) -> tuple[str, str]:
    """Return the measured word on what just happened to an incident."""
    since, since_en = wording.moment(row.begun_at), wording.moment_en(row.begun_at)
    state, state_en = _STATES[row.state]
    if phase == "closed":
        lasted = (row.closed_at or row.looked_at) - row.begun_at
        return (
            f"连续三次测量正常，自动关闭；持续 {wording.span(lasted.total_seconds())}",
            f"Three good measurements in a row: closed by itself after {wording.span_en(lasted.total_seconds())}",
        )
    after, after_en = wording.moment(row.next_word_at), wording.moment_en(row.next_word_at)
    does, does_en = _PHASES[phase]
    reason, reason_en = REASONS[row.reason]
    return (
        f"{does}（{state}）：{reason}，从 {since} 起。下次更新不晚于 {after}",
        f"{does_en} ({state_en}): {reason_en}, since {since_en}. Next update by {after_en}",
    )


_PHASES = {
    "opened": ("测量发现问题，自动开启", "Opened by measurement"),
    "worsened": ("情况加重", "Got worse"),
    "eased": ("有所好转", "Getting better"),
    "still": ("仍在持续", "Still going on"),
}


def told(row: Incident) -> dict[str, Any]:
    """Return an incident as page, API, snapshot and feed show it."""
    headline, headline_en = title(row)
    touched, touched_en = affected(row)
    still, still_en = works(row)
    return {
        "id": row.pk,
        "component": row.component,
        "feed": row.feed or None,
        "reason": row.reason,
        "title": headline,
        "title_en": headline_en,
        "state": row.worst if row.closed_at else row.state,
        "worst": row.worst,
        "regions": row.regions,
        "kinds": row.kinds,
        "functions": row.functions,
        "affected": touched,
        "affected_en": touched_en,
        "works": still,
        "works_en": still_en,
        "begun_at": row.begun_at,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "marked_answers": getattr(row, "marked_answers", None),
        "next_update_at": None if row.closed_at else row.next_word_at,
        "words": [
            {
                "at": each.at,
                "phase": each.phase,
                "by": "person" if each.phase == "words" else "measurement",
                "text": each.text,
                "text_en": each.text_en,
            }
            for each in row.words.all()
        ],
    }
