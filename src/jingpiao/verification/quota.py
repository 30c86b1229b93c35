"""The quota (查验次数): five asks a day for one invoice, whoever asks; counted before asking, misses too."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection

from fapiao.verification.question import MOST_A_DAY
from fapiao.wording import BEIJING
from jingpiao import sql

_TAKE = (
    "INSERT INTO verification_quota (key, day, used) VALUES (%s, %s, 1) "
    "ON CONFLICT (key, day) DO UPDATE SET used = verification_quota.used + 1 WHERE verification_quota.used < %s"
)
_SPENT = (
    "INSERT INTO verification_quota (key, day, used) VALUES (%s, %s, %s) "
    "ON CONFLICT (key, day) DO UPDATE SET used = excluded.used"
)


def take(key: str, now: datetime) -> bool:
    """Count one ask for an invoice; false, and nothing counted, when today's are used up. Safe for many at once."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [key, _day(now).isoformat(), MOST_A_DAY])
        return bool(cursor.rowcount)


def spent(key: str, now: datetime) -> None:
    """Note that the platform itself says that today's asks are used up: others have asked as well."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, [key, _day(now).isoformat(), MOST_A_DAY])


def left(key: str, now: datetime) -> int:
    """Return how many asks an invoice has left today."""
    found = sql.rows(
        "SELECT used FROM verification_quota WHERE key = %s AND day = %s", [key, _day(now).isoformat()]
    )
    return max(0, MOST_A_DAY - (found[0][0] if found else 0))


def renewed_at(now: datetime) -> datetime:
    """Return the midnight in Beijing at which the count begins anew."""
    return datetime.combine(_day(now) + timedelta(days=1), time.min, BEIJING)


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
