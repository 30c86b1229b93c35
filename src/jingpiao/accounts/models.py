"""Models of accounts (账户): which passwords were tried lately, so that guessing is slowed wherever it comes from."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class SignInTry(models.Model):
    """One password tried in vain, or one refused untried (登录尝试). ``name`` is a digest: people type passwords into that field.

    ``address`` is the sender's, of IPv6 its network of 64 bits.
    """

    name = models.TextField()
    address = models.TextField()
    refused = models.BooleanField(default=False)
    at = InstantField()

    class Meta:
        indexes = (
            models.Index(fields=("name", "at"), name="try_of_name"),
            models.Index(fields=("address", "at"), name="try_of_address"),
        )
