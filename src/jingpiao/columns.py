"""Columns (列类型): instants as whole microseconds, money as whole 分, so that both databases compare them exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Instant = models.Field[Any, Any]
    _Fen = models.Field[Any, Any]
    _Key = models.Field[Any, Any]
else:
    _Instant = _Fen = models.BigIntegerField
    _Key = models.TextField

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_HUNDRED = Decimal(100)


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970 UTC. ``moment`` must carry an offset."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the moment in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def to_fen(money: Decimal) -> int:
    """Return whole 分 for an amount in 元; beyond two places, rounded half up."""
    return int((money * _HUNDRED).to_integral_value(ROUND_HALF_UP))


def from_fen(fen: int) -> Decimal:
    """Return 元 with two places."""
    return Decimal(fen).scaleb(-2)


class InstantField(_Instant):
    """A moment (时刻), stored as microseconds since 1970 UTC; Python sees aware datetimes."""

    def from_db_value(self, value: int | None, *_: Any) -> datetime | None:
        """Return the stored moment."""
        return None if value is None else from_micros(value)

    def to_python(self, value: Any) -> Any:
        """Return a moment from what a form or fixture gives."""
        return from_micros(value) if isinstance(value, int) else value

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored."""
        return to_micros(value) if isinstance(value, datetime) else value


class FenField(_Fen):
    """Money (金额), stored as whole 分; Python sees `Decimal` 元 with two places."""

    def from_db_value(self, value: int | None, *_: Any) -> Decimal | None:
        """Return the stored amount in 元."""
        return None if value is None else from_fen(value)

    def to_python(self, value: Any) -> Any:
        """Return an amount from what a form or fixture gives."""
        return from_fen(value) if isinstance(value, int) else value

    def get_prep_value(self, value: Any) -> Any:
        """Return what is stored."""
        return to_fen(value) if isinstance(value, Decimal) else value


class KeyField(_Key):
    """An identifier (标识号), compared byte by byte whatever the locale: ranges over prefixes hang on it."""

    def db_type(self, connection: Any) -> str:
        """Return the column's type; SQLite compares bytes by itself."""
        return 'text COLLATE "C"' if connection.vendor == "postgresql" else "text"
