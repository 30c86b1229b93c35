"""Projecting (投影): what each type of event adds to the ledger and to what is known of the feeds.

Runs inside the transaction that enters the events in the journal, so that both agree whatever happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from fapiao.invoice import Invoice, Party
from jingpiao import sql
from jingpiao.columns import to_micros
from jingpiao.ledger.intake import Incoming, Taken, take_in
from jingpiao.sync.arriving import count_arrivals
from jingpiao.sync.event import LATEST, Event, LineError, moment, named_key, whole
from jingpiao.sync.export_events import EXPORT_COLUMNS, official_export
from jingpiao.sync.pace import count_delays

SetAside = Mapping[tuple[str, int], tuple[str, ...]]
"""Reasons to set an invoice aside for whatever today's rules say, by its origin and the microsecond it was learnt."""
NONE_ASIDE: SetAside = {}


def origin_of(event: Event) -> str:
    """Return how the ledger names where an event's invoice came from."""
    return f"feed:{event.feed}:{event.event_key}"


def project(events: Sequence[Event], aside: SetAside = NONE_ASIDE) -> list[Taken]:
    """Project new events in order; returns what became of the invoices among them.

    How a delay is counted hangs on the declarations before it. So a declaration begins a new run, and it makes no difference
    how the same events are cut into deliveries.
    """
    return [taken for run in _runs(events) for taken in _project(run, aside)]


def _runs(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Yield the events in stretches in which no declaration follows an invoice."""
    begun = 0
    invoices = False
    for place, event in enumerate(events):
        if event.type == "feed" and invoices:
            yield events[begun:place]
            begun, invoices = place, False
        invoices = invoices or event.type == "invoice"
    yield events[begun:]


def _project(events: Sequence[Event], aside: SetAside) -> list[Taken]:
    for kind, (table, columns, row) in TABLES.items():
        rows = [row(event) for event in events if event.type == kind]
        sql.bulk_insert(table, columns, rows)
    made = [official_export(event) for event in events if "export" in event.told]
    sql.bulk_insert("sync_officialexport", EXPORT_COLUMNS, made)
    return _take_invoices([event for event in events if event.type == "invoice"], aside)


def check(event: Event) -> None:
    """Raise `LineError` now if an event could not be projected later."""
    if event.type in TABLES:
        TABLES[event.type][2](event)
    if "export" in event.told:
        official_export(event)


def _take_invoices(events: Sequence[Event], aside: SetAside) -> list[Taken]:
    items = [_incoming(event) for event in events]
    for item in items if aside else ():
        item.reasons = aside.get((item.origin, to_micros(item.known_at)), item.reasons)
    taken = take_in(items)
    fresh = [item for item, result in zip(items, taken, strict=True) if result.result == "new"]
    count_delays(fresh)
    count_arrivals(fresh)
    return taken


def _incoming(event: Event) -> Incoming:
    told = event.told["invoice"]
    origin = origin_of(event)
    try:
        invoice = invoice_of(told)
        body = msgspec.json.encode(_given(told)).decode()
        return Incoming(invoice, event.feed, event.known_at, origin, body=body)
    except (msgspec.ValidationError, ValueError) as slip:
        body = msgspec.json.encode(told).decode()
        return Incoming(
            _salvage(told), event.feed, event.known_at, origin, body=body, reasons=(f"field:{slip}",)
        )


def invoice_of(told: dict[str, Any]) -> Invoice:
    """Return the invoice that a JSON object states. Errors: `msgspec.ValidationError`, `LineError`."""
    invoice = msgspec.convert(_given(told), Invoice)
    issued = invoice.issued_at
    if issued is not None and moment(issued.isoformat(), "issued_at") != issued:
        raise LineError(f"issued_at is beyond {LATEST.year}: {issued.isoformat()}")
    return invoice


def _given(told: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are known: what is held can be read again as it stands."""
    given = {name: value for name, value in told.items() if value is not None}
    if "issued_at" in given and "issued_on" not in given:
        given["issued_on"] = str(given["issued_at"])[:10]
    return given


def _salvage(told: dict[str, Any]) -> Invoice:
    """Return what can still be named of an unreadable invoice: its numbers and parties, if they are texts."""

    def text(source: Any, name: str) -> str | None:
        value = source.get(name) if isinstance(source, dict) else None
        return value if isinstance(value, str) else None

    return Invoice(
        code=text(told, "code"),
        number=text(told, "number"),
        digital_number=text(told, "digital_number"),
        seller=Party(tax_id=text(told.get("seller"), "tax_id")),
        buyer=Party(tax_id=text(told.get("buyer"), "tax_id")),
    )


def _micros(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _json(value: Any) -> str:
    """Return a list of codes as it is kept: its texts; what is none says nothing."""
    texts = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    return msgspec.json.encode(texts).decode()


def _day(value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise LineError(f"not a date: {value!r}") from None


def _declaration(event: Event) -> tuple[Any, ...]:
    told = event.told
    return (
        event.feed,
        str(told.get("label") or event.feed),
        _json(told.get("regions")),
        _json(told.get("kinds")),
        _day(told.get("since")),
        bool(told.get("same_day", True)),
        whole(told.get("every_seconds"), "every_seconds"),
        bool(told.get("complete", True)),
        to_micros(event.known_at),
    )


def _watermark(event: Event) -> tuple[Any, ...]:
    return event.feed, _micros(moment(event.told["complete_to"], "complete_to")), to_micros(event.known_at)


def _fault(event: Event) -> tuple[Any, ...]:
    told = event.told
    given = told.get("batch")
    batch: dict[str, Any] = given if isinstance(given, dict) else {}
    return (
        event.feed,
        str(told["component"]),
        event.type == "fault-cleared",
        str(told.get("message") or ""),
        str(batch.get("id") or ""),
        _micros(moment(batch.get("from"), "batch.from")),
        _micros(moment(batch.get("to"), "batch.to")),
        whole(batch.get("count"), "batch.count"),
        _json(batch.get("numbers")),
        to_micros(event.known_at),
    )


def _state(event: Event) -> tuple[Any, ...]:
    told = event.told
    effective = moment(told.get("effective_at"), "effective_at") or event.known_at
    return (
        named_key(told),
        told["state"],
        to_micros(effective),
        str(told.get("by_number") or ""),
        event.feed,
        to_micros(event.known_at),
    )


def _bin_move(event: Event) -> tuple[Any, ...]:
    told = event.told
    return (
        named_key(told),
        str(told.get("by") or ""),
        event.type == "trash",
        "",
        event.feed,
        to_micros(event.known_at),
    )


def _import_row(event: Event) -> tuple[Any, ...]:
    told = event.told
    return (
        str(told.get("tax_id") or ""),
        named_key(told),
        str(told["result"]),
        str(told.get("reason") or ""),
        event.feed,
        to_micros(event.known_at),
    )


def _announcement(event: Event) -> tuple[Any, ...]:
    told = event.told
    starts = moment(told.get("from"), "from") or event.known_at
    return (
        str(told["id"]),
        event.feed,
        str(told["title"]),
        str(told.get("body") or ""),
        _json(told.get("kinds")),
        _json(told.get("regions")),
        _json(told.get("functions")),
        to_micros(starts),
        _micros(moment(told.get("until"), "until")),
        to_micros(event.known_at),
    )


def _taxpayer(event: Event) -> tuple[Any, ...]:
    told = event.told
    return (
        str(told["tax_id"]),
        str(told.get("name") or ""),
        str(told.get("region") or ""),
        bool(told.get("active", True)),
        event.feed,
        to_micros(event.known_at),
    )


def _outcome(event: Event) -> tuple[Any, ...]:
    claim = msgspec.json.encode(event.told["claim"]).decode()
    return claim, str(event.told["cause"]), event.feed, to_micros(event.known_at)


_FAULT_COLUMNS = (
    "feed",
    "component",
    "cleared",
    "message",
    "batch",
    "lost_from",
    "lost_to",
    "count",
    "numbers",
    "known_at",
)
_BIN_COLUMNS = ("key", "by", "into", "actor", "feed", "known_at")
Row = Callable[[Event], tuple[Any, ...]]
TABLES: dict[str, tuple[str, tuple[str, ...], Row]] = {
    "feed": (
        "sync_declaration",
        ("feed", "label", "regions", "kinds", "since", "same_day", "every_seconds", "complete", "known_at"),
        _declaration,
    ),
    "watermark": ("sync_watermark", ("feed", "complete_to", "known_at"), _watermark),
    "fault": ("sync_fault", _FAULT_COLUMNS, _fault),
    "fault-cleared": ("sync_fault", _FAULT_COLUMNS, _fault),
    "state": (
        "ledger_invoicestate",
        ("key", "state", "effective_at", "by_number", "feed", "known_at"),
        _state,
    ),
    "trash": ("ledger_binmove", _BIN_COLUMNS, _bin_move),
    "untrash": ("ledger_binmove", _BIN_COLUMNS, _bin_move),
    "import-row": (
        "ledger_importrow",
        ("tax_id", "key", "result", "reason", "feed", "known_at"),
        _import_row,
    ),
    "announcement": (
        "announcements_announcement",
        (
            "event_id",
            "feed",
            "title",
            "body",
            "kinds",
            "regions",
            "functions",
            "starts_at",
            "ends_at",
            "known_at",
        ),
        _announcement,
    ),
    "taxpayer": ("ledger_taxpayer", ("tax_id", "name", "region", "active", "feed", "known_at"), _taxpayer),
    "outcome": ("sync_outcome", ("claim", "cause", "feed", "known_at"), _outcome),
}
