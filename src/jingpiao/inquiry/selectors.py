"""Selectors of inquiry (查询): answers given earlier."""

from __future__ import annotations

from jingpiao.inquiry.models import KeptAnswer


def kept_answer(token: str) -> KeptAnswer | None:
    """Return an earlier answer by its token, or ``None``."""
    return KeptAnswer.objects.filter(token=token).first()
