"""Selectors of the ledger (台账): lists for pages and API, an invoice's story, quarantine, recycle bin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from fapiao.situation import NextState
from jingpiao.ledger.models import BinMove, Invoice, InvoiceState, JournalEntry

PAGE = 50
SORTS = {
    "new": ("-id",),
    "old": ("id",),
    "day": ("-issued_on", "-id"),
    "day-up": ("issued_on", "id"),
    "total": ("-total", "-id"),
    "total-up": ("total", "id"),
    "seller": ("seller_name", "-id"),
    "seller-down": ("-seller_name", "-id"),
}
FEW = 50_000
"""Up to so many rows are added up while the page is made; more are added up by a request of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """What a list of invoices is narrowed to (筛选条件); empty means all."""

    text: str = ""
    kind: str = ""
    region: str = ""
    feed: str = ""
    since: date | None = None
    until: date | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    conflicts: bool = False


def invoices(wanted: LedgerFilter, sort: str = "new") -> QuerySet[Invoice]:
    """Return held invoices outside the operator's recycle bin, narrowed and sorted."""
    conditions = Q()
    if wanted.text:
        text = wanted.text.strip()
        bare = text.replace(" ", "")
        if bare.isdigit():
            conditions &= Q(key__startswith=bare) | Q(alias=bare) | Q(reversed_key__startswith=bare[::-1])
        else:
            conditions &= (
                Q(seller_name__contains=text)
                | Q(buyer_name__contains=text)
                | Q(seller_tax_id=text.upper())
                | Q(buyer_tax_id=text.upper())
            )
    for name, value in (
        ("kind", wanted.kind),
        ("region", wanted.region),
        ("feed", wanted.feed),
        ("issued_on__gte", wanted.since),
        ("issued_on__lte", wanted.until),
        ("total__gte", wanted.least),
        ("total__lte", wanted.most),
    ):
        if value not in ("", None):
            conditions &= Q(**{name: value})
    if wanted.conflicts:
        conditions &= Q(version__gt=1)
    found = Invoice.objects.filter(conditions).annotate(binned=Exists(_in_operators_bin()))
    return found.filter(binned=False).order_by(*SORTS.get(sort, SORTS["new"]))


def _in_operators_bin() -> QuerySet[BinMove]:
    mine = BinMove.objects.filter(key=OuterRef("key"), by="")
    later = BinMove.objects.filter(key=OuterRef("key"), by="", into=False, known_at__gte=OuterRef("known_at"))
    return mine.filter(into=True).filter(~Exists(later))


def page_of(found: QuerySet[Invoice], number: int) -> tuple[list[Invoice], bool]:
    """Return one page of a list, and whether more follows."""
    rows = list(found[(number - 1) * PAGE : number * PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def invoice(key: str) -> list[Invoice]:
    """Return every content held under a key, the first one first."""
    return list(Invoice.objects.filter(Q(key=key) | Q(alias=key)).order_by("version"))


def story(held: Invoice) -> list[dict[str, Any]]:
    """Return what happened to an invoice, oldest first: arrivals of every content, states, moves."""
    names = [name for name in (held.key, held.alias) if name]
    told: list[dict[str, Any]] = [
        {
            "what": "arrived" if each.version == 1 else "conflict",
            "when": each.known_at,
            "detail": each.feed,
            "origin": each.origin,
        }
        for each in Invoice.objects.filter(key=held.key).order_by("version")
    ]
    for state in InvoiceState.objects.filter(key__in=names):
        told.append(
            {"what": "state", "when": state.known_at, "detail": state.state, "origin": state.by_number}
            | {"effective_at": state.effective_at if state.effective_at > state.known_at else None}
        )
    for move in BinMove.objects.filter(key__in=names):
        told.append(
            {
                "what": "binned" if move.into else "restored",
                "when": move.known_at,
                "detail": move.by,
                "origin": move.actor,
            }
        )
    return sorted(told, key=lambda each: each["when"])


@dataclass(frozen=True, slots=True)
class Standing:
    """How an invoice stands (状态), and what is told already and holds only from a later moment on."""

    state: str = "normal"
    next_state: NextState | None = None


def states_of(rows: Sequence[Invoice], now: datetime) -> dict[str, Standing]:
    """Return how each invoice stands now by its key, in one query; what nothing is told of is ``normal``."""
    names = {name: row.key for row in rows for name in (row.key, row.alias) if name}
    present = dict.fromkeys((row.key for row in rows), "normal")
    coming: dict[str, NextState] = {}
    told = InvoiceState.objects.filter(key__in=list(names)).order_by("effective_at", "known_at", "id")
    for name, state, effective in told.values_list("key", "state", "effective_at"):
        key = names[name]
        if effective <= now:
            present[key] = state
        elif key not in coming or coming[key].effective_at == effective:
            coming[key] = NextState(state, effective)
    return {key: Standing(state, _other(coming.get(key), state)) for key, state in present.items()}


def _other(coming: NextState | None, state: str) -> NextState | None:
    return coming if coming and coming.state != state else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a list adds up to (合计)."""

    count: int
    amount: Decimal
    tax: Decimal
    total: Decimal


def sums(found: QuerySet[Invoice]) -> Sums:
    """Return how many invoices a list holds and what they add up to."""
    told = found.order_by().aggregate(
        count=Count("pk"), amount=Sum("amount"), tax=Sum("tax"), total=Sum("total")
    )
    return Sums(
        count=told["count"], **{name: told[name] or Decimal(0) for name in ("amount", "tax", "total")}
    )


def is_short(found: QuerySet[Invoice]) -> bool:
    """Tell whether a list is short enough to be added up at once."""
    return found.order_by()[: FEW + 1].count() <= FEW


def in_bin(most: int = 500) -> list[tuple[Invoice, BinMove]]:
    """Return what lies in the operator's recycle bin, newest first, with who moved it and when."""
    later = BinMove.objects.filter(key=OuterRef("key"), by="", id__gt=OuterRef("id"))
    moves = BinMove.objects.filter(~Exists(later), by="", into=True).order_by("-known_at", "-id")[:most]
    held: dict[str, Invoice] = {}
    for invoice_row in Invoice.objects.filter(key__in=[move.key for move in moves]).order_by("-version"):
        held[invoice_row.key] = invoice_row
    return [(held[move.key], move) for move in moves if move.key in held]


def is_in_bin(key: str) -> bool:
    """Tell whether an invoice lies in the operator's recycle bin."""
    last = BinMove.objects.filter(key=key, by="").order_by("-known_at", "-id").first()
    return last is not None and last.into


def conflicts_in_journal() -> int:
    """Return how many events repeated an id with other content."""
    return JournalEntry.objects.filter(flagged=True).count()
