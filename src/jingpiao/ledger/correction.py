"""A correction (更正): which fields of something set aside a person can put right, and how it reads with them put right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fapiao.einvoice.values import parse_when
from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice
from fapiao.money import parse_money
from fapiao.vocabulary import KINDS, label
from jingpiao.ledger.flaws import flaws


class Correctable(msgspec.Struct, frozen=True, kw_only=True):
    """One field that a person can correct (可更正项): its place in the invoice, its words, and how its text is read."""

    name: str
    label: str
    label_en: str
    read: Callable[[str], str]
    mode: str = ""


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field (一处错误), in both languages; ``field`` is empty for the whole."""

    field: str
    message: str
    message_en: str


class Reread(msgspec.Struct, frozen=True, kw_only=True):
    """How something reads with its corrections (重读结果): the body, which fields changed, and what is still wrong."""

    body: str
    changed: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()


def _plain(text: str) -> str:
    return text


def _bare(text: str) -> str:
    return re.sub(r"[\s\-·]", "", text).upper()


def _sum(text: str) -> str:
    return f"{parse_money(text):.2f}"


def _day(text: str) -> str:
    day, _ = parse_when(text)
    if day is None:
        raise FapiaoError("correction-field", "日期请写成 2026-11-20", "write the date as 2026-11-20")
    return day.isoformat()


def _kind(text: str) -> str:
    if text not in KINDS:
        raise FapiaoError("correction-field", "请选择票种", "choose the kind")
    return text


FIELDS: tuple[Correctable, ...] = (
    Correctable(name="kind", label="票种", label_en="Kind", read=_kind),
    Correctable(name="code", label="发票代码", label_en="Code", read=_bare, mode="numeric"),
    Correctable(name="number", label="发票号码", label_en="Number", read=_bare, mode="numeric"),
    Correctable(
        name="digital_number",
        label="数电纸质的 20 位号码",
        label_en="20 digits of a digital paper invoice",
        read=_bare,
        mode="numeric",
    ),
    Correctable(name="issued_on", label="开票日期", label_en="Date of issue", read=_day),
    Correctable(name="amount", label="不含税金额", label_en="Sum without tax", read=_sum, mode="decimal"),
    Correctable(name="tax", label="税额", label_en="Tax", read=_sum, mode="decimal"),
    Correctable(name="total", label="价税合计", label_en="Total", read=_sum, mode="decimal"),
    Correctable(name="check_code", label="校验码", label_en="Check code", read=_bare, mode="numeric"),
    Correctable(name="seller.tax_id", label="销方税号", label_en="Seller's tax number", read=_bare),
    Correctable(name="seller.name", label="销方名称", label_en="Seller", read=_plain),
    Correctable(name="buyer.tax_id", label="购方税号", label_en="Buyer's tax number", read=_bare),
    Correctable(name="buyer.name", label="购方名称", label_en="Buyer", read=_plain),
)
BY_NAME = {field.name: field for field in FIELDS}
MOST_TEXT = 300
_SUMS = ("amount", "tax", "total")


def told(body: str) -> dict[str, Any] | None:
    """Return the invoice that a body tells, as JSON values; ``None`` where it tells none that could be corrected."""
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    if not isinstance(found, dict) or "route" in found or "error" in found:
        return None  # a reading that failed: there is a file, and no invoice
    return found


def value_of(invoice: Mapping[str, Any], name: str) -> str:
    """Return a field as text, empty where it is not told."""
    value: Any = invoice
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


def reread(body: str, fields: Mapping[str, str], *, own: bool = False) -> Reread:
    """Read a body with some fields put right; a field left as it was changes nothing. Errors: `correction-over`.

    ``own`` marks an asker's own file, whose railway and air tickets name no seller.
    """
    invoice = told(body)
    if invoice is None:
        raise FapiaoError(
            "correction-over",
            "这里只有一份读不出的文件，没有可更正的发票；请导入正确的文件",
            "there is a file that cannot be read and no invoice to correct: import the right file",
        )
    slips: list[Slip] = []
    changed = []
    for name, text in fields.items():
        try:
            if _put(invoice, name, text):
                changed.append(name)
        except FapiaoError as slip:
            slips.append(Slip(field=name, message=slip.message, message_en=slip.message_en))
    _settle(invoice, changed)
    read, reasons = _read(invoice, own=own)
    if slips:
        reasons = (*reasons, "correction-field")
    return Reread(body=read, changed=tuple(changed), reasons=reasons, slips=tuple(slips))


def _put(invoice: dict[str, Any], name: str, text: str) -> bool:
    """Put one field right; true where that changes it. Errors: `correction-field`, `money-format`."""
    field = BY_NAME.get(name)
    if field is None:
        raise FapiaoError("correction-field", f"没有 {name} 这一项", f"there is no field {name}")
    bare = unicodedata.normalize("NFKC", text.replace("\x00", "")).strip()[:MOST_TEXT]
    if bare == unicodedata.normalize("NFKC", value_of(invoice, name)).strip():
        return False
    value = field.read(bare) if bare else None
    place, _, last = name.rpartition(".")
    holder = invoice
    if place:
        holder = invoice[place] if isinstance(invoice.get(place), dict) else {}
        invoice[place] = holder
    holder[last] = value
    return True


def _settle(invoice: dict[str, Any], changed: list[str]) -> None:
    """Let go of what followed from a field that has changed, or say it anew."""
    if {"number", "code", "digital_number"} & set(changed):
        invoice.pop("region", None)
    if "kind" in changed:
        invoice["kind_label"] = label(invoice.get("kind"))
    if "issued_on" in changed:
        invoice.pop("issued_at", None)
    if "tax" in changed:
        invoice.pop("tax_text", None)


def _read(invoice: dict[str, Any], *, own: bool) -> tuple[str, tuple[str, ...]]:
    given = {name: value for name, value in invoice.items() if value is not None}
    if "issued_at" in given and "issued_on" not in given:
        given["issued_on"] = str(given["issued_at"])[:10]
    body = msgspec.json.encode(given).decode()
    try:
        return body, flaws(msgspec.convert(given, Invoice), own=own)
    except (msgspec.ValidationError, ValueError) as slip:
        return body, (f"field:{slip}",)


def fields_of(reason: str) -> tuple[str, ...]:
    """Return the fields beside which a reason stands; none where it is about the whole.

    >>> fields_of('sum:amount+tax!=total')
    ('amount', 'tax', 'total')
    """
    what, _, detail = reason.partition(":")
    if what == "missing":
        return (detail,)
    if what == "field":
        place = re.search(r"\$\.([\w.]+)", detail)
        return (place[1],) if place else ()
    if what in ("sum", "money"):
        return _SUMS
    return ("number",) if what == "number" else ()
