"""Day cells (日期单元格): days as text, as eight digits, or as the number that spreadsheets count days by."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from fapiao.einvoice.values import BEIJING, parse_when

_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_COMPACT = re.compile(r"^(20\d{6})(\d{2})(\d{2})(\d{2})$")
_EPOCH = datetime(1899, 12, 30, tzinfo=BEIJING)
_FIRST, _LAST = 32_874, 73_050  # 1990 to 2099: no other five-digit number stands in a column of days


def day_of(text: str | None) -> tuple[date | None, datetime | None]:
    """Return day and, where the cell has it, moment in Beijing time; ``None`` where it cannot be read."""
    bare = (text or "").strip()
    if _SERIAL.match(bare):
        return _from_serial(float(bare))
    compact = _COMPACT.match(bare)
    return parse_when(" ".join((compact[1], ":".join(compact.groups()[1:]))) if compact else bare)


def _from_serial(days: float) -> tuple[date | None, datetime | None]:
    if not _FIRST <= days < _LAST:
        return None, None
    moment = _EPOCH + timedelta(seconds=round(days * 86_400))
    return moment.date(), moment if days % 1 else None
