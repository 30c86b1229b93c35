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


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """A claim after cleaning (理解后的提问): what was meant, what was corrected, what cannot be.

    ``key`` is the lookup key (`fapiao.invoice.invoice_key`) or ``None`` when there is no usable number;
    ``offered`` are other keys that the asker may have meant (O for 0, a lost zero), best first; ``flaws`` are codes
    of `NumberError` plus their sentences when no invoice can carry this number on any date.
    """

    claim: Claim
    key: str | None
    corrections: tuple[Correction, ...] = ()
    offered: tuple[str, ...] = ()
    flaws: tuple[tuple[str, str, str], ...] = ()
