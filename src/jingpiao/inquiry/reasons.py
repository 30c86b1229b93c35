"""Reasons (原因排序) as a page shows them: evidence for and against apart, the rest summed up as not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from fapiao.reasons import explained

LEAST = 0.01
"""A cause less likely than this is not listed; its share goes to the rest."""
RANKS = "①②③④⑤⑥⑦⑧⑨"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One cause ready to show (一条原因)."""

    rank: str
    cause: dict[str, Any]
    speaks_for: tuple[dict[str, Any], ...]
    speaks_against: tuple[dict[str, Any], ...]


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """All causes ready to show (原因): the listed ones, and the share that is left for others and not known."""

    listed: tuple[Reason, ...]
    rest: float


def reasons(answer: dict[str, Any], codes: Iterable[str] = ()) -> Reasons:
    """Return an answer's causes, most probable first. ``unknown`` is listed only where it leads.

    ``codes`` are reasons of quarantine that the evidence may name: they are put into words.
    """
    causes = [_worded(cause, tuple(codes)) for cause in answer["causes"]]
    shown = [
        cause
        for place, cause in enumerate(causes)
        if place == 0 or (cause["code"] != "unknown" and cause["probability"] >= LEAST)
    ]
    listed = tuple(_reason(place, cause) for place, cause in enumerate(shown))
    return Reasons(listed=listed, rest=max(0.0, 1 - sum(cause["probability"] for cause in shown)))


def _worded(cause: dict[str, Any], codes: tuple[str, ...]) -> dict[str, Any]:
    return cause | {"evidence": [_piece(piece, codes) for piece in cause["evidence"]]}


def _piece(piece: dict[str, Any], codes: tuple[str, ...]) -> dict[str, Any]:
    told = dict(piece)
    for words in map(explained, codes):
        told["message"] = told["message"].replace(words.code, words.text)
        told["message_en"] = told["message_en"].replace(words.code, words.text_en)
    return told


def _reason(place: int, cause: dict[str, Any]) -> Reason:
    return Reason(
        rank=RANKS[min(place, len(RANKS) - 1)],
        cause=cause,
        speaks_for=tuple(piece for piece in cause["evidence"] if piece["weight"] >= 0),
        speaks_against=tuple(piece for piece in cause["evidence"] if piece["weight"] < 0),
    )
