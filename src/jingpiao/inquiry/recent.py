"""Recent questions (最近的提问) of this browser session: tokens of answers, in the session alone, never in an address."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest

from jingpiao.inquiry.models import KeptAnswer

KEY, MOST = "asked", 8


def note(request: HttpRequest, token: str) -> None:
    """Put an answer in front of this session's list."""
    older = [each for each in request.session.get(KEY, []) if each != token]
    request.session[KEY] = [token, *older][:MOST]


def forget(request: HttpRequest) -> None:
    """Empty this session's list, for a machine that others use too."""
    request.session.pop(KEY, None)


def recent(request: HttpRequest) -> list[dict[str, Any]]:
    """Return this session's answers, newest first; of one number only the newest."""
    tokens = request.session.get(KEY, [])
    if not tokens:
        return []
    kept = {each.token: each for each in KeptAnswer.objects.filter(token__in=tokens)}
    told = [msgspec.json.decode(kept[token].answer) for token in tokens if token in kept]
    newest = {(each["asked"].get("code"), each["asked"].get("number")): each for each in reversed(told)}
    return [each for each in told if each in newest.values()]
