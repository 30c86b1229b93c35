"""Reasons in a template (隔离原因): the words for why something waits, in the page's language."""

from __future__ import annotations

from typing import Any

from django import template

from jingpiao.ledger import reasons

register = template.Library()


@register.simple_tag(takes_context=True)
def reason(context: dict[str, Any], code: str) -> str:
    """Return a reason's words."""
    return reasons.reason(code, "en" if context.get("lang") == "en" else "zh")
