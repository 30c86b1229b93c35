"""Selectors of inquiry (查询): answers given earlier, and the mood in which a page shows one."""

from __future__ import annotations

from typing import Any

from jingpiao.inquiry.models import KeptAnswer

WAITING = {"sync-delay", "too-early", "source-outage", "platform-fault", "external-service"}
"""Causes at which the asker has nothing to do but wait."""


def kept_answer(token: str) -> KeptAnswer | None:
    """Return an earlier answer by its token, or ``None``."""
    return KeptAnswer.objects.filter(token=token).first()


def answer_mood(told: dict[str, Any]) -> str:
    """Return an answer's mood: ``here`` all is well, ``wait`` time mends it, ``act`` somebody has to do something."""
    if told["existence"] == "found":
        return "here" if not told["causes"] and told["validity"] == "normal" else "act"
    return "wait" if told["causes"] and told["causes"][0]["code"] in WAITING else "act"


def can_export_again(told: dict[str, Any]) -> bool:
    """Tell whether the first cause is that the asker's newest export is older than the invoice."""
    return any(piece["code"] == "export-again" for cause in told["causes"][:1] for piece in cause["evidence"])


def can_wait(told: dict[str, Any]) -> bool:
    """Tell whether waiting can help: some cause gives a time by which the invoice will have come."""
    return told["existence"] != "found" and any(cause["recheck_at"] for cause in told["causes"])


CORRECT_FIRST = {"typed-wrong", "malformed", "outside-window"}
LOOK_FIRST = {"suspected-fake", "unknown"}


def first_offer(told: dict[str, Any]) -> str:
    """Return which button leads: ``correct`` what was typed, ``look`` at the national platform, or ``wait``.

    To ask the same again, or to be told when it comes, helps nobody whose number cannot be.
    """
    top = told["causes"][0]["code"] if told["causes"] else ""
    if top in CORRECT_FIRST:
        return "correct"
    return "look" if top in LOOK_FIRST else "wait"
