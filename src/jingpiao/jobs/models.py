"""Models of jobs (任务): when each piece of scheduled work is next due, and who is at it."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class Turn(models.Model):
    """The turn of one piece of scheduled work (轮次).

    ``holder`` has it until ``lease_until``; a worker that died leaves a lease that runs out, and the next takes over.
    """

    name = models.TextField(unique=True)
    due_at = InstantField()
    holder = models.TextField(default="")
    lease_until = InstantField(null=True)
    finished_at = InstantField(null=True)
    failures = models.IntegerField(default=0)
    error = models.TextField(default="")
