"""Selectors of upkeep (运维): the newest backtest, as the calibration page shows it."""

from __future__ import annotations

from typing import Any

from fapiao.cause import CAUSES
from jingpiao.upkeep.comparing import NAMED
from jingpiao.upkeep.models import Backtest

SIDE = 300
"""The side of the reliability diagram, in its own units."""


def newest_backtest() -> Backtest | None:
    """Return the newest backtest, ``None`` before the first."""
    return Backtest.objects.order_by("-made_at", "-id").first()


def diagram(bands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reliability diagram's points: said to the right, right upwards, the size by how many."""
    most = max((band["count"] for band in bands), default=1)
    return [
        {
            "x": round(SIDE * band["said"], 1),
            "y": round(SIDE * (1 - band["right"]), 1),
            "r": round(3 + 9 * (band["count"] / most) ** 0.5, 1),
            **band,
        }
        for band in bands
    ]


def confusion_table(confusion: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the confusion as a table: told causes across, true ones down, with the share that was right."""
    heads = sorted({row["told"] for row in confusion} | {row["truth"] for row in confusion})
    counts = {(row["truth"], row["told"]): row["count"] for row in confusion}
    rows = []
    for truth in heads:
        cells = [counts.get((truth, told), 0) for told in heads]
        if sum(cells):
            right = counts.get((truth, truth), 0)
            rows.append({"truth": truth, "cells": cells, "share": right / sum(cells)})
    return {"heads": heads, "rows": rows}


def learning_shown(learning: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what a backtest says of learning with the words people read; ``None`` for one from before anything was."""
    if learning is None:
        return None
    held = learning["held_back"]
    sets = [{"zh": zh, "en": en, **held[name]} for name, zh, en in NAMED]
    return learning | {"sets": sets, "weights": [row | _labels(row["cause"]) for row in learning["weights"]]}


def _labels(code: str) -> dict[str, str]:
    """Return a cause's labels; the code itself for one that is no longer there."""
    cause = CAUSES.get(code)
    return {"label": cause.label, "label_en": cause.label_en} if cause else {"label": code, "label_en": code}
