"""A claim (提问): what somebody says about an invoice, with the fields of the contract (§2)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

Lookup = Literal["any", "digital", "legacy", "received", "issued", "trash"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says about one invoice (提问). Texts are as typed; nothing is cleaned yet.

    ``tax_ids``: the taxpayers the asker acts for; ``()`` is a stranger, ``None`` the local operator, who may
    see all. ``as_of`` ``None`` means now.
    """

    ref: Any = None
    text: str | None = None
    code: str | None = None
    number: str | None = None
    issued_on: date | None = None
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    check_code: str | None = None
    kind: str | None = None
    seller_tax_id: str | None = None
    seller_name: str | None = None
    buyer_tax_id: str | None = None
    buyer_name: str | None = None
    lookup: Lookup = "any"
    tax_ids: tuple[str, ...] | None = None
    as_of: datetime | None = None


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Something cleaned or offered in a claim (更正): ``applied`` when without doubt, otherwise only offered."""

    field: str
    from_: str = msgspec.field(name="from")
    to: str
    reason: str
    reason_en: str
    applied: bool


class Flaw(msgspec.Struct, frozen=True):
    """Why no invoice can carry the number that was typed (号码缺陷): code of a `NumberError`, Chinese, English."""

    code: str
    message: str
    message_en: str


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """A claim after cleaning (理解后的提问): what was meant, what was corrected, what cannot be.

    ``claim`` holds the cleaned fields. ``key`` is the lookup key (`fapiao.invoice.invoice_key`) or ``None`` when there
    is no usable number; ``typed`` the bare signs for near misses; ``offered`` other keys that the asker may have meant
    (O for 0, a lost zero), best first; ``tail`` an 8-digit number that came without its code; ``fiscal`` tells a
    fiscal receipt (财政票据: code of 8, number of 10 digits), ``chain`` a blockchain invoice.
    """

    claim: Claim
    key: str | None
    typed: str = ""
    corrections: tuple[Correction, ...] = ()
    offered: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    tail: str | None = None
    fiscal: bool = False
    chain: bool = False
