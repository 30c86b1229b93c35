"""Views of the toolkit (公共页面): language, type size, help, health."""

from __future__ import annotations

from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jingpiao.ui.access import public
from jingpiao.ui.catalogue import CATALOGUES
from jingpiao.ui.context import LANGUAGE, LARGE

YEAR = 365 * 86400


@public
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language or type size in a cookie, and go back."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    reply = HttpResponseRedirect(back)
    for name, values in ((LANGUAGE, ("zh", "en")), (LARGE, ("0", "1"))):
        if request.POST.get(name) in values:
            reply.set_cookie(name, request.POST[name], max_age=YEAR, samesite="Lax", httponly=True)
    return reply


@public
def guide(request: HttpRequest) -> HttpResponse:
    """Show the help page."""
    return render(request, "ui/guide.html")


@public
def catalogue(request: HttpRequest, kind: str) -> HttpResponse:
    """List every code of one kind."""
    entries = CATALOGUES[kind][2]().values()
    return render(request, "ui/catalogue.html", {**_heading(kind), "entries": entries})


@public
def code(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Explain one code: the address that a problem's ``type`` gives."""
    entry = CATALOGUES[kind][2]().get(code)
    if entry is None:
        raise Http404
    return render(request, "ui/code.html", {**_heading(kind), "entry": entry})


def _heading(kind: str) -> dict[str, object]:
    kinds = [{"kind": each, "name": zh, "name_en": en} for each, (zh, en, _) in CATALOGUES.items()]
    return {"kind": kind, "kinds": kinds, "heading": next(each for each in kinds if each["kind"] == kind)}


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process lives."""
    return JsonResponse({"ok": True})


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True})
