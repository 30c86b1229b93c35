"""Undoing (撤销): the last move of this session, so that one press takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

KEY = "last-move"


def note(request: HttpRequest, keys: Sequence[str], *, into: bool) -> None:
    """Note a move that may be taken back."""
    request.session[KEY] = {"keys": list(keys), "into": into}


def take(request: HttpRequest) -> tuple[list[str], bool] | None:
    """Return the noted move and forget it: keys, and whether they went into the bin."""
    noted = request.session.pop(KEY, None)
    return (noted["keys"], noted["into"]) if noted else None
