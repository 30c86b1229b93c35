"""Views of the ledger (台账页面): list with its sums, export, one invoice."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from fapiao import mask
from fapiao.check import CHECKS, check_invoice
from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice as Value
from jingpiao.audit.services import record
from jingpiao.ledger import downloads, selectors
from jingpiao.ledger.forms import FilterForm, chips, headings
from jingpiao.ledger.models import Invoice
from jingpiao.ledger.versions import side_by_side
from jingpiao.ui.access import operator_only
from jingpiao.ui.paging import page_number, query_without


@operator_only
def ledger(request: HttpRequest) -> HttpResponse:
    """List held invoices, filtered and sorted, with what they add up to."""
    form = FilterForm(request.GET)
    wanted = form.wanted()
    found = selectors.invoices(wanted, form.sorting())
    page = page_number(request)
    rows, more = selectors.page_of(found, page)
    states = selectors.states_of(rows, datetime.now(UTC))
    context = {
        "rows": [(row, states[row.key]) for row in rows],
        "more": more,
        "page": page,
        "form": form,
        "query": query_without(request, "page"),
        "chips": chips(request.GET, wanted),
        "headings": headings(request.GET, form.sorting()),
        "sums": selectors.sums(found) if rows and _at_once(request, found) else None,
    }
    return render(request, "ledger/list.html", context)


def _at_once(request: HttpRequest, found: QuerySet[Invoice]) -> bool:
    return "sums" in request.GET or selectors.is_short(found)


@operator_only
def ledger_sums(request: HttpRequest) -> HttpResponse:
    """Add up a long list, as a fragment that the page fetches after it is shown."""
    return render(request, "ledger/sums.html", {"sums": selectors.sums(_found(request))})


@operator_only
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered ledger as CSV or Excel, streamed while it is read."""
    detail = {"filter": request.GET.urlencode()}
    record("ledger-exported", form, now=datetime.now(UTC), detail=detail)
    rows = _found(request).iterator(chunk_size=2000)
    return downloads.as_csv(rows) if form == "csv" else downloads.as_sheet(rows)


def _found(request: HttpRequest) -> QuerySet[Invoice]:
    form = FilterForm(request.GET)
    return selectors.invoices(form.wanted(), form.sorting())


@operator_only
def invoice(request: HttpRequest, key: str) -> HttpResponse:
    """Show an invoice: its card, findings, lines, files, story, and other contents under the same number."""
    return _invoice_page(request, _held(key))


def _held(key: str) -> list[Invoice]:
    held = selectors.invoice(key)
    if not held:
        raise Http404
    return held


def _invoice_page(request: HttpRequest, held: list[Invoice], slip: FapiaoError | None = None) -> HttpResponse:
    first = held[0]
    standing = selectors.states_of([first], datetime.now(UTC))[first.key]
    context = {
        "held": first,
        "invoice": mask.for_party(msgspec.json.decode(first.body)),
        "findings": check_invoice(msgspec.json.decode(first.body, type=Value)),
        "checks": len(CHECKS),
        "versions": side_by_side(held) if len(held) > 1 else None,
        "files": [each for each in held if each.arrival_id],
        "story": selectors.story(first),
        "validity": standing.state,
        "validity_next": standing.next_state,
        "binned": selectors.is_in_bin(first.key),
        "forms": downloads.TYPES,
        "problems": [slip] if slip else [],
    }
    return render(request, "ledger/invoice.html", context, status=422 if slip else 200)


@operator_only
def document(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """Give an invoice as a document of one form."""
    if form not in downloads.TYPES:
        raise Http404
    held = _held(key)
    try:
        return downloads.as_document(held[0], form)
    except FapiaoError as slip:
        return _invoice_page(request, held, slip)


@operator_only
def arrived(request: HttpRequest, key: str, version: int) -> HttpResponseBase:
    """Give the file that one content of an invoice came from, as it came."""
    row = next((each for each in _held(key) if each.version == version), None)
    if row is None or row.arrival is None:
        raise Http404
    return downloads.as_arrived(row.arrival)
