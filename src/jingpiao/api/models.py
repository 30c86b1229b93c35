"""Models of the API (接口): tokens, and the replies kept for idempotency keys."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class Token(models.Model):
    """A token (访问令牌). Only its SHA-256 is kept.

    ``role``: ``operator`` sees all; ``party`` acts for ``tax_ids``; ``feed`` may only deliver events of ``feed``
    (empty: of any feed); ``federation`` is a peer that may read the feeds named there, separated by commas; ``canary`` is the
    platform itself, which may deliver its synthetic invoices and nothing else.
    """

    digest = models.TextField(unique=True)
    label = models.TextField(default="")
    role = models.TextField()
    feed = models.TextField(default="")
    tax_ids = models.JSONField(default=list)
    made_at = InstantField()
    revoked_at = InstantField(null=True)


class KeptReply(models.Model):
    """The first reply to an idempotency key (幂等回复): the same key gives it again, errors included."""

    asker = models.TextField()
    route = models.TextField()
    idempotency_key = models.TextField()
    request_digest = models.TextField()
    status = models.IntegerField(null=True)
    body = models.BinaryField(default=b"")
    made_at = InstantField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("asker", "route", "idempotency_key"), name="reply_once"),
        )
