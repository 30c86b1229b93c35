"""Views of the quarantine (隔离区页面): the list, one row with its form, what can be done, what came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fapiao.check import check_invoice
from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice
from fapiao.reasons import explained
from fapiao.vocabulary import KINDS
from jingpiao.audit.services import record
from jingpiao.ledger import downloads, quarantining, selectors
from jingpiao.ledger import quarantine_lists as lists
from jingpiao.ledger.correction import FIELDS, Reread, Slip, fields_of, told, value_of
from jingpiao.ledger.intake import Taken
from jingpiao.ledger.models import Quarantined
from jingpiao.ledger.quarantine_lists import QuarantineFilter
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import said
from jingpiao.ui.paging import page_number, query_without

MOST_SHOWN = 8_000
"""Signs of what came that the page shows; the whole is a download."""


@operator_only
def quarantine(request: HttpRequest) -> HttpResponse:
    """List what waits in quarantine, narrowed and sorted, and try one again."""
    if request.method == "POST" and request.POST.get("id", "").isdigit():
        _retry(request, _row(int(request.POST["id"])))
        return redirect("quarantine")
    form = QuarantineFilter(request.GET)
    page = page_number(request)
    rows, more = lists.page_of(lists.rows(form), page)
    context = {
        "rows": rows,
        "more": more,
        "page": page,
        "form": form,
        "state": form.cleaned_data.get("state") or "waiting",
        "states": [{"code": code, "name": zh, "name_en": en} for code, (zh, en) in lists.STATES.items()],
        "reasons": lists.by_reason(),
        "feeds": lists.feeds(),
        "query": query_without(request, "page"),
    }
    return render(request, "ledger/quarantine.html", context)


@operator_only
@require_POST
def retry_many(request: HttpRequest) -> HttpResponse:
    """Try all again that wait for one reason (or all that are listed), and say how many were taken in."""
    found = lists.rows(QuarantineFilter(request.POST))
    numbers = list(found.values_list("pk", flat=True)[: quarantining.MOST_AT_ONCE])
    counts = quarantining.retry_many(numbers, now=datetime.now(UTC))
    zh = f"重试 {len(numbers)} 条：入账 {counts['taken']} 条，仍有错误 {counts['waiting']} 条。"
    en = f"{len(numbers)} tried again: {counts['taken']} taken in, {counts['waiting']} still faulty."
    messages.info(request, said(request, zh, en))
    return redirect("quarantine")


@operator_only
def export(request: HttpRequest) -> HttpResponseBase:
    """Give the narrowed list as CSV, streamed, with what came in its last column."""
    record("original-read", "quarantine", now=datetime.now(UTC), detail={"filter": request.GET.urlencode()})
    found = lists.rows(QuarantineFilter(request.GET))
    reply = StreamingHttpResponse(lists.csv_rows(found), content_type="text/csv; charset=utf-8")
    reply.headers["Content-Disposition"] = 'attachment; filename="quarantine.csv"'
    return reply


@operator_only
def row(request: HttpRequest, row: int) -> HttpResponse:
    """Show one row: what came, what is wrong beside each field, and the form that corrects it."""
    found = _row(row)
    if request.method != "POST":
        return _page(request, found, {}, found.reasons)
    fields = _given(request)
    try:
        read, taken = quarantining.look(quarantined=row, fields=fields)
    except FapiaoError as slip:
        return _page(request, found, fields, found.reasons, problem=slip)
    return _page(request, found, fields, taken.reasons, seen=(read, taken))


@operator_only
@require_POST
def act(request: HttpRequest, row: int) -> HttpResponse:
    """Do one thing to a row: take it in as corrected, shelve it, take the last step back, try it again."""
    found = _row(row)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise Http404
    try:
        action(request, found)
    except FapiaoError as slip:
        fields = _given(request)
        reasons = found.reasons
        if slip.code == "correction-faulty":
            reasons = list(quarantining.look(quarantined=row, fields=fields)[1].reasons)
        return _page(request, found, fields, reasons, problem=slip)
    return redirect("quarantined", row=row)


def _correct(request: HttpRequest, row: Quarantined) -> None:
    taken = quarantining.correct(
        quarantined=row.pk, fields=_given(request), **_who(request), now=datetime.now(UTC)
    )
    words = {
        "new": ("已按更正入账。", "Taken in as corrected."),
        "duplicate": (
            "台账里已有同样的一张，这一条已了结。",
            "The same is held already; this row is settled.",
        ),
        "conflict": (
            "已入账；同一号码还有内容不同的一份，两份都保留。",
            "Taken in; another content is held under the number, and both are kept.",
        ),
    }[taken.result]
    messages.success(request, said(request, *words))


def _shelve(request: HttpRequest, row: Quarantined) -> None:
    quarantining.shelve(quarantined=row.pk, **_who(request), now=datetime.now(UTC))
    messages.info(request, said(request, "已搁置，随时可以撤销。", "Set aside; it can be taken up again."))


def _undo(request: HttpRequest, row: Quarantined) -> None:
    quarantining.undo(quarantined=row.pk, **_who(request), now=datetime.now(UTC))
    messages.info(request, said(request, "已撤销，回到待处理。", "Taken back; it waits again."))


def _retry(request: HttpRequest, row: Quarantined) -> None:
    taken = quarantining.retry(quarantined=row.pk, now=datetime.now(UTC))
    if taken.result != "quarantined":
        messages.success(request, said(request, "已入账。", "Taken in."))
        return
    why = [explained(code) for code in (taken.reasons or row.reasons)]
    zh, en = "、".join(each.text for each in why), "; ".join(each.text_en for each in why)
    messages.info(
        request, said(request, f"仍有错误（{zh}），继续留在隔离区。", f"Still faulty ({en}); it stays here.")
    )


ACTIONS: dict[str, Callable[[HttpRequest, Quarantined], None]] = {
    "correct": _correct,
    "shelve": _shelve,
    "undo": _undo,
    "retry": _retry,
}


@operator_only
def raw(request: HttpRequest, row: int) -> HttpResponseBase:
    """Give what waits in quarantine as it came: its file, or what the feed told. That it was taken is put down."""
    found = _row(row)
    record("original-read", found.key or found.origin, now=datetime.now(UTC), detail={"row": row})
    if found.arrival:
        return downloads.as_arrived(found.arrival)
    return downloads.as_told(found.body, f"quarantine-{found.pk}.json")


def _row(number: int) -> Quarantined:
    try:
        return quarantining.row_of(number)
    except FapiaoError:
        raise Http404 from None


def _given(request: HttpRequest) -> dict[str, str]:
    names = [field.name for field in FIELDS]
    return {name: request.POST[f"set-{name}"] for name in names if f"set-{name}" in request.POST}


def _who(request: HttpRequest) -> dict[str, str]:
    return {"actor": request.user.get_username(), "why": request.POST.get("why", "")}


def _page(
    request: HttpRequest,
    found: Quarantined,
    fields: dict[str, str],
    reasons: Any,
    *,
    seen: tuple[Reread, Taken] | None = None,
    problem: FapiaoError | None = None,
) -> HttpResponse:
    invoice = told(found.body)
    slips = _slips(reasons, seen[0].slips if seen else ())
    context = {
        "row": found,
        "state": lists.state_of(found),
        "form": [_field(field, invoice, fields, slips) for field in FIELDS] if invoice is not None else [],
        "reasons": [explained(code) for code in reasons],
        "raw": _shown(found, invoice),
        "cut": len(found.body) > MOST_SHOWN,
        "kinds": [(kind.code, kind.label) for kind in KINDS.values()],
        "story": lists.story(found),
        "undoable": quarantining.undoable(found, datetime.now(UTC)),
        "seen": _seen(*seen, invoice or {}) if seen else None,
        "why": request.POST.get("why", ""),
        "problems": [_told(problem)] if problem else [],
    }
    return render(request, "ledger/quarantined.html", context, status=422 if problem else 200)


def _told(slip: FapiaoError) -> dict[str, str]:
    return {
        "field": "why" if slip.code == "why-missing" else "",
        "code": slip.code,
        "message": slip.message,
        "message_en": slip.message_en,
        "next_step": slip.kind.next_step,
        "next_step_en": slip.kind.next_step_en,
    }


def _slips(reasons: Any, typed: tuple[Slip, ...]) -> dict[str, Slip]:
    """Return what is wrong by field: what could not be read of what was typed goes before what intake says."""
    found: dict[str, Slip] = {}
    for code in reasons:
        why = explained(code)
        for name in fields_of(code):
            found.setdefault(name, Slip(field=name, message=why.text, message_en=why.text_en))
    return found | {slip.field: slip for slip in typed}


def _field(field: Any, invoice: Any, fields: dict[str, str], slips: dict[str, Slip]) -> dict[str, Any]:
    was = value_of(invoice, field.name)
    return {
        "field": field,
        "name": f"set-{field.name}",
        "id": f"set-{field.name}".replace(".", "-"),
        "was": was,
        "value": fields.get(field.name, was),
        "slip": slips.get(field.name),
    }


def _shown(found: Quarantined, invoice: Any) -> str:
    if invoice is None:
        return ""
    return msgspec.json.format(found.body, indent=2)[:MOST_SHOWN]


def _seen(read: Reread, taken: Taken, invoice: dict[str, Any]) -> dict[str, Any]:
    """Return what a look found: the fields that would change, what would become of it, and what the checks say."""
    labels = {field.name: field for field in FIELDS}
    after = msgspec.json.decode(read.body)
    return {
        "result": taken.result,
        "changes": [
            {
                "label": labels[name].label,
                "label_en": labels[name].label_en,
                "before": value_of(invoice, name),
                "after": value_of(after, name),
            }
            for name in read.changed
        ],
        "held": selectors.invoice(taken.key)[:1] if taken.result in ("duplicate", "conflict") else [],
        "findings": check_invoice(msgspec.convert(after, Invoice)) if not taken.reasons else [],
    }
