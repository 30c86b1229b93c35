"""The tag for slots (插槽标签): ``{% slot "answer" token %}`` shows what rooms above have to say here."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from jingpiao.ui import slots

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: template.Context, name: str, subject: Any = None) -> SafeString:
    """Return what fills a slot for this subject; each filling renders a template of its own, escaped as ever."""
    return mark_safe(slots.filled(name, dict(context.flatten()), subject))  # noqa: S308
