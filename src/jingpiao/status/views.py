"""Views of status (状态页面): the public page, an incident, the feed of incidents; all of them without the database too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from jingpiao.status import atom, board, drawing
from jingpiao.status.incidents import add_words
from jingpiao.status.lines import measuring
from jingpiao.status.models import Incident
from jingpiao.status.regions import partly
from jingpiao.ui.access import operator_only, public

MOST_WORDS = 2_000


@public
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Show the public status; asked for by the page itself, only its changing part."""
    context = _board(request)
    for row in context["feeds"]:
        row["drawn"] = drawing.course(row.get("course") or [])
    context["tiles"] = drawing.tiles(context["regions"])
    context["covered"] = [tile for tile in context["tiles"] if tile["state"] != "none"]
    context["partly"] = partly(context["tiles"])
    context["uncovered"] = [tile for tile in context["tiles"] if not tile["feeds"]]
    context["opened"] = [each for each in context["incidents"] if not each["closed_at"]]
    context["past"] = [each for each in context["incidents"] if each["closed_at"]]
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "status/board.html" if fragment else "status/status.html", context)


@public
@require_GET
def incident(request: HttpRequest, incident: int) -> HttpResponse:
    """Show one incident with every word on it."""
    context = _board(request)
    found = next((each for each in context["incidents"] if each["id"] == incident), None)
    if found is None:
        raise Http404
    return render(request, "status/incident.html", context | {"incident": found, "most": MOST_WORDS})


@operator_only
@require_POST
def words(request: HttpRequest, incident: int) -> HttpResponse:
    """Add an operator's words to an incident; its state stays what was measured."""
    row = get_object_or_404(Incident, pk=incident)
    text = request.POST.get("text", "").strip()[:MOST_WORDS]
    if text:
        add_words(
            row,
            text=text,
            text_en=request.POST.get("text_en", "")[:MOST_WORDS],
            by=request.user.get_username(),
            now=datetime.now(UTC),
        )
    return redirect("incident", incident=incident)


@public
@require_GET
def incidents_atom(request: HttpRequest) -> HttpResponse:
    """Give the incidents as an Atom feed, every word an update."""
    told = board.seen_now(now=datetime.now(UTC), how=measuring())
    body = atom.incidents(told["incidents"], base=request.build_absolute_uri("/"), now=told["now"])
    return HttpResponse(body, content_type=atom.CONTENT_TYPE)


def _board(request: HttpRequest) -> dict[str, Any]:
    """Return the board; while the database is away nobody is asked who they are, because that would ask the database."""
    how = measuring()
    told = board.seen_now(now=datetime.now(UTC), how=how)
    if told["source"] == "snapshot":
        request.user = AnonymousUser()
    return told | {"poll": max(1, min(30, round(how.beat / 2)))}
