"""Views of verification (外部查验页面), for operators: the service with its form, what it said lately, what is left today."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jingpiao.sync.configuration import SettingsError, Slip, fields
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import said
from jingpiao.verification import selectors, setting_up
from jingpiao.verification.models import Setup
from jingpiao.verification.service import VARIABLE
from jingpiao.verification.verifier import VERIFIERS, Verifier


@operator_only
def verification(request: HttpRequest) -> HttpResponse:
    """Show the outside service, and take changes of its settings."""
    held, slips = setting_up.held(), dict[str, Slip]()
    member = VERIFIERS.get(request.POST.get("verifier", "")) or VERIFIERS.get(held.verifier if held else "")
    member = member or next(iter(VERIFIERS.values()))
    if request.method == "POST":
        try:
            setting_up.save(
                verifier=member.key,
                given=_given(request, member),
                same_day="same_day" in request.POST,
                now=datetime.now(UTC),
            )
        except SettingsError as slip:
            slips = slip.slips
        else:
            messages.success(request, said(request, "设置已保存。", "Saved."))
            return redirect("verification-setup")
    now = datetime.now(UTC)
    context = {
        "held": held,
        "member": {"key": member.key, "label": member.label, "label_en": member.label_en},
        "form": _form(member, request, slips, held),
        "slips": slips,
        "file": os.environ.get(VARIABLE, "") if held is None else "",
        "outcomes": selectors.outcomes(),
        "today": selectors.today(now),
        "quota": selectors.asked_today(now),
    }
    return render(request, "verification/setup.html", context, status=422 if slips else 200)


@operator_only
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do one thing to the service: probe, pause, resume, remove."""
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None or setting_up.held() is None:
        raise Http404
    action(request)
    return redirect("verification-setup")


def _probe(request: HttpRequest) -> None:
    health = setting_up.probe()
    level = messages.SUCCESS if health.ok else messages.ERROR
    messages.add_message(request, level, said(request, f"{health.message}。", f"{health.message_en}."))


def _pause(request: HttpRequest) -> None:
    setting_up.pause(now=datetime.now(UTC))
    messages.info(request, said(request, "已暂停，不再向外查询。", "Paused: nothing is asked outside."))


def _resume(request: HttpRequest) -> None:
    setting_up.resume(now=datetime.now(UTC))
    messages.info(request, said(request, "已恢复。", "Resumed."))


def _remove(request: HttpRequest) -> None:
    setting_up.remove(now=datetime.now(UTC))
    messages.info(request, said(request, "已移除，密钥也已删除。", "Removed, with its secrets."))


ACTIONS: dict[str, Callable[[HttpRequest], None]] = {
    "probe": _probe,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}


def _given(request: HttpRequest, member: Verifier[Any]) -> dict[str, str]:
    return {field.name: request.POST.get(f"set-{field.name}", "") for field in fields(member)}


def _form(
    member: Verifier[Any], request: HttpRequest, slips: dict[str, Slip], held: Setup | None
) -> list[dict[str, Any]]:
    kept = held.settings if held and held.verifier == member.key else {}
    return [
        {
            "field": field,
            "slip": slips.get(field.name),
            "held": bool(field.secret and kept.get(field.name)),
            "value": ""
            if field.secret
            else request.POST.get(f"set-{field.name}", kept.get(field.name, field.default or "")),
        }
        for field in fields(member)
    ]
