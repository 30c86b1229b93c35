"""Moments and spans in the page's language (时刻与时长): ``{% at moment %}``, ``{% lasting seconds %}``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django import template

from fapiao import wording

register = template.Library()


@register.simple_tag(takes_context=True)
def at(context: dict[str, Any], value: datetime | str | None) -> str:
    """Return a moment in Beijing time; a dash where it is not known."""
    if not value:
        return "—"
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    local = moment.astimezone(wording.BEIJING)
    if context.get("lang") == "en":
        return f"{local.day} {local:%b %Y %H:%M}"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@register.simple_tag(takes_context=True)
def lasting(context: dict[str, Any], seconds: float | Literal[""] | None) -> str:
    """Return a span, under two minutes in seconds; a dash where it is not known."""
    if seconds is None or seconds == "":  # a template gives "" for what is not there
        return "—"
    english = context.get("lang") == "en"
    if seconds < 120:
        return f"{seconds:.0f} s" if english else f"{seconds:.0f} 秒"
    return wording.span_en(seconds) if english else wording.span(seconds)
