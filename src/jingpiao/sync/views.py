"""Views of sync (同步页面): feeds as they stand, imports, their progress and rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from fapiao.format import MOST_BYTES
from fapiao.wording import BEIJING
from jingpiao.sync import results, selectors
from jingpiao.sync.example import example_file
from jingpiao.sync.services import start_import
from jingpiao.sync.timelines import current_timeline
from jingpiao.ui.access import operator_only, public

SHOWN = 200
RESULTS = ("new", "duplicate", "conflict", "quarantined", "failed")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOTHING = {
    "field": "file",
    "code": "claim-empty",
    "message": "请先选择文件",
    "message_en": "Choose a file first",
}


@public
def feeds(request: HttpRequest) -> HttpResponse:
    """Show every feed with watermark, lag now and over a day, state and faults."""
    rows = selectors.feed_rows_with_past(current_timeline(), datetime.now(UTC))
    return render(request, "sync/feeds.html", {"rows": rows})


@operator_only
def imports(request: HttpRequest) -> HttpResponse:
    """Take files in for import, and list earlier imports."""
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        files = request.FILES.getlist("file")
        if files:
            batch = start_import(files, by=request.user.get_username(), now=datetime.now(UTC))
            return redirect("import", batch=batch.pk)
        problems = [_NOTHING]
    context = {"batches": selectors.imports(), "problems": problems, "most_megabytes": MOST_BYTES // 2**20}
    return render(request, "sync/imports.html", context, status=422 if problems else 200)


@operator_only
def example(request: HttpRequest) -> HttpResponse:
    """Give a small table to try an import with."""
    data = example_file(datetime.now(BEIJING).date())
    reply = HttpResponse(data, content_type="text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = 'attachment; filename="example.csv"'
    return reply


@operator_only
def import_page(request: HttpRequest, batch: int) -> HttpResponse:
    """Show an import's progress and its rows; it refreshes while work goes on."""
    progress = _progress(batch)
    wanted = request.GET.get("result", "")
    rows = list(selectors.import_row_results(batch, limit=SHOWN, result=wanted))
    fragment = request.headers.get("HX-Request") == "true"
    template = "sync/progress.html" if fragment else "sync/import.html"
    in_sight = progress["counts"].get(wanted, progress["rows"])
    context = {
        "progress": progress,
        "rows": rows,
        "wanted": wanted,
        "results": [(name, progress["counts"][name]) for name in RESULTS],
        "left": max(0, in_sight - len(rows)),
        "files_done": sum(file["finished"] for file in progress["files"]),
    }
    return render(request, template, context)


@operator_only
def import_rows(request: HttpRequest, batch: int, form: str) -> HttpResponseBase:
    """Give all rows of an import as CSV or Excel."""
    _progress(batch)
    rows, kind = (results.sheet, SHEET) if form == "xlsx" else (results.csv_rows, "text/csv; charset=utf-8")
    reply = StreamingHttpResponse(rows(batch), content_type=kind)
    reply.headers["Content-Disposition"] = f'attachment; filename="import-{batch}.{form}"'
    return reply


def _progress(batch: int) -> dict[str, Any]:
    progress = selectors.import_progress(batch)
    if progress is None:
        raise Http404
    return progress
