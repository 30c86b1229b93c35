"""This process's timeline (本进程时间线), brought up to the newest journal entry whenever it is asked for."""

from __future__ import annotations

import threading

from django.db import connection

from jingpiao import sql
from jingpiao.sync.timeline import Timeline

_timelines: dict[str, tuple[tuple[int, int], Timeline]] = {}
_NEWEST = (
    "SELECT COALESCE(MAX(id), 0), (SELECT COALESCE(MAX(id), 0) FROM sync_lesson) FROM ledger_journalentry"
)
_refreshing = threading.Lock()
"""Threads share a timeline: two that read the same new rows would count them twice."""


def current_timeline() -> Timeline:
    """Return the timeline of the present database, up to date."""
    name = f"{connection.settings_dict['HOST']}/{connection.settings_dict['NAME']}"
    with _refreshing:
        newest = sql.rows(_NEWEST)[0]
        seen, timeline = _timelines.get(name, ((-1, -1), Timeline()))
        if seen[0] > newest[0]:  # another database under the same name: begin anew
            timeline = Timeline()
        if seen != newest:
            timeline.refresh()
            _timelines[name] = newest, timeline
    return timeline


def forget() -> None:
    """Forget what is known of every database (after one was emptied under a living process)."""
    _timelines.clear()
