"""Regions (地区): how each stands by the feeds that bring its ordinary invoices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fapiao.numbers.region import REGIONS
from fapiao.vocabulary import KINDS
from jingpiao.status.rules import worst_of

ORDINARY = {"81", "82"}
"""What most invoices are: 数电 special and ordinary ones."""


def regions_of(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every region with the worst state of the complete feeds that carry it; ``none`` where no feed does."""
    return [_region(region, names, rows) for region, names in REGIONS.items()]


def _region(region: str, names: tuple[str, str], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Judge a region by the feeds of its ordinary invoices: one of a few special kinds, such as rail tickets, says nothing of them."""
    able = [row for row in rows if row["complete"] and (not row["regions"] or region in row["regions"])]
    carrying = [row for row in able if not row["kinds"] or ORDINARY & set(row["kinds"])]
    only = sorted({kind for row in able for kind in row["kinds"]}) if able and not carrying else []
    return {
        "region": region,
        "label": names[0],
        "label_en": names[1],
        "state": worst_of(row["state"] for row in carrying) if carrying else "none",
        "lag_seconds": most(row["lag_seconds"] for row in carrying),
        "day_lag_p95": most((row.get("day") or {}).get("lag_p95") for row in carrying),
        "month_lag_p95": most((row.get("month") or {}).get("lag_p95") for row in carrying),
        "feeds": [row["feed"] for row in carrying or able],
        "only_kinds": only,
    }


def partly(regions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the regions of which only some kinds come, those with the same kinds together."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for region in regions:
        if region["only_kinds"]:
            found.setdefault(tuple(region["only_kinds"]), []).append(region)
    return [
        {
            "kinds": "、".join(KINDS[kind].label for kind in kinds),
            "kinds_en": ", ".join(KINDS[kind].label_en for kind in kinds),
            "regions": "、".join(each["label"] for each in alike),
            "regions_en": ", ".join(each["label_en"] for each in alike),
        }
        for kinds, alike in found.items()
    ]


def most(values: Iterable[float | None]) -> float | None:
    """Return the greatest of those that are known."""
    return max((value for value in values if value is not None), default=None)
