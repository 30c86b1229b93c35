"""Models of announcements (公告)."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class Announcement(models.Model):
    """A statement (公告) about kinds, regions and functions, in force from ``starts_at`` until ``ends_at``.

    Empty lists mean all. ``functions``: ``query``, ``verify``, ``issue``, ``import``. A later row with the same
    ``event_id`` replaces the earlier from its ``known_at`` on.
    """

    event_id = models.TextField()
    feed = models.TextField(default="")
    title = models.TextField()
    body = models.TextField(default="")
    kinds = models.JSONField(default=list)
    regions = models.JSONField(default=list)
    functions = models.JSONField(default=list)
    starts_at = InstantField()
    ends_at = InstantField(null=True)
    known_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("known_at",), name="announcement_known"),)
