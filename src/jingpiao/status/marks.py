"""Marks on pages (页面标记): the incidents that touched an answer, shown where the answer's page leaves room for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from jingpiao.status import telling
from jingpiao.status.marking import incidents_touching


def on_answer(context: Mapping[Any, Any], token: Any) -> str:
    """Return the mark of an answer as HTML; nothing where no incident touched it."""
    rows = incidents_touching(str(token or "")) if token else []
    if not rows:
        return ""
    told = [telling.told(row) for row in rows]
    return render_to_string("status/marks.html", {"incidents": told, "lang": context.get("lang")})
