"""For each cause, a question asked before and after the platform learnt what makes it the true one."""

from __future__ import annotations

from typing import Any, NamedTuple

from telling.story import BUYER, OTHER, SELLER, claim, event, invoice, number, told

ELSE = "anything else"
"""Whatever comes first there: the weights may say, but it must not be the cause of this turn."""


class Turn(NamedTuple):
    """A question, and its first cause (``None``: simply found) at a moment before something was learnt and at one after."""

    cause: str
    asked: dict[str, Any]
    before: tuple[str, str | None]
    after: tuple[str, str | None]


def more() -> list[dict[str, Any]]:
    """What else is told, beside `telling.story`: each event turns one question."""
    beats = [
        event("heartbeat", f"{day:02d}T{hour:02d}:{minute:02d}", id=f"h{day}-{hour}-{minute}")
        for day in range(10, 16)
        for hour in range(24)
        for minute in (0, 20, 40)
    ]
    marks = [
        event("watermark", f"{day}T{hour:02d}:05", complete_to=f"2026-07-{day}T{hour - 1:02d}:50:00+08:00")
        for day in (11, 12, 13)
        for hour in range(1, 24)
    ]
    wide: dict[str, Any] = {"kinds": [], "since": "2026-07-01", "every_seconds": 86400}
    return [
        *beats,
        *marks,
        event("invoice", "10T12:20", id="late50", invoice=invoice(50)),
        event("fault", "11T09:00", component="feed", id="f1", message="断线"),
        event("fault-cleared", "11T12:00", component="feed", id="f2"),
        event("fault", "12T09:00", component="platform", id="p1", message="任务失败"),
        event("fault-cleared", "12T12:00", component="platform", id="p2"),
        event("fault", "12T13:00", component="external", id="e1", message="查验服务停机"),
        event("fault-cleared", "12T15:00", component="external", id="e2"),
        event(
            "announcement",
            "13T09:00",
            id="a1",
            title="系统维护",
            functions=["query"],
            regions=["11"],
            kinds=["82"],
            **{"from": "2026-07-13T09:00:00+08:00", "until": "2026-07-13T18:00:00+08:00"},
        ),
        event("import-row", "12T10:00", feed="inbox", tax_id=BUYER, number=number(90), result="failed"),
        event("feed", "14T09:00", feed="gz", label="贵州", regions=["52"], same_day=True, **wide),
        event("feed", "13T00:00", feed="zj", label="浙江", regions=["33"], same_day=True, **wide),
        event("feed", "14T11:00", feed="zj", label="浙江", regions=["33"], same_day=False, **wide),
        event(
            "feed", "15T00:00", label="北京", regions=["11"], kinds=[], since="2026-01-01", every_seconds=600
        ),
        event("outcome", "15T09:00", feed="desk", claim=claim(90), cause="not-imported"),
    ]


def world() -> list[dict[str, Any]]:
    """Return everything that is told, in the order in which the platform learns it."""
    return sorted([*told(), *more()], key=lambda each: str(each["at"]))


def at(moment: str) -> str:
    return f"2026-07-{moment}:00+08:00"


def fresh(moment: str, **change: Any) -> dict[str, Any]:
    """A question about an invoice of that very day, which nothing has brought."""
    return claim(77, number="26112000000830014256", issued_on=f"2026-07-{moment[:2]}", **change)


TURNS = (
    Turn(
        "typed-wrong",
        claim(48, number=number(48)[:-2] + "84"),
        ("10T10:40", ELSE),
        ("10T12:00", "typed-wrong"),
    ),
    Turn(
        "malformed",
        claim(48, number="2619" + number(48)[4:]),
        ("10T10:40", "malformed"),
        ("10T12:00", ELSE),
    ),
    Turn(
        "wrong-function",
        claim(48, lookup="received", tax_ids=[SELLER]),
        ("10T10:40", ELSE),
        ("10T12:00", "wrong-function"),
    ),
    Turn(
        "outside-window",
        claim(48, number="26112000000830014256", issued_on="2026-06-15"),
        ("14T12:05", "outside-window"),
        ("15T01:00", ELSE),
    ),
    Turn(
        "too-early",
        claim(77, number="26332000000830014256", issued_on="2026-07-14"),
        ("14T10:30", ELSE),
        ("14T11:30", "too-early"),
    ),
    Turn("sync-delay", claim(50), ("10T10:52", "sync-delay"), ("10T12:30", None)),
    Turn("source-outage", fresh("11"), ("11T08:30", ELSE), ("11T09:30", "source-outage")),
    Turn("platform-fault", fresh("12"), ("12T08:30", ELSE), ("12T09:30", "platform-fault")),
    Turn("external-service", fresh("12"), ("12T12:45", ELSE), ("12T13:30", "external-service")),
    Turn("policy", fresh("13"), ("13T08:45", ELSE), ("13T09:30", "policy")),
    Turn(
        "elsewhere",
        claim(77, number="26522000000830014256", issued_on="2026-07-13"),
        ("14T08:30", "elsewhere"),
        ("14T09:30", ELSE),
    ),
    Turn(
        "never-uploaded",
        claim(60, seller_tax_id=SELLER),
        ("10T10:40", ELSE),
        ("14T12:05", "never-uploaded"),
    ),
    Turn("refused", claim(55), ("10T10:40", ELSE), ("10T12:00", "refused")),
    Turn(
        "not-imported",
        claim(90, tax_ids=[BUYER], issued_on="2026-07-12"),
        ("12T09:59", ELSE),
        ("12T10:30", "not-imported"),
    ),
    Turn("deleted", claim(47, tax_ids=[BUYER]), ("13T08:00", None), ("13T10:00", "deleted")),
    Turn(
        "wrong-title",
        claim(48, lookup="received", tax_ids=[OTHER]),
        ("10T10:40", ELSE),
        ("10T12:00", "wrong-title"),
    ),
    Turn(
        "not-permitted",
        claim(48, lookup="issued", tax_ids=[OTHER]),
        ("10T10:40", ELSE),
        ("10T12:00", "not-permitted"),
    ),
    Turn(
        "suspected-fake",
        claim(61, number=number(50)[:-2] + "61", seller_tax_id=OTHER),
        ("10T10:40", ELSE),
        ("14T12:05", "suspected-fake"),
    ),
)
