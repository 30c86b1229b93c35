"""Bodies (请求正文): a long body of lines read with a limit of its own, and how deep what was sent may nest."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jingpiao.api.problem import ApiProblem

MOST_BYTES = 64 * 2**20
"""Bytes of a body of lines: room for 100,000 claims or events with every field."""
DEEPEST = 64
"""Levels of nesting taken in; what is kept has to be read again by others, from deeper in their own work."""


def lines_body(request: HttpRequest) -> bytes:
    """Return a body of lines, whatever its declared length says. Errors: `too-large` over 64 MB."""
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > MOST_BYTES:
        raise ApiProblem("too-large", f"At most {MOST_BYTES // 2**20} MB a request; send it in parts.")
    data = bytes(request.read(MOST_BYTES + 1))
    if len(data) > MOST_BYTES:
        raise ApiProblem("too-large", f"At most {MOST_BYTES // 2**20} MB a request; send it in parts.")
    return data


def too_deep(text: bytes, told: Any) -> bool:
    """Tell whether a decoded text nests deeper than is taken in; ``text`` spares flat ones the walk."""
    return text.count(b"[") + text.count(b"{") > DEEPEST and _depth(told) > DEEPEST


def _depth(told: Any) -> int:
    """Return how many levels a value nests; level by level, so that no depth is too much for it."""
    depth, level = 0, [told]
    while level:
        depth += 1
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return depth
