"""Wording (措辞): moments and spans as people read them, in Beijing time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def moment(when: datetime) -> str:
    """Return a moment in Chinese: ``11月24日 10:42``."""
    local = when.astimezone(BEIJING)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def moment_en(when: datetime) -> str:
    """Return a moment in English: ``24 Nov 10:42``."""
    local = when.astimezone(BEIJING)
    return f"{local.day} {local:%b %H:%M}"


def span(seconds: float) -> str:
    """Return a length of time in Chinese: ``41 分钟``, ``3 小时``, ``2 天``."""
    minutes = max(0, round(seconds / 60))
    if minutes < 120:
        return f"{minutes} 分钟"
    return f"{round(minutes / 60)} 小时" if minutes < 2880 else f"{round(minutes / 1440)} 天"


def span_en(seconds: float) -> str:
    """Return a length of time in English: ``41 min``, ``3 h``, ``2 days``."""
    minutes = max(0, round(seconds / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 2880 else f"{round(minutes / 1440)} days"
