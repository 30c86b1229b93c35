"""Words (双语文字): both languages stand side by side in the template, so that neither can be forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from fapiao import wording
from fapiao.numbers import region as regions
from fapiao.numbers.texts import grouped
from fapiao.vocabulary import STATES, label

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: dict[str, Any], chinese: str, english: str) -> str:
    """Return the text in the page's language."""
    return english if context.get("lang") == "en" else chinese


@register.simple_tag(takes_context=True)
def told(context: dict[str, Any], row: dict[str, Any], name: str) -> str:
    """Return a value's text in the page's language: ``name`` or ``name_en``."""
    return str(row.get(f"{name}_en") or row[name]) if context.get("lang") == "en" else str(row[name])


@register.filter
def number(value: str | None) -> str:
    """Return a number in groups of four."""
    return grouped(value or "")


@register.filter
def money(value: Any) -> str:
    """Return an amount with thousands separated."""
    return "—" if value in (None, "") else f"{float(value):,.2f}"


@register.filter
def percent(value: float) -> str:
    """Return a share as whole percent."""
    return f"{value:.0%}"


@register.filter
def share(value: float) -> int:
    """Return a share as a whole number of hundred."""
    return round(value * 100)


@register.filter
def region(value: str | None) -> str:
    """Return a region's name."""
    return regions.name(value) if value else "—"


@register.filter
def kind(value: str | None) -> str:
    """Return a kind's official name."""
    return label(value) or "—"


@register.filter
def state(value: str) -> str:
    """Return a validity word for people."""
    return STATES.get(value, STATES["unknown"])[0]


@register.filter
def when(value: Any) -> str:
    """Return a moment or an RFC 3339 text as Beijing time."""
    if not value:
        return "—"
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    local = moment.astimezone(wording.BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
def lag(seconds: int | None) -> str:
    """Return a lag for people."""
    return "—" if seconds is None else wording.span(seconds)
