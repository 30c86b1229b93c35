"""Views of moving (移动页面): into the recycle bin and out of it, one or many, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jingpiao.ledger import selectors, services, undoing
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import said

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
