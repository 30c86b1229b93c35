"""Long bodies (长请求体): deliveries and batches, which are longer than a form may be."""

from __future__ import annotations

from django.http import HttpRequest

from jingpiao.api.problem import ApiProblem

MOST_BYTES = 64 * 2**20
"""The longest body of JSON Lines, in bytes: 100,000 claims or events with every field."""


def long_body(request: HttpRequest, most: int = MOST_BYTES) -> bytes:
    """Return a body of up to ``most`` bytes, past the limit that holds for forms. Errors: `too-large`."""
    data = request.read(most + 1)
    if len(data) > most:
        raise ApiProblem("too-large", f"At most {most // 2**20} MiB a request.")
    return bytes(data)
