"""Intake (入库): the one door into the ledger. Every invoice comes back new, duplicate, conflict or quarantined.

What decides is the material content: sums, day and parties. A thinner copy that merely lacks a field is a duplicate; one
that says something else is a conflict, and both are kept. Runs inside the caller's transaction, under one writer's lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from django.db import connection

from fapiao.identity import region_of
from fapiao.invoice import Invoice, invoice_keys
from fapiao.numbers import digital, legacy
from jingpiao import sql
from jingpiao.columns import to_fen, to_micros

Result = Literal["new", "duplicate", "conflict", "quarantined"]
TOLERANCE = Decimal("0.01")
COLUMNS = (
    "key",
    "reversed_key",
    "alias",
    "version",
    "digest",
    "kind",
    "region",
    "issued_on",
    "issued_at",
    "amount",
    "tax",
    "total",
    "seller_tax_id",
    "seller_name",
    "buyer_tax_id",
    "buyer_name",
    "check_code",
    "feed",
    "known_at",
    "arrival_id",
    "origin",
    "body",
)
QUARANTINE_COLUMNS = (
    "key",
    "reversed_key",
    "alias",
    "feed",
    "reasons",
    "issued_on",
    "total",
    "seller_tax_id",
    "buyer_tax_id",
    "known_at",
    "arrival_id",
    "origin",
    "body",
    "released_at",
)


@dataclass(slots=True)
class Incoming:
    """One invoice at the door (待入库).

    ``reasons`` set beforehand send it to quarantine whatever it holds; ``own`` marks an asker's own file, whose railway
    and air tickets name no seller; ``probe`` enters nothing in quarantine when it fails again.
    """

    invoice: Invoice | None
    feed: str
    known_at: datetime
    origin: str = ""
    arrival: int | None = None
    body: str = ""
    reasons: tuple[str, ...] = ()
    own: bool = False
    probe: bool = False


@dataclass(slots=True)
class Taken:
    """What became of one incoming invoice (入库结果). ``original`` names the one already held, for a duplicate."""

    result: Result
    key: str = ""
    reasons: tuple[str, ...] = ()
    original: dict[str, Any] | None = None


@dataclass(slots=True)
class _Known:
    """A content already held under a key."""

    id: int
    key: str
    digest: str
    version: int
    feed: str
    known_at: int
    origin: str
    material: tuple[Any, ...]


def take_in(items: Sequence[Incoming]) -> list[Taken]:
    """Take invoices in, in order; returns one result an item. Call inside a transaction."""
    sql.lock_intake()
    flawed = [item.reasons or tuple(flaws(item.invoice, own=item.own)) for item in items]
    keys = [
        () if bad or item.invoice is None else invoice_keys(item.invoice)
        for item, bad in zip(items, flawed, strict=True)
    ]
    held = _held({key for pair in keys for key in pair})
    fresh: list[tuple[Any, ...]] = []
    earlier: list[tuple[Any, ...]] = []
    aside: list[tuple[Any, ...]] = []
    taken = []
    for item, bad, names in zip(items, flawed, keys, strict=True):
        if bad or item.invoice is None:
            if not item.probe:
                aside.append(_aside(item, bad))
            taken.append(Taken("quarantined", _first_key(item.invoice), bad))
        else:
            taken.append(_place(item, item.invoice, names, held, fresh, earlier))
    sql.bulk_insert("ledger_invoice", COLUMNS, fresh)
    sql.bulk_insert("ledger_quarantined", QUARANTINE_COLUMNS, aside)
    _move_back(earlier)
    return taken


def flaws(invoice: Invoice | None, *, own: bool = False) -> list[str]:
    """Return why an invoice cannot be held: missing fields, an impossible number, sums that cannot be right."""
    if invoice is None:
        return ["unreadable"]
    missing = [
        name for name in ("kind", "number", "issued_on", "amount", "total") if getattr(invoice, name) is None
    ]
    if not invoice.seller.tax_id and not (own and invoice.kind in WITHOUT_SELLER):
        missing.append("seller.tax_id")
    if missing:
        return [f"missing:{name}" for name in missing]
    found = []
    slip = _impossible(invoice)
    if slip:
        found.append(f"number:{slip}")
    if (
        invoice.tax is not None
        and abs((invoice.amount or 0) + invoice.tax - (invoice.total or 0)) > TOLERANCE
    ):
        found.append("sum:amount+tax!=total")
    return found


WITHOUT_SELLER = frozenset({"51", "61"})
"""Kinds whose documents name no seller: railway and air tickets."""


def _impossible(invoice: Invoice) -> str | None:
    number = invoice.number or ""
    if invoice.code:
        slip = legacy.impossible(invoice.code, number)
        if slip is None and invoice.digital_number:
            slip = digital.impossible(invoice.digital_number)
    else:
        slip = digital.impossible(number)
    return slip.code if slip else None


def _first_key(invoice: Invoice | None) -> str:
    names = invoice_keys(invoice) if invoice else ()
    return names[0] if names else ""


def _held(keys: set[str]) -> dict[str, list[_Known]]:
    """Return what is already held under these keys, by key and by alias."""
    if not keys:
        return {}
    known: dict[str, list[_Known]] = {}
    wanted = sql.texts(keys)
    columns = "id, key, alias, digest, version, feed, known_at, origin, amount, tax, total, issued_on, seller_tax_id, buyer_tax_id"
    select = f"SELECT {columns} FROM ledger_invoice WHERE"
    found = sql.rows(f"{select} {sql.among('key')} UNION {select} {sql.among('alias')}", [wanted, wanted])
    for row in sorted(found, key=lambda each: each[4]):
        one = _Known(
            row[0], row[1], row[3], row[4], row[5], row[6], row[7], (*row[8:11], str(row[11]), *row[12:14])
        )
        for name in filter(None, (row[1], row[2])):
            known.setdefault(name, []).append(one)
    return known


def _place(
    item: Incoming,
    invoice: Invoice,
    names: tuple[str, ...],
    held: dict[str, list[_Known]],
    fresh: list[tuple[Any, ...]],
    earlier: list[tuple[Any, ...]],
) -> Taken:
    material = _material(invoice)
    versions = next((held[name] for name in names if name in held), [])
    same = next((one for one in versions if _agree(one.material, material)), None)
    at = to_micros(item.known_at)
    if same:
        if at < same.known_at:
            earlier.append((at, item.feed, same.key, same.digest))
            same.known_at = at
        original = {"id": same.id or None, "key": same.key, "feed": same.feed, "source": same.origin}
        return Taken("duplicate", same.key, original=original)
    key = versions[0].key if versions else names[0]
    digest = hashlib.sha256("|".join(map(str, material)).encode()).hexdigest()[:32]
    one = _Known(0, key, digest, len(versions) + 1, item.feed, at, item.origin, material)
    fresh.append(_row(item, invoice, names, one))
    versions.append(one)
    held.update(dict.fromkeys(names, versions))
    return Taken("conflict" if one.version > 1 else "new", key)


def _material(invoice: Invoice) -> tuple[Any, ...]:
    tax = None if invoice.tax is None else to_fen(invoice.tax)
    assert invoice.amount is not None
    assert invoice.total is not None
    return (
        to_fen(invoice.amount),
        tax,
        to_fen(invoice.total),
        str(invoice.issued_on),
        invoice.seller.tax_id or "",
        invoice.buyer.tax_id or "",
    )


def _agree(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Tell whether two contents say the same; a field that one lacks is no contradiction."""
    return all(a == b or a in (None, "") or b in (None, "") for a, b in zip(one, other, strict=True))


def _row(item: Incoming, invoice: Invoice, names: tuple[str, ...], one: _Known) -> tuple[Any, ...]:
    amount, tax, total = one.material[:3]
    alias = names[1] if len(names) > 1 else None
    return (
        one.key,
        one.key[::-1],
        alias,
        one.version,
        one.digest,
        invoice.kind or "",
        invoice.region or region_of(invoice) or "",
        one.material[3],
        None if invoice.issued_at is None else to_micros(invoice.issued_at),
        amount,
        tax,
        total,
        invoice.seller.tax_id or "",
        invoice.seller.name or "",
        invoice.buyer.tax_id or "",
        invoice.buyer.name or "",
        invoice.check_code or "",
        one.feed,
        one.known_at,
        item.arrival,
        item.origin,
        item.body or msgspec.json.encode(invoice).decode(),
    )


def _aside(item: Incoming, reasons: tuple[str, ...]) -> tuple[Any, ...]:
    invoice = item.invoice
    names = invoice_keys(invoice) if invoice else ()
    key = names[0] if names else ""
    day: date | None = invoice.issued_on if invoice else None
    total = to_fen(invoice.total) if invoice and invoice.total is not None else None
    return (
        key,
        key[::-1],
        names[1] if len(names) > 1 else None,
        item.feed,
        msgspec.json.encode(reasons).decode(),
        None if day is None else day.isoformat(),
        total,
        (invoice.seller.tax_id or "") if invoice else "",
        (invoice.buyer.tax_id or "") if invoice else "",
        to_micros(item.known_at),
        item.arrival,
        item.origin,
        item.body,
        None,
    )


def _move_back(earlier: list[tuple[Any, ...]]) -> None:
    """An event learnt earlier may be loaded later: the earliest moment and its feed count."""
    if earlier:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE ledger_invoice SET known_at = %s, feed = %s WHERE key = %s AND digest = %s", earlier
            )
