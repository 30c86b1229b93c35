"""The ledger (台账) as it is published."""

from __future__ import annotations

from datetime import datetime

import msgspec

from fapiao.wording import BEIJING
from jingpiao.api.shape import Shape
from jingpiao.api.shapes.invoice import SeenInvoice, invoice


class HeldInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice in the ledger (在账发票): where it came from, when, and its face. ``version`` over 1 is a conflict."""

    id: int
    key: str
    feed: str
    known_at: datetime
    version: int
    invoice: SeenInvoice


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an invoice (经过): ``arrived``, ``conflict``, ``state``, ``binned`` or ``restored``."""

    what: str
    when: datetime
    detail: str | None
    origin: str | None


class StoriedInvoice(HeldInvoice, frozen=True, kw_only=True):
    """An invoice in the ledger with all that happened to it (发票及其经过)."""

    story: tuple[Chapter, ...]
    versions: int


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the ledger (台账页): ``next`` is the ``after`` of the next page, null on the last."""

    invoices: tuple[HeldInvoice, ...]
    next: int | None


class Restoration(msgspec.Struct, frozen=True, kw_only=True):
    """What became of taking an invoice out of the recycle bin (还原结果)."""

    key: str
    restored: bool


KEY = "26112000000219703940"
ARRIVED = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)


def _seen() -> SeenInvoice:
    return msgspec.convert(msgspec.to_builtins(invoice()), SeenInvoice)


def _page() -> LedgerPage:
    held = HeldInvoice(id=17, key=KEY, feed="bj", known_at=ARRIVED, version=1, invoice=_seen())
    return LedgerPage(invoices=(held,), next=None)


def _storied() -> StoriedInvoice:
    chapter = Chapter(what="arrived", when=ARRIVED, detail="bj", origin="feed:bj:bj-20261120-000017")
    return StoriedInvoice(
        id=17,
        key=KEY,
        feed="bj",
        known_at=ARRIVED,
        version=1,
        invoice=_seen(),
        story=(chapter,),
        versions=1,
    )


SHAPES = (
    Shape(name="ledger-page", title="台账页", title_en="Page of the ledger", type=LedgerPage, example=_page),
    Shape(
        name="held-invoice",
        title="在账发票",
        title_en="Invoice of the ledger",
        type=StoriedInvoice,
        example=_storied,
    ),
    Shape(
        name="restoration",
        title="还原结果",
        title_en="Restoration",
        type=Restoration,
        example=lambda: Restoration(key=KEY, restored=True),
    ),
)
