"""Setting the room up (状态模块): what it has to say on other rooms' pages."""

from __future__ import annotations

from django.apps import AppConfig


class StatusConfig(AppConfig):
    """The status room (运行状态)."""

    name = "jingpiao.status"

    def ready(self) -> None:
        """Register the marks of incidents for answer pages, and that open incidents need the answers they marked."""
        from jingpiao.inquiry.retention import hold
        from jingpiao.status.marking import MARKED_BY_AN_OPEN_INCIDENT
        from jingpiao.status.marks import on_answer
        from jingpiao.ui.slots import fill

        fill("answer", on_answer)
        hold(MARKED_BY_AN_OPEN_INCIDENT)
