"""Paging of lists (翻页): the page number that an address asks for, and the address of the others."""

from __future__ import annotations

from django.http import HttpRequest

MOST_PAGE = 100_000


def page_number(request: HttpRequest) -> int:
    """Return the asked page, 1 where the address names none or nonsense."""
    told = request.GET.get("page", "1")
    return min(MOST_PAGE, max(1, int(told))) if told.isascii() and told.isdigit() else 1


def query_without(request: HttpRequest, *names: str) -> str:
    """Return the address's query without these names, encoded."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
