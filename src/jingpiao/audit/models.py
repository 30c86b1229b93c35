"""Models of audit (审计): the entries, each chained to the one before it. The database itself refuses to change or remove one."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class AuditEntry(models.Model):
    """One thing that somebody did (审计记录): who, in which role, from where, what to, and what it changed.

    ``number`` counts from 1 without gaps; ``former`` is the digest of the entry before, ``digest`` that of this one over
    all other fields (`jingpiao.audit.chain`). ``before`` and ``after`` are digests of what was there, empty where nothing was.
    """

    number = models.BigIntegerField(unique=True)
    at = InstantField()
    who = models.TextField()
    role = models.TextField(default="")
    address = models.TextField(default="")
    request_id = models.TextField(default="")
    action = models.TextField()
    what = models.TextField(default="")
    detail = models.TextField(default="{}")
    before = models.TextField(default="")
    after = models.TextField(default="")
    former = models.TextField()
    digest = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("action", "number"), name="audit_action"),)
