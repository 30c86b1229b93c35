"""What we looked at (查了什么): every place that was searched for an answer, with what was there.

How many rows lie in a place is told to operators only: a stranger learns that it was searched.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fapiao.circumstances import Circumstances


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One place that was searched (一项检查): its name, and what was found, ``None`` where only that it was searched is told."""

    name: str
    name_en: str
    found: int | None


def looked(circumstances: Circumstances) -> list[Look]:
    """Return the places searched, in order."""
    entitled = circumstances.askers is None
    return [
        Look(name=zh, name_en=en, found=count if entitled else None)
        for zh, en, count in _places(circumstances)
    ]


def _places(circumstances: Circumstances) -> Iterator[tuple[str, str, int]]:
    situation = circumstances.situation
    yield "台账：这个号码", "the ledger under this number", len(situation.held)
    yield "隔离区：到过但数据有误的", "quarantine: arrived with faulty data", len(situation.set_aside)
    yield "回收站", "the recycle bin", sum(bool(held.binned_by) for held in situation.held)
    yield "导入记录", "what imports said of it", len(situation.imports)
    if situation.held:
        return
    yield "相近的号码（一两位不同）", "numbers one or two digits away", len(situation.near)
    yield "字母当数字、丢零等写法", "look-alike letters, lost zeros", len(situation.offered)
    block = len(situation.below) + len(situation.above)
    yield "同一号段前后的票", "the invoices before and after it in its block", block
    yield "购销双方的登记", "what is known of seller and buyer", len(situation.taxpayers)
    yield "负责这个地区和票种的来源", "feeds that carry this region and kind", len(circumstances.carriers)
    yield "来源的故障", "faults of those feeds", sum(len(feed.faults) for feed in circumstances.carriers)
    yield "有效的公告", "announcements in force", len(circumstances.suspended)
