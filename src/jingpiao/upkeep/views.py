"""Views of upkeep (运维页面): how well calibrated the answers are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jingpiao.ui.access import operator_only
from jingpiao.upkeep import selectors


@operator_only
def calibration(request: HttpRequest) -> HttpResponse:
    """Show the newest backtest: reliability, Brier, confusion, by feed and by kind, and what was learned."""
    newest = selectors.newest_backtest()
    parts = [_part(name, newest.report[name]) for name in ("kept", "recomputed")] if newest else []
    learning = selectors.learning_shown(newest.report.get("learning")) if newest else None
    context = {"newest": newest, "parts": parts, "side": selectors.SIDE, "learning": learning}
    return render(request, "upkeep/calibration.html", context)


def _part(name: str, part: dict[str, Any]) -> dict[str, Any]:
    return part | {
        "name": name,
        "points": selectors.diagram(part["reliability"]),
        "table": selectors.confusion_table(part["confusion"]),
        "waiting": sum(part["unjudged"].values()),
        "groups": [("feed", part["feeds"]), ("kind", part["kinds"])],
    }
