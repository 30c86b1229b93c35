"""Views of unread lines (读不懂的行页面): the list, one line with its reason, and the form that puts it right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from fapiao.errors import FapiaoError
from jingpiao.audit.services import record
from jingpiao.ledger.downloads import as_arrived
from jingpiao.sync import rereading, selectors
from jingpiao.sync.line_reason import line_reason
from jingpiao.sync.models import UnreadLine
from jingpiao.sync.services import LoadSummary
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import said
from jingpiao.ui.paging import page_number

SEEN = 200
"""Bytes of an unread line that its row shows."""


@operator_only
def unread(request: HttpRequest) -> HttpResponse:
    """List the lines of events that could not be read."""
    page = page_number(request)
    rows, more = selectors.unread_lines(page)
    told = [(row, line_reason(row.reason), bytes(row.body[:SEEN]).decode("utf-8", "replace")) for row in rows]
    return render(request, "sync/unread.html", {"rows": told, "more": more, "page": page, "query": ""})


@operator_only
def unread_raw(request: HttpRequest, line: int) -> HttpResponseBase:
    """Give a line that could not be read, as it came."""
    found = get_object_or_404(UnreadLine.objects.select_related("arrival"), pk=line)
    record("original-read", f"{found.source} #{found.line}", now=datetime.now(UTC), detail={"unread": line})
    if found.arrival:
        return as_arrived(found.arrival)
    reply = HttpResponse(bytes(found.body), content_type="application/octet-stream")
    reply.headers["Content-Disposition"] = f'attachment; filename="line-{found.pk}.txt"'
    return reply


@operator_only
def unread_line(request: HttpRequest, line: int) -> HttpResponse:
    """Show one line with its reason, look how it would read put right, and take it in."""
    found = get_object_or_404(UnreadLine, pk=line)
    if request.method != "POST":
        return _page(request, found, bytes(found.body).decode("utf-8", "replace"))
    text, now = request.POST.get("text", ""), datetime.now(UTC)
    try:
        if request.POST.get("action") == "correct":
            summary = rereading.correct(line=line, text=text, now=now)
            messages.success(request, said(request, *_became(summary)))
            return redirect("unread-line", line=line)
        event = rereading.look(line=line, text=text, now=now)
    except FapiaoError as slip:
        return _page(request, found, text, problem=slip)
    return _page(request, found, text, seen={"feed": event.feed, "type": event.type})


def _page(
    request: HttpRequest,
    row: UnreadLine,
    text: str,
    *,
    seen: dict[str, str] | None = None,
    problem: FapiaoError | None = None,
) -> HttpResponse:
    problems: list[dict[str, Any]] = []
    if problem:
        problems = [
            {"field": "text", "message": problem.message, "message_en": problem.message_en}
            | {"code": problem.code}
            | {"next_step": problem.kind.next_step, "next_step_en": problem.kind.next_step_en}
        ]
    context = {
        "row": row,
        "why": line_reason(row.reason),
        "text": text,
        "begun": bytes(row.body).decode("utf-8", "replace"),
        "seen": seen,
        "problems": problems,
        "correctable": row.corrected_at is None and row.arrival_id is None,
    }
    return render(request, "sync/unread_line.html", context, status=422 if problems else 200)


def _became(summary: LoadSummary) -> tuple[str, str]:
    """Say what became of a line that was put right."""
    if summary.repeats:
        return (
            "读懂了：同样的内容早已收到，没有重复入账。",
            "Read: the same was here already; nothing is entered twice.",
        )
    if summary.quarantined:
        return (
            "读懂了，但发票数据有误，已进隔离区。",
            "Read, but the invoice is faulty: it waits in quarantine.",
        )
    return "读懂了，已按更正收下。", "Read, and taken in as corrected."
