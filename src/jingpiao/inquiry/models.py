"""Models of inquiry (查询): answers that are kept with what they rest on, and claims that are waited for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jingpiao.columns import InstantField, KeyField


class KeptAnswer(models.Model):
    """An answer as it was given (留存的答复), under an id that cannot be guessed.

    ``asker`` is the scope it was asked in (`jingpiao.inquiry.scope`), empty for one that nobody can be recognised by;
    ``question`` names the claim as understood together with that scope, empty where the scope is. ``situation`` is what
    the answer rests on (`jingpiao.inquiry.situations`), empty where it was too large to keep.
    """

    token = models.TextField(unique=True)
    asked_at = InstantField()
    as_of = InstantField()
    asker = models.TextField(default="")
    claim = models.TextField()
    answer = models.TextField()
    existence = models.TextField()
    cause = models.TextField(default="")
    question = KeyField(default="")
    situation = models.BinaryField(default=b"")

    class Meta:
        indexes = (
            models.Index(fields=("asked_at",), name="answer_asked"),
            models.Index(
                fields=("question", "as_of"), name="answer_question", condition=Q(question__gt="")
            ),  # most strangers' answers have none
        )


class KeptPart(models.Model):
    """A part that many situations share (情形的公共部分), kept once under its digest: feeds as they stood, a feed's past.

    ``used_at`` is when an answer last named it, to within a day.
    """

    digest = KeyField(unique=True)
    body = models.BinaryField()
    used_at = InstantField()

    class Meta:
        indexes = (models.Index(fields=("used_at",), name="part_used"),)


class ExpiredAnswer(models.Model):
    """What is left of an answer that was deleted by age (到期答复的记号): that it was, when, and after how many days."""

    token = KeyField(unique=True)
    asked_at = InstantField()
    expired_at = InstantField()
    kept_days = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=("expired_at",), name="expired_at"),)


class Watch(models.Model):
    """A claim that is waited for (守候): asked again when its invoice arrives or its time has come.

    ``token`` is the answer it began with, ``newest`` the one it has come to. ``key`` is the number that an arrival is
    known by, empty where the claim has none. ``state``: ``waiting``, ``arrived``, ``ended`` when ``until`` passed, or
    ``stopped``. ``asker`` is the scope that the answer was asked in; ``by`` that of who waits, and ``origin`` a digest of
    his network address while it waits (`jingpiao.inquiry.watchers`).
    """

    token = models.TextField(unique=True)
    newest = models.TextField()
    claim = models.TextField()
    asker = models.TextField(default="")
    by = KeyField(default="")
    origin = KeyField(default="")
    key = KeyField(default="")
    state = models.TextField(default="waiting")
    made_at = InstantField()
    until = InstantField()
    next_at = InstantField()
    turned_at = InstantField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("key",), name="watch_key", condition=Q(state="waiting")),
            models.Index(fields=("next_at",), name="watch_due", condition=Q(state="waiting")),
            models.Index(fields=("by",), name="watch_by", condition=Q(state="waiting")),
            models.Index(fields=("origin",), name="watch_origin", condition=Q(state="waiting")),
        )


class Recheck(models.Model):
    """One link in the chain of a watch (复查): the answer that followed ``former``, and why it was asked for.

    ``reason``: ``arrival`` or ``time``.
    """

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="rechecks")
    former = models.TextField()
    token = models.TextField(unique=True)
    reason = models.TextField()
    at = InstantField()


class ArrivalCursor(models.Model):
    """How far the arrivals of one table have been looked through for claims that wait (到件游标)."""

    table = models.TextField(unique=True)
    seen = models.BigIntegerField(default=0)
