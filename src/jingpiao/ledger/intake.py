"""Intake (入库): the one door into the ledger. Every invoice comes back new, duplicate, conflict or quarantined.

What decides is the material content: sums, day and parties. A thinner copy that merely lacks a field is a duplicate; one
that says something else is a conflict, and both are kept. Runs inside the caller's transaction, under one writer's lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from django.db import connection

from fapiao.identity import region_of
from fapiao.invoice import Invoice, invoice_keys
from fapiao.numbers import digital
from jingpiao import sql
from jingpiao.columns import to_fen, to_micros
from jingpiao.ledger.content import Content, agree, content_of, digest_of
from jingpiao.ledger.flaws import flaws, is_money

Result = Literal["new", "duplicate", "conflict", "quarantined"]
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


class Incoming(msgspec.Struct, gc=False):
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


class Taken(msgspec.Struct, gc=False):
    """What became of one incoming invoice (入库结果). ``original`` names the one already held, for a duplicate."""

    result: Result
    key: str = ""
    reasons: tuple[str, ...] = ()
    original: dict[str, Any] | None = None


class _Known(msgspec.Struct, gc=False):
    """A content already held under a key."""

    id: int
    key: str
    digest: str
    version: int
    feed: str
    known_at: int
    origin: str
    content: Content


def take_in(items: Sequence[Incoming]) -> list[Taken]:
    """Take invoices in, in order; returns one result an item. Call inside a transaction."""
    sql.lock_intake()
    flawed = [item.reasons or flaws(item.invoice, own=item.own) for item in items]
    keys = [
        () if bad or item.invoice is None else invoice_keys(item.invoice)
        for item, bad in zip(items, flawed, strict=True)
    ]
    taking = _Taking(_held({key for names in keys for key in names}))
    sql.bulk_insert("ledger_invoice", COLUMNS, taking.rows(zip(items, flawed, keys, strict=True)))
    sql.bulk_insert("ledger_quarantined", QUARANTINE_COLUMNS, taking.aside)
    _move_back(taking.earlier)
    return taking.taken


def _first_key(invoice: Invoice | None) -> str:
    names = invoice_keys(invoice) if invoice else ()
    return names[0] if names else ""


def _held(keys: set[str]) -> dict[str, list[_Known]]:
    """Return what is already held under these keys, by key and by alias."""
    known: dict[str, list[_Known]] = {}
    printed = [key for key in keys if key[0] != "2" or len(key) != digital.LENGTH]
    found = {*_under("key", keys), *_under("alias", printed)}
    for row in sorted(found, key=lambda each: each[4]):
        one = _Known(
            row[0], row[1], row[3], row[4], row[5], row[6], row[7], (*row[8:11], str(row[11]), *row[12:14])
        )
        for name in filter(None, (row[1], row[2])):
            known.setdefault(name, []).append(one)
    return known


def _under(column: str, keys: Collection[str]) -> list[tuple[Any, ...]]:
    """Return the rows under these names; only code + number as printed can be an alias (数电 begins with its year)."""
    if not keys:
        return []
    columns = "id, key, alias, digest, version, feed, known_at, origin, amount, tax, total, issued_on, seller_tax_id, buyer_tax_id"
    return sql.rows(f"SELECT {columns} FROM ledger_invoice WHERE {sql.among(column)}", [sql.texts(keys)])


class _Taking:
    """One round of taking in: what is held, and what becomes of each item.

    The rows of new invoices are made while the database already stores the first of them.
    """

    def __init__(self, held: dict[str, list[_Known]]) -> None:
        self._held = held
        self.taken: list[Taken] = []
        self.earlier: list[tuple[Any, ...]] = []
        self.aside: list[tuple[Any, ...]] = []

    def rows(
        self, items: Iterable[tuple[Incoming, tuple[str, ...], tuple[str, ...]]]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the row of each invoice that is new or in conflict; note the rest."""
        for item, bad, names in items:
            if bad or item.invoice is None:
                if not item.probe:
                    self.aside.append(_aside(item, bad))
                self.taken.append(Taken("quarantined", _first_key(item.invoice), bad))
                continue
            content = content_of(item.invoice)
            versions = self._versions(names)
            same = next((one for one in versions if agree(one.content, content)), None) if versions else None
            if same:
                self._repeat(item, same)
            else:
                yield self._place(item, item.invoice, names, content, versions)

    def _versions(self, names: tuple[str, ...]) -> list[_Known]:
        versions = self._held.get(names[0])
        if versions is None and len(names) > 1:
            versions = self._held.get(names[1])
        return [] if versions is None else versions

    def _repeat(self, item: Incoming, same: _Known) -> None:
        at = to_micros(item.known_at)
        if at < same.known_at:
            self.earlier.append((at, item.feed, same.key, same.digest))
            same.known_at = at
        original = {"id": same.id or None, "key": same.key, "feed": same.feed, "source": same.origin}
        self.taken.append(Taken("duplicate", same.key, original=original))

    def _place(
        self,
        item: Incoming,
        invoice: Invoice,
        names: tuple[str, ...],
        content: Content,
        versions: list[_Known],
    ) -> tuple[Any, ...]:
        key = versions[0].key if versions else names[0]
        at = to_micros(item.known_at)
        one = _Known(0, key, digest_of(content), len(versions) + 1, item.feed, at, item.origin, content)
        versions.append(one)
        for name in names:
            self._held[name] = versions
        self.taken.append(Taken("conflict" if one.version > 1 else "new", key))
        return _row(item, invoice, names, one)


def _row(item: Incoming, invoice: Invoice, names: tuple[str, ...], one: _Known) -> tuple[Any, ...]:
    amount, tax, total, day, seller, buyer = one.content
    alias = names[1] if len(names) > 1 else None
    return (
        one.key,
        one.key[::-1],
        alias,
        one.version,
        one.digest,
        invoice.kind or "",
        invoice.region or region_of(invoice) or "",
        day,
        None if invoice.issued_at is None else to_micros(invoice.issued_at),
        amount,
        tax,
        total,
        seller,
        invoice.seller.name or "",
        buyer,
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
    said = invoice.total if invoice else None
    total = to_fen(said) if said is not None and is_money(said) else None
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
