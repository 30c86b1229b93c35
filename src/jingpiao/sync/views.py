"""Views of sync (同步页面): feeds as they stand; imports, their progress and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from fapiao.tables.workbook_writing import neutral
from jingpiao.sync import selectors
from jingpiao.sync.services import start_import
from jingpiao.sync.timelines import current_timeline
from jingpiao.ui.access import operator_only, public

COLUMNS = ("file", "row", "result", "code", "number", "error", "message")


@public
def feeds(request: HttpRequest) -> HttpResponse:
    """Show every feed with watermark, lag and state."""
    rows = selectors.feed_rows(current_timeline(), datetime.now(UTC))
    return render(request, "sync/feeds.html", {"rows": rows})


@operator_only
def imports(request: HttpRequest) -> HttpResponse:
    """Take files in for import, and list earlier imports."""
    error = ""
    if request.method == "POST":
        files = request.FILES.getlist("file")
        if not files:
            error = "empty"
        else:
            batch = start_import(files, by=request.user.get_username(), now=datetime.now(UTC))
            return redirect("import", batch=batch.pk)
    context = {"batches": selectors.imports(), "error": error}
    return render(request, "sync/imports.html", context, status=422 if error else 200)


@operator_only
def import_page(request: HttpRequest, batch: int) -> HttpResponse:
    """Show an import's progress and the rows that need a look; it refreshes while work goes on."""
    progress = selectors.import_progress(batch)
    if progress is None:
        raise Http404
    wanted = request.GET.get("result", "")
    rows = list(selectors.import_row_results(batch, limit=200, result=wanted))
    fragment = request.headers.get("HX-Request") == "true"
    template = "sync/progress.html" if fragment else "sync/import.html"
    return render(request, template, {"progress": progress, "rows": rows, "wanted": wanted})


@operator_only
def import_rows(request: HttpRequest, batch: int) -> StreamingHttpResponse:
    """Give all rows of an import as CSV."""
    if selectors.import_progress(batch) is None:
        raise Http404
    reply = StreamingHttpResponse(_csv(batch), content_type="text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = f'attachment; filename="import-{batch}.csv"'
    return reply


def _csv(batch: int) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"
    for row in selectors.import_row_results(batch):
        error = row["error"] or {}
        cells = [
            row["file"],
            row["row"],
            row["result"],
            row["code"],
            row["number"],
            error.get("code"),
            error.get("message"),
        ]
        buffer = io.StringIO()
        csv.writer(buffer).writerow([neutral("" if cell is None else str(cell)) for cell in cells])
        yield buffer.getvalue().encode()
