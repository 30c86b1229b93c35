"""The invoice (发票): a frozen value with the fields of the contract (§3).

Money is `Decimal` with two places, quantities and prices keep up to 13. ``None`` means "not known";
nothing not known is guessed. Identifiers are text, because leading zeros matter.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Buyer or seller (购买方, 销售方) as printed on the invoice."""

    name: str | None = None
    tax_id: str | None = None
    address: str | None = None
    phone: str | None = None
    bank: str | None = None
    account: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of goods or services (项目明细).

    ``rate`` is a decimal text (``"0.06"``) or a word (``免税``, ``不征税``); ``tax`` is ``None`` when the
    face prints ``***``, which then stands in ``tax_text``. ``tax_code`` is the 税收分类编码, 19 digits.
    """

    name: str | None = None
    spec: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    rate: str | None = None
    tax: Decimal | None = None
    tax_text: str | None = None
    tax_code: str | None = None


class Red(msgspec.Struct, frozen=True, kw_only=True):
    """What a red invoice (红字发票) reverses: the blue invoice's code and number, and the 红字确认单编号."""

    original_code: str | None = None
    original_number: str | None = None
    confirmation_number: str | None = None


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice (发票), as read from one document or told by one source.

    数电: ``code`` is ``None`` and ``number`` has 20 digits. 税控: ``code`` of 10 or 12 digits and ``number``
    of 8. 数电纸质: all of ``code``, ``number`` (8) and ``digital_number`` (20).
    """

    kind: str | None = None
    kind_label: str | None = None
    code: str | None = None
    number: str | None = None
    digital_number: str | None = None
    region: str | None = None
    issued_on: date | None = None
    issued_at: datetime | None = None
    amount: Decimal | None = None
    tax: Decimal | None = None
    tax_text: str | None = None
    total: Decimal | None = None
    total_in_words: str | None = None
    buyer: Party = Party()
    seller: Party = Party()
    check_code: str | None = None
    machine_number: str | None = None
    cipher: str | None = None
    lines: tuple[Line, ...] = ()
    drawer: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    remark: str | None = None
    red: Red | None = None
    special: dict[str, Any] | None = None
    qr: str | None = None


def invoice_key(code: str | None, number: str) -> str:
    """Return the text that names an invoice (发票主键): 20 digits, or code directly followed by number."""
    return f"{code}{number}" if code else number


def invoice_keys(invoice: Invoice) -> tuple[str, ...]:
    """Return every key that names this invoice, the main one first.

    数电纸质 has two: its 20 digits first, then code + number as printed.
    """
    if invoice.number is None:
        return () if invoice.digital_number is None else (invoice.digital_number,)
    printed = invoice_key(invoice.code, invoice.number)
    if invoice.digital_number and invoice.digital_number != printed:
        return (invoice.digital_number, printed)
    return (printed,)
