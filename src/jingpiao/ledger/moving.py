"""Views of moving (移动页面): into the recycle bin and out of it, one or many, and back again; quarantine and its retry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fapiao.reasons import explained
from jingpiao.ledger import downloads, selectors, services, undoing
from jingpiao.ledger.models import Quarantined
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import said
from jingpiao.ui.paging import page_number

MOST_AT_ONCE = 500


@operator_only
@require_POST
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Move one invoice into the recycle bin, or take it out."""
    if not selectors.invoice(key):
        raise Http404
    into = request.POST.get("into") == "1"
    _move(request, [key], into=into)
    return redirect("ledger" if into else "bin")


@operator_only
@require_POST
def move_many(request: HttpRequest) -> HttpResponse:
    """Move the ticked invoices into the recycle bin, or take them out."""
    keys = request.POST.getlist("key")[:MOST_AT_ONCE]
    into = request.POST.get("into") == "1"
    if keys:
        _move(request, keys, into=into)
    else:
        messages.info(
            request, said(request, "还没有勾选发票，什么也没有动。", "Nothing was ticked; nothing was moved.")
        )
    return redirect("ledger" if into else "bin")


@operator_only
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last move of this session."""
    noted = undoing.take(request)
    if noted:
        keys, went_in = noted
        _act(request, keys, into=not went_in)
        words = (
            (f"已还原 {len(keys)} 张。", f"{len(keys)} restored.")
            if went_in
            else (f"已放回回收站 {len(keys)} 张。", f"{len(keys)} put back into the bin.")
        )
        messages.info(request, said(request, *words))
    return redirect("ledger" if noted is None or noted[1] else "bin")


def _move(request: HttpRequest, keys: Sequence[str], *, into: bool) -> None:
    moved = _act(request, keys, into=into)
    if moved:
        undoing.note(request, moved, into=into)
    words = (
        (
            f"已把 {len(moved)} 张移到回收站，可以随时还原。",
            f"{len(moved)} moved to the bin; they can be restored.",
        )
        if into
        else (f"已还原 {len(moved)} 张。", f"{len(moved)} restored.")
    )
    messages.info(request, said(request, *words), extra_tags="undo" if moved else "")


def _act(request: HttpRequest, keys: Sequence[str], *, into: bool) -> list[str]:
    act = services.move_to_bin if into else services.restore
    actor, now = request.user.get_username(), datetime.now(UTC)
    return [key for key in keys if selectors.invoice(key) and act(key=key, actor=actor, now=now)]


@operator_only
def recycle_bin(request: HttpRequest) -> HttpResponse:
    """List what lies in the recycle bin."""
    return render(request, "ledger/bin.html", {"rows": selectors.in_bin()})


@operator_only
def quarantine(request: HttpRequest) -> HttpResponse:
    """List what waits in quarantine, and try one again."""
    if request.method == "POST" and request.POST.get("id", "").isdigit():
        _retry(request, get_object_or_404(Quarantined, pk=int(request.POST["id"])))
        return redirect("quarantine")
    page = page_number(request)
    rows, more = selectors.quarantine(page)
    told = [(row, [explained(code) for code in row.reasons]) for row in rows]
    return render(request, "ledger/quarantine.html", {"rows": told, "more": more, "page": page, "query": ""})


def _retry(request: HttpRequest, row: Quarantined) -> None:
    taken = services.retry(quarantined=row.pk, now=datetime.now(UTC))
    if taken.result != "quarantined":
        messages.success(request, said(request, "已入账。", "Taken in."))
        return
    why = [explained(code) for code in (taken.reasons or row.reasons)]
    zh, en = "、".join(each.text for each in why), "; ".join(each.text_en for each in why)
    messages.info(
        request, said(request, f"仍有错误（{zh}），继续留在隔离区。", f"Still faulty ({en}); it stays here.")
    )


@operator_only
def quarantined_raw(request: HttpRequest, row: int) -> HttpResponseBase:
    """Give what waits in quarantine as it came: its file, or what the feed told."""
    found = get_object_or_404(Quarantined.objects.select_related("arrival"), pk=row)
    if found.arrival:
        return downloads.as_arrived(found.arrival)
    return downloads.as_told(found.body, f"quarantine-{found.pk}.json")
