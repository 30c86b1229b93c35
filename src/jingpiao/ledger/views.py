"""Views of the ledger (台账页面): list, invoice, export, quarantine, recycle bin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fapiao import mask
from fapiao.invoice import Invoice as Value
from fapiao.tables.workbook_writing import csv_lines
from jingpiao.ledger import selectors, services
from jingpiao.ledger.forms import FilterForm
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import language

MOST_EXPORTED = 200_000


@operator_only
def ledger(request: HttpRequest) -> HttpResponse:
    """List held invoices, filtered and sorted."""
    form = FilterForm(request.GET)
    page = max(1, int(request.GET.get("page", "1") if request.GET.get("page", "1").isdigit() else 1))
    rows, more = selectors.page_of(selectors.invoices(form.wanted(), form.sorting()), page)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": rows,
        "more": more,
        "page": page,
        "form": form,
        "query": query.urlencode(),
        "narrowed": bool(query),
    }
    return render(request, "ledger/list.html", context)


@operator_only
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give the filtered ledger as CSV, streamed."""
    form = FilterForm(request.GET)
    found = selectors.invoices(form.wanted(), form.sorting())[:MOST_EXPORTED]

    def values() -> Iterator[Value]:
        for row in found.iterator(chunk_size=2000):
            yield msgspec.json.decode(row.body, type=Value)

    reply = StreamingHttpResponse(csv_lines(values(), whole=False), content_type="text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return reply


@operator_only
def invoice(request: HttpRequest, key: str) -> HttpResponse:
    """Show an invoice: its card, its story, other contents under the same number."""
    held = selectors.invoice(key)
    if not held:
        raise Http404
    first = held[0]
    told = selectors.story(first)
    states = [each for each in told if each["what"] == "state"]
    context = {
        "held": first,
        "invoice": mask.for_party(msgspec.json.decode(first.body)),
        "others": held[1:],
        "story": told,
        "validity": states[-1]["detail"] if states else "normal",
        "binned": any(move.key == first.key for _, move in selectors.in_bin()),
    }
    return render(request, "ledger/invoice.html", context)


@operator_only
@require_POST
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Move an invoice into the recycle bin, or take it out."""
    into = request.POST.get("into") == "1"
    act = services.move_to_bin if into else services.restore
    act(key=key, actor=request.user.get_username(), now=datetime.now(UTC))
    if language(request) == "en":
        messages.info(request, "Moved to the recycle bin; you can restore it there." if into else "Restored.")
    else:
        messages.info(request, "已移到回收站，可以随时还原。" if into else "已还原。")
    return redirect("bin" if not into else "ledger")


@operator_only
def recycle_bin(request: HttpRequest) -> HttpResponse:
    """List what lies in the recycle bin."""
    return render(request, "ledger/bin.html", {"rows": selectors.in_bin()})


@operator_only
def quarantine(request: HttpRequest) -> HttpResponse:
    """List what waits in quarantine, and try one again."""
    if request.method == "POST" and request.POST.get("id", "").isdigit():
        taken = services.retry(quarantined=int(request.POST["id"]), now=datetime.now(UTC))
        still = taken.result == "quarantined"
        if language(request) == "en":
            messages.info(request, "Still faulty; it stays here." if still else "Taken in.")
        else:
            messages.info(request, "仍有错误，继续留在隔离区。" if still else "已入账。")
        return redirect("quarantine")
    page = max(1, int(request.GET.get("page", "1") if request.GET.get("page", "1").isdigit() else 1))
    rows, more = selectors.quarantine(page)
    return render(request, "ledger/quarantine.html", {"rows": rows, "more": more, "page": page})
