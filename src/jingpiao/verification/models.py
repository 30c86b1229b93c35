"""Models of verification (查验): what was asked outside and what came back; how often each invoice was asked for today."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField, KeyField


class Asking(models.Model):
    """One question to the national platform (查验记录): asked by a service, or by a person who looked there himself.

    ``channel`` is the service's key, or ``manual``; ``result`` a code of `fapiao.vocabulary.RESULTS`; ``digest`` names the
    question, so that the same one is not asked twice. ``trusted`` ones come from a service or an operator and count for every
    answer; what a guest recorded counts for his own answer (``token``) alone. ``picture`` is the screen he kept.
    """

    key = KeyField()
    channel = models.TextField()
    by = models.TextField(default="")
    token = models.TextField(default="")
    digest = models.TextField(default="")
    result = models.TextField()
    state = models.TextField(default="unknown")
    code = models.TextField(default="")
    message = models.TextField(default="")
    body = models.TextField(default="")
    picture = models.ForeignKey("ledger.Arrival", null=True, on_delete=models.PROTECT)
    trusted = models.BooleanField(default=False)
    known_at = InstantField()

    class Meta:
        indexes = (
            models.Index(fields=("key", "known_at"), name="asking_of_key"),
            models.Index(fields=("channel", "known_at"), name="asking_of_channel"),
            models.Index(fields=("token",), name="asking_of_answer", condition=~models.Q(token="")),
        )


class Setup(models.Model):
    """The outside service as an operator set it up on the page (查验服务设置): one row at most; its secrets are sealed."""

    verifier = models.TextField()
    settings = models.JSONField()
    same_day = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    changed_at = InstantField()


class Quota(models.Model):
    """How often an invoice was asked for on one day (当日查验次数), over all channels; ``day`` is a Beijing day."""

    key = KeyField()
    day = models.DateField()
    used = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "day"), name="quota_once_a_day"),)
