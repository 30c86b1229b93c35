"""Views of audit (审计页面): the trail with filters, its export, its verification, and the published checkpoint."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jingpiao.audit import checkpoints, selectors
from jingpiao.audit.action import ACTIONS
from jingpiao.audit.selectors import AuditFilter
from jingpiao.audit.services import record
from jingpiao.ui.access import operator_only, public
from jingpiao.ui.context import said
from jingpiao.ui.paging import page_number, query_without

_REASONS = {
    "missing": ("缺少这一条", "the entry is missing"),
    "unchained": ("与前一条接不上", "it does not follow the one before"),
    "changed": ("内容被改动", "it was changed"),
    "not-as-fixed": ("与已签名的检查点不符", "it is not what a signed checkpoint says"),
    "cut-off": ("检查点之后的记录不见了", "entries that a checkpoint knows are gone"),
    "checkpoint-forged": ("检查点的签名不对", "a checkpoint is not signed by this home"),
    "checkpoint-forked": ("两个检查点互相矛盾", "two checkpoints contradict each other"),
}


@operator_only
def trail(request: HttpRequest) -> HttpResponse:
    """Show who did what, newest first, narrowed."""
    form = AuditFilter(request.GET)
    page = page_number(request)
    rows, more = selectors.page_of(selectors.entries(form), page)
    context = {
        "rows": rows,
        "more": more,
        "page": page,
        "form": form,
        "actions": [{"code": code, "name": zh, "name_en": en} for code, (zh, en) in ACTIONS.items()],
        "query": query_without(request, "page"),
        "checkpoint": checkpoints.newest(),
    }
    return render(request, "audit/trail.html", context)


@operator_only
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the narrowed trail as CSV or JSON Lines, streamed; that it was taken is itself an entry."""
    found = selectors.entries(AuditFilter(request.GET))
    record("audit-exported", now=datetime.now(UTC), detail={"form": form, "filter": request.GET.urlencode()})
    rows = selectors.csv_rows(found) if form == "csv" else selectors.json_rows(found)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/jsonl"
    reply = StreamingHttpResponse(rows, content_type=kind)
    reply.headers["Content-Disposition"] = f'attachment; filename="audit.{form}"'
    return reply


@operator_only
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Look through the whole chain now and say what was found."""
    found = checkpoints.verify()
    if found.ok:
        zh, en = f"{found.entries:,} 条记录，完整无缺。", f"{found.entries:,} entries, whole and unchanged."
        messages.success(request, said(request, zh, en))
    else:
        why, why_en = _REASONS[found.reason or "missing"]
        zh = f"第 {found.first_bad} 条有问题：{why}。请保留现场并查明原因。"
        en = f"Entry {found.first_bad} is wrong: {why_en}. Keep everything as it is and find out why."
        messages.error(request, said(request, zh, en))
    return redirect("audit")


@public
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Publish the newest checkpoint: whoever keeps it can tell later whether the trail was made anew."""
    return HttpResponse(msgspec.json.encode(checkpoints.newest()), content_type="application/json")
