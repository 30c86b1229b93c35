"""The tag for codes (代码链接): ``{% explained "checks" code %}`` shows a code and leads to the page that explains it."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingpiao.ui.catalogue import CATALOGUES

register = template.Library()


@register.simple_tag
def explained(kind: str, code: str) -> SafeString:
    """Return a code as a link to its page; a code that has none stands as it is.

    >>> explained("checks", "day")
    '<a href="/docs/checks/day"><code>day</code></a>'
    """
    if code in _codes(kind):
        return format_html('<a href="/docs/{}/{}"><code>{}</code></a>', kind, code, code)
    return format_html("<code>{}</code>", code)


@cache
def _codes(kind: str) -> frozenset[str]:
    return frozenset(CATALOGUES[kind][2]())
