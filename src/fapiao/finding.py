"""A finding (疑点): something doubtful about an invoice that was read. Never an accusation."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning", "note"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One doubt about one invoice (疑点): what, where and how grave.

    ``code`` is a stable kebab-case word; ``path`` names the field (``"total"``, ``"lines[2].tax"``,
    ``"seller.tax_id"``), empty for the whole; ``message`` is Chinese, ``message_en`` English.
    """

    code: str
    path: str
    severity: Severity
    message: str
    message_en: str
