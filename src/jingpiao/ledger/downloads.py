"""Downloads (下载): the ledger as tables, one invoice as a document, an arrival as it came.

Tables and documents pass the mask like any page: personal numbers, phones and accounts leave shortened. An arrival is
the file that somebody brought, byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import msgspec
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from fapiao import mask
from fapiao.format import FORMATS
from fapiao.invoice import Invoice as Value
from fapiao.invoice import Party
from fapiao.tables.workbook_writing import csv_lines, workbook
from jingpiao.ledger import arrivals
from jingpiao.ledger.models import Arrival, Invoice

TYPES = {
    "xml": "application/xml",
    "ofd": "application/ofd",
    "pdf": "application/pdf",
    "json": "application/json",
}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def masked_values(rows: Iterable[Invoice]) -> Iterator[Value]:
    """Yield ledger rows as invoices fit to leave the house."""
    for row in rows:
        yield masked(row)


def masked(row: Invoice) -> Value:
    """Return one ledger row as an invoice fit to leave the house."""
    value = _VALUES.decode(row.body)
    if not (_personal(value.seller) or _personal(value.buyer)):
        return value
    return msgspec.convert(mask.for_party(msgspec.to_builtins(value)), Value, strict=False)


_VALUES = msgspec.json.Decoder(Value)


def _personal(party: Party) -> bool:
    """Tell whether a party holds anything that the mask would shorten; most hold nothing, and are spared the work."""
    return bool(party.phone or party.account or party.tax_id != mask.mask_tax_id(party.tax_id))


def as_csv(rows: Iterable[Invoice]) -> HttpResponseBase:
    """Return rows as CSV, streamed while they are read."""
    lines = csv_lines(masked_values(rows), whole=False)
    return _named(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), "ledger.csv")


def as_sheet(rows: Iterable[Invoice]) -> HttpResponseBase:
    """Return rows as an Excel workbook, streamed while they are read, in as many sheets as they need."""
    blocks = workbook(masked_values(rows), whole=False)
    return _named(StreamingHttpResponse(blocks, content_type=SHEET), "ledger.xlsx")


def as_document(row: Invoice, form: str) -> HttpResponseBase:
    """Return one invoice as a document. Errors: `FapiaoError` where the document cannot be made."""
    value = masked(row)
    write = None if form == "json" else FORMATS[form].write
    data = msgspec.json.format(msgspec.json.encode(value)) if write is None else write(value)
    return _named(HttpResponse(data, content_type=TYPES[form]), f"{row.key}.{form}")


def as_arrived(arrival: Arrival) -> FileResponse:
    """Return an arrival's bytes, never to be opened by the browser itself."""
    data = io.BytesIO(arrivals.read(arrival))
    name = arrival.name.replace("\\", "/").rsplit("/", 1)[-1] or arrival.sha256
    return FileResponse(data, as_attachment=True, filename=name, content_type="application/octet-stream")


def as_told(body: str, name: str) -> HttpResponseBase:
    """Return what a feed told, as the text it came in."""
    return _named(HttpResponse(body, content_type="application/octet-stream"), name)


def _named(reply: HttpResponseBase, name: str) -> HttpResponseBase:
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
