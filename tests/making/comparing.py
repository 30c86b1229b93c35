"""Comparing: what a reader told against what was printed, field by field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from fapiao.format import read_bytes
from fapiao.invoice import Invoice

SKIPPED = ("qr", "special", "cipher", "kind_label", "region", "issued_at")


def flat(invoice: Invoice) -> dict[str, Any]:
    """Return an invoice's values by path, those not known left out."""
    told: dict[str, Any] = {}

    def walk(path: str, value: Any) -> None:
        if isinstance(value, msgspec.Struct):
            value = msgspec.structs.asdict(value)
        if isinstance(value, dict):
            for name, each in value.items():
                walk(f"{path}.{name}" if path else name, each)
        elif isinstance(value, tuple):
            told[f"{path}.count"] = len(value)
            for place, each in enumerate(value):
                walk(f"{path}[{place}]", each)
        elif value is not None:
            told[path] = plain(value)

    walk("", msgspec.structs.replace(invoice, special=None))
    return {path: value for path, value in told.items() if path not in SKIPPED}


def plain(value: Any) -> Any:
    """Return a value as it compares: widths, spaces and round zeros do not matter, nor zeros at the end."""
    if isinstance(value, str):
        table = str.maketrans("（）：∶；，￥〇○", "()::;,¥零零", " \u3000\u00a0")
        return value.translate(table)
    return value.normalize() if isinstance(value, Decimal) else value


def differences(told: Invoice | None, printed: Invoice) -> list[str]:
    """Return every field that was printed and told otherwise, or told and never printed."""
    got, want = flat(told) if told else {}, flat(printed)
    return [
        f"{path}: {got.get(path)!r}, printed {want.get(path)!r}"
        for path in sorted({*got, *want})
        if got.get(path) != want.get(path)
    ]


def only(data: bytes, name: str = "face.pdf") -> Invoice:
    """Return the one invoice in a file."""
    readings = list(read_bytes(data, name))
    assert [reading.error for reading in readings] == [None]
    assert readings[0].invoice is not None
    return readings[0].invoice


def told_by(data: bytes, name: str = "face.pdf") -> list[Invoice]:
    """Return all invoices in a file."""
    return [reading.invoice for reading in read_bytes(data, name) if reading.invoice]


def errors(data: bytes, name: str = "face.pdf") -> list[str]:
    """Return the codes of the errors that a file gave."""
    return [reading.error.code for reading in read_bytes(data, name) if reading.error]
