"""Events of an official export (官方导出事件): a declaration of its feed, and a watermark that carries the export itself.

The watermark event has one more field, ``export``: ``{"tax_id", "direction", "kind", "from", "to", "made_by"}``; its
``complete_to`` is the moment of export. Only the feed that is named after taxpayer and direction may tell one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fapiao.official_export import Export, feed_key
from jingpiao.columns import to_micros
from jingpiao.sync.event import Event, LineError, moment

EXPORT_COLUMNS = (
    "feed",
    "tax_id",
    "direction",
    "kind",
    "period_from",
    "period_to",
    "exported_at",
    "made_by",
    "known_at",
)
WAYS = {"received": ("取得发票", "received"), "issued": ("开具发票", "issued")}


def events_of(export: Export, *, digest: str, now: datetime) -> list[dict[str, Any]]:
    """Return the two events that tell of an export; ``digest`` names its file, so that the same file tells it once."""
    zh, _ = WAYS[export.direction]
    declared = {
        "feed": export.feed,
        "at": now.isoformat(),
        "type": "feed",
        "id": f"declared:{digest}",
        "label": f"{export.name or export.tax_id} {zh}（官方导出）",
        "regions": [],
        "kinds": [],
        "since": export.period_from.isoformat(),
        "same_day": True,
        "every_seconds": None,
        "complete": False,
    }
    mark = {
        "feed": export.feed,
        "at": now.isoformat(),
        "type": "watermark",
        "id": f"exported:{digest}",
        "complete_to": export.exported_at.isoformat(),
        "export": {
            "tax_id": export.tax_id,
            "direction": export.direction,
            "kind": export.kind,
            "from": export.period_from.isoformat(),
            "to": export.period_to.isoformat(),
            "made_by": export.exported_by,
        },
    }
    return [declared, mark]


def official_export(event: Event) -> tuple[Any, ...]:
    """Return the row of an export that a watermark tells. Errors: `LineError`."""
    told = event.told["export"]
    if event.type != "watermark" or not isinstance(told, dict):
        raise LineError("export belongs to a watermark")
    tax_id, direction = str(told.get("tax_id") or ""), told.get("direction")
    if not isinstance(direction, str) or direction not in WAYS or event.feed != feed_key(tax_id, direction):
        raise LineError("an export is told by the feed of its taxpayer and direction only")
    made = moment(event.told["complete_to"], "complete_to")
    if made is None:
        raise LineError("an export has a moment")
    return (
        event.feed,
        tax_id,
        direction,
        "deduction" if told.get("kind") == "deduction" else "full",
        _day(told.get("from"), "export.from"),
        _day(told.get("to"), "export.to"),
        to_micros(min(made, event.known_at)),
        str(told.get("made_by") or "arrival"),
        to_micros(event.known_at),
    )


def _day(value: Any, name: str) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise LineError(f"{name} is not a date: {value!r}") from None
