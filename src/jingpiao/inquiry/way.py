"""The way of an invoice (发票的路): issued → uploaded → delivered → here, and the place where this one is."""

from __future__ import annotations

from typing import Any

STEPS = (("开具", "issued"), ("上传", "uploaded"), ("交付", "delivered"), ("入库", "here"))
_PLACES = {
    "never-uploaded": (1, "broken"),
    "sync-delay": (2, "at"),
    "too-early": (2, "at"),
    "source-outage": (2, "broken"),
    "external-service": (2, "broken"),
    "policy": (2, "broken"),
    "refused": (3, "broken"),
    "platform-fault": (3, "broken"),
    "not-imported": (3, "broken"),
}


def way(answer: dict[str, Any]) -> list[dict[str, str]]:
    """Return the four steps with their state (``done``, ``at``, ``broken``, empty); nothing where no way can be told."""
    if answer["existence"] == "found":
        return [_step(place, "done") for place in range(4)]
    top = answer["causes"][0]["code"] if answer["causes"] else ""
    if top not in _PLACES:
        return []
    at, state = _PLACES[top]
    return [_step(place, "done" if place < at else state if place == at else "") for place in range(4)]


def _step(place: int, state: str) -> dict[str, str]:
    signs = {"done": "●", "at": "◌", "broken": "✕", "": "○"}
    zh, en = STEPS[place]
    return {"label": zh, "label_en": en, "state": state, "sign": signs[state]}
