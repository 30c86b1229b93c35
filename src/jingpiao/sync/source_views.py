"""Pages of sources (来源页面), for operators: every connection, one connection with its form, adding, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fapiao.errors import FapiaoError
from fapiao.format import MOST_BYTES
from jingpiao.sync import connecting, connections, documents
from jingpiao.sync.configuration import MASK, Field, SettingsError, Slip, fields
from jingpiao.sync.models import Connection
from jingpiao.sync.source import SOURCES, Source
from jingpiao.ui.access import operator_only
from jingpiao.ui.context import language


@operator_only
def sources(request: HttpRequest) -> HttpResponse:
    """Show every connection, those in trouble first."""
    now = datetime.now(UTC)
    context = {
        "rows": connections.rows(now),
        "pushing": connections.unconnected(now),
        "kinds": SOURCES.values(),
    }
    return render(request, "sync/sources.html", context)


@operator_only
def add(request: HttpRequest) -> HttpResponse:
    """Add a connection: the kind first, then its form."""
    member = SOURCES.get(request.POST.get("member") or request.GET.get("member", ""))
    if member is None:
        return render(request, "sync/source_add.html", {"kinds": SOURCES.values()})
    slips: dict[str, Slip] = {}
    if request.method == "POST":
        try:
            made = connecting.add(
                key=request.POST.get("key", "").strip(),
                member=member.key,
                feed=request.POST.get("feed", "").strip(),
                given=_given(request, member),
                label=request.POST.get("label", ""),
                every_seconds=_seconds(request),
                now=datetime.now(UTC),
            )
        except SettingsError as slip:
            slips = slip.slips
        else:
            return redirect("source", key=made.key)
    context = {
        "member": member,
        "fetched": member.collect is not None,  # templates would call it
        "told": request.POST or request.GET,
        "slips": slips,
        "form": _form(member, request, slips),
    }
    return render(request, "sync/source_add.html", context, status=422 if slips else 200)


@operator_only
def source(request: HttpRequest, key: str) -> HttpResponse:
    """Show one connection, and take changes of its settings."""
    connection = _connection(key)
    member, slips = SOURCES.get(connection.member), dict[str, Slip]()
    if request.method == "POST" and member:
        try:
            connecting.change(
                key=key,
                given=_given(request, member),
                label=request.POST.get("label", ""),
                every_seconds=_seconds(request),
                now=datetime.now(UTC),
            )
        except SettingsError as slip:
            slips = slip.slips
        else:
            _say(request, "设置已保存，马上来访", "Saved; the source is visited at once")
            return redirect("source", key=key)
    return _page(request, connection, member, slips)


def _page(
    request: HttpRequest, connection: Connection, member: Source[Any] | None, slips: dict[str, Slip]
) -> HttpResponse:
    now = datetime.now(UTC)
    context = {
        "row": connections.row(connection, now),
        "member": member,
        "fetched": bool(member and member.collect),
        "slips": slips,
        "told": request.POST or {"label": connection.label, "every_seconds": connection.every_seconds},
        "form": _form(member, request, slips, connection.settings) if member else [],
        "hours": connections.throughput(connection, now),
        "visits": connections.visits(connection),
    }
    return render(request, "sync/source.html", context, status=422 if slips else 200)


@operator_only
@require_POST
def act(request: HttpRequest, key: str) -> HttpResponse:
    """Do one thing to a connection: probe, pause, resume, retry, rewind, upload."""
    connection = _connection(key)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise Http404
    action(request, connection)
    return redirect("source", key=key)


def _probe(request: HttpRequest, connection: Connection) -> None:
    health = connecting.probe(connection.key)
    took = f"（{health.took_ms} ms）"
    text = f"{health.message}{took}", f"{health.message_en} ({health.took_ms} ms)"
    _say(request, *text, level=messages.SUCCESS if health.ok else messages.ERROR)


def _pause(request: HttpRequest, connection: Connection) -> None:
    connecting.pause(connection.key, now=datetime.now(UTC))
    _say(request, "已暂停", "Paused")


def _resume(request: HttpRequest, connection: Connection) -> None:
    connecting.resume(connection.key, now=datetime.now(UTC))
    _say(request, "已恢复，马上来访", "Resumed; the source is visited at once")


def _retry(request: HttpRequest, connection: Connection) -> None:
    connecting.retry(connection.key, now=datetime.now(UTC))
    _say(request, "马上来访，请稍后刷新", "It is visited at once; reload in a moment")


def _rewind(request: HttpRequest, connection: Connection) -> None:
    connecting.rewind(connection.key, now=datetime.now(UTC))
    _say(
        request,
        "将从头再取；已有的不会重复入库",
        "It is read from the start; what is held already changes nothing",
    )


def _upload(request: HttpRequest, connection: Connection) -> None:
    files = request.FILES.getlist("file")
    member = SOURCES.get(connection.member)
    if not (member and member.uploads) or connection.paused or not files:
        _say(request, "没有收到文件，或已暂停", "No file came, or the source is paused", level=messages.ERROR)
    elif any((file.size or 0) > MOST_BYTES for file in files):
        _say(request, "文件过大，请拆分后再传", "A file is too large; split it", level=messages.ERROR)
    else:
        by = request.user.get_username()
        batch = documents.upload(files, connection=connection, by=by, now=datetime.now(UTC))
        _say(request, f"已开始导入 #{batch.pk}", f"Import #{batch.pk} has begun")


ACTIONS: dict[str, Callable[[HttpRequest, Connection], None]] = {
    "probe": _probe,
    "pause": _pause,
    "resume": _resume,
    "retry": _retry,
    "rewind": _rewind,
    "upload": _upload,
}


def _connection(key: str) -> Connection:
    try:
        return connecting.connection_of(key)
    except FapiaoError:
        raise Http404 from None


def _say(request: HttpRequest, chinese: str, english: str, *, level: int = messages.SUCCESS) -> None:
    messages.add_message(request, level, english if language(request) == "en" else chinese)


def _seconds(request: HttpRequest) -> int:
    text = request.POST.get("every_seconds", "60").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _given(request: HttpRequest, member: Source[Any]) -> dict[str, str]:
    return {field.name: request.POST.get(f"set-{field.name}", "") for field in fields(member)}


def _form(
    member: Source[Any],
    request: HttpRequest,
    slips: Mapping[str, Slip],
    kept: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    return [
        {"field": field, "value": _value(field, request, kept), "slip": slips.get(field.name), "mask": MASK}
        | {"held": bool(field.secret and kept and kept.get(field.name))}
        for field in fields(member)
    ]


def _value(field: Field, request: HttpRequest, kept: Mapping[str, Any] | None) -> Any:
    """Return what a field shows: what was typed, else what is kept; of a secret never anything."""
    if field.secret:
        return ""
    if request.method == "POST":
        return request.POST.get(f"set-{field.name}", "")
    value = kept.get(field.name, field.default) if kept else field.default
    return "\n".join(value) if isinstance(value, list | tuple) else ("" if value is None else value)
