"""Models of inquiry (查询): answers that are kept, so that each can be shown and explained again."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class KeptAnswer(models.Model):
    """An answer as it was given (留存的答复), under an id that cannot be guessed."""

    token = models.TextField(unique=True)
    asked_at = InstantField()
    as_of = InstantField()
    asker = models.TextField(default="")
    claim = models.TextField()
    answer = models.TextField()
    existence = models.TextField()
    cause = models.TextField(default="")

    class Meta:
        indexes = (models.Index(fields=("asked_at",), name="answer_asked"),)
