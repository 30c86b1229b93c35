"""Models of upkeep (运维): what backtests found."""

from __future__ import annotations

from django.db import models

from jingpiao.columns import InstantField


class Backtest(models.Model):
    """One run of the backtest (回测结果): answers up to ``until`` scored by what was known at ``made_at``."""

    made_at = InstantField()
    until = InstantField()
    report = models.JSONField()
