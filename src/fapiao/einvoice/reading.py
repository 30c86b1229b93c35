"""Reading elements (读取要素): from a root element of any dialect to a draft of the invoice."""

from __future__ import annotations

import base64
import io
from decimal import Decimal
from typing import Any

import msgspec
from lxml import etree

from fapiao.draft import Draft
from fapiao.einvoice.names import (
    EXTENSION,
    LINE,
    LINE_CONTAINERS,
    MONEY,
    NOT_INVOICES,
    SKIPPED,
    TEXT,
    XBRL_KINDS,
)
from fapiao.einvoice.values import is_stars, parse_rate, parse_when, split_address, split_bank
from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice, Line, Red
from fapiao.markup import local_name
from fapiao.money import decimal_or_none, money_or_none
from fapiao.numbers import digital, legacy
from fapiao.numbers import region as regions
from fapiao.qr import is_payload
from fapiao.vocabulary import kind_from_label, kind_from_title, label

SPECIAL = {
    "TravelDate": "乘车日期",
    "TrainNumber": "车次",
    "DepartureStation": "出发站",
    "ArrivalStation": "到达站",
    "DestinationStation": "到达站",
    "TypeOfBusiness": "业务类型",
    "SeatNumber": "席位",
    "SeatCategory": "席别",
    "NameOfPassenger": "乘车人",
    "ETicketNumber": "电子客票号码",
    "FuelSurcharge": "燃油附加费",
    "CivilAviationDevelopmentFund": "民航发展基金",
    "OtherTaxes": "其他税费",
    "CarrierName": "承运人",
    "FlightNumber": "航班号",
    "PassengerName": "旅客姓名",
    "ElectronicTicketNumber": "电子客票号",
}


def read_element(root: etree._Element, draft: Draft, route: str) -> dict[str, Any]:
    """Tell a draft everything a root element says; returns the extension block, ``{}`` where there is none.

    Errors: `not-an-invoice` for the taxonomies of bank slips, fiscal receipts and the like.
    """
    told = _Told(root)
    set_name = told.taxonomy
    if set_name in NOT_INVOICES:
        raise FapiaoError(
            "not-an-invoice",
            f"这是别的电子凭证（{set_name}），不是发票",
            f"another kind of voucher ({set_name})",
        )
    for path, value in told.fields().items():
        draft.put(path, value, route)
    if told.complete:
        draft.close()
    return told.extension


class _Told:
    """What one document says, element by element."""

    def __init__(self, root: etree._Element) -> None:
        self.texts: dict[str, str] = {}
        self.money: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.lines: list[Line] = []
        self.special: dict[str, Any] = {}
        self.extension: dict[str, Any] = {}
        self.complete = False
        self.taxonomy = _taxonomy(root)
        self._walk(root)

    def _walk(self, element: etree._Element) -> None:
        for child in element:
            name = local_name(child)
            if name == EXTENSION:
                self.extension, self.complete = _extension(child.text), True
            elif name in SKIPPED or not name:
                continue
            elif name in LINE_CONTAINERS and len(child):
                self.lines.append(_line(child))
            elif name == "GeneralOrSpecialVAT":
                self.labels["kind"] = (child.findtext("{*}LabelName") or "") + (
                    child.findtext("{*}LabelCode") or ""
                )
            elif name == "SpecificInformation":
                self._specific(child)
            elif len(child):
                self._walk(child)
            else:
                self._leaf(name, child.text)

    def _leaf(self, name: str, text: str | None) -> None:
        value = text.strip() if text else ""
        if not value:
            return
        if name in TEXT:
            self.texts.setdefault(TEXT[name], value)
        elif name in MONEY:
            self.money.setdefault(MONEY[name], value)
        if name in SPECIAL:
            self.special.setdefault(SPECIAL[name], value)

    def _specific(self, element: etree._Element) -> None:
        for child in element:
            if local_name(child) == "RedEInvoice":
                self._walk(child)
            elif len(child) or (child.text or "").strip():
                self.special[local_name(child)] = _tree(child)

    def fields(self) -> dict[str, Any]:
        texts = self.texts
        amounts = {name: money_or_none(value) for name, value in self.money.items()}
        if self.taxonomy in ("atr", "rai"):
            amounts = _fare(amounts, self.taxonomy, self.money)
        fields: dict[str, Any] = {**amounts, **self._plain()}
        if is_stars(self.money.get("tax")):
            fields["tax_text"] = self.money["tax"]
        day, moment = parse_when(texts.get("issued"))
        requested = parse_when(texts.get("requested"))
        fields["issued_on"] = day or requested[0]
        fields["issued_at"] = moment or (requested[1] if day in (None, requested[0]) else None)
        fields["lines"] = tuple(self.lines)
        fields["red"] = self._red()
        fields["special"] = self.special or None
        return fields | self._identity(fields)

    def _plain(self) -> dict[str, Any]:
        names = (
            "check_code",
            "machine_number",
            "cipher",
            "total_in_words",
            "drawer",
            "payee",
            "reviewer",
            "remark",
            "qr",
            *(
                f"{side}.{name}"
                for side in ("seller", "buyer")
                for name in ("name", "tax_id", "address", "phone", "bank", "account")
            ),
        )
        plain: dict[str, Any] = {name: self.texts[name] for name in names if name in self.texts}
        for side in ("seller", "buyer"):
            for combined, split, parts in (
                ("address_phone", split_address, ("address", "phone")),
                ("bank_account", split_bank, ("bank", "account")),
            ):
                text = self.texts.get(f"{side}.{combined}")
                if text:
                    for part, value in zip(parts, split(text), strict=True):
                        plain.setdefault(f"{side}.{part}", value)
        if "qr" in plain:
            plain["qr"] = _payload(plain["qr"])
        if "check_code" in plain:
            plain["check_code"] = plain["check_code"].replace(" ", "")
        return plain

    def _identity(self, fields: dict[str, Any]) -> dict[str, Any]:
        code, number = self.texts.get("code"), (self.texts.get("number") or "").replace(" ", "") or None
        title = self.labels.get("kind") or self.texts.get("title") or ""
        digits = len(number or "")
        kind = XBRL_KINDS.get(self.taxonomy or "")
        if kind is None:
            kind = kind_from_label(title, number_digits=digits) if title and digits == 20 else None
            kind = kind or kind_from_title(title, code=code, number_digits=digits)
        return {
            "code": code,
            "number": number,
            "kind": kind,
            "kind_label": label(kind),
            "region": _region(code, number),
        }

    def _red(self) -> Red | None:
        parts = {name: self.texts.get(f"red.{name}") for name in Red.__struct_fields__}
        return Red(**parts) if any(parts.values()) else None


def _payload(text: str) -> str | None:
    """Return a payload as text; some makers put the picture of the code there instead."""
    if not text.startswith(_PICTURES):
        return text if is_payload(text) else None
    from PIL import Image

    from fapiao.pictures import decode_qr

    try:
        picture = Image.open(io.BytesIO(base64.b64decode(text)), formats=["PNG", "JPEG"])
        return next(iter(decode_qr(picture)), None) if picture.width * picture.height < 4_000_000 else None
    except (ValueError, OSError, SyntaxError):
        return None


_PICTURES = ("iVBOR", "/9j/")


def _region(code: str | None, number: str | None) -> str | None:
    if code:
        return legacy.region_of(code) if len(code) in legacy.CODE_LENGTHS and code.isdigit() else None
    if number and digital.is_valid(number) and regions.is_valid(number[2:4]):
        return number[2:4]
    return None


def _line(element: etree._Element) -> Line:
    told: dict[str, str] = {}
    for child in element:
        name = LINE.get(local_name(child))
        if name and child.text and child.text.strip():
            told.setdefault(name, child.text.strip())
        elif local_name(child) in ("SL", "sl") and child.text and child.text.strip():
            told["SL"] = child.text.strip()
    if "SL" in told:  # pinyin 数量 and 税率 share their initials: whichever the others leave open
        told.setdefault("rate" if "quantity" in told else "quantity", told.pop("SL"))
    return line_of(told)


def line_of(told: dict[str, str]) -> Line:
    """Return the line that texts by field name state."""
    return Line(
        name=told.get("name"),
        spec=told.get("spec"),
        unit=told.get("unit"),
        quantity=decimal_or_none(told.get("quantity")),
        price=decimal_or_none(told.get("price")),
        amount=money_or_none(told.get("amount")),
        rate=parse_rate(told.get("rate")),
        tax=money_or_none(told.get("tax")),
        tax_text=told["tax"] if is_stars(told.get("tax")) else None,
        tax_code=told.get("tax_code"),
    )


def _fare(
    amounts: dict[str, Decimal | None], taxonomy: str, raw: dict[str, str]
) -> dict[str, Decimal | None]:
    """Tickets: a railway's Fare is the total; an air receipt's Fare is only one part of TotalAmount."""
    total, tax = amounts.get("total"), amounts.get("tax")
    if amounts.get("amount") is None and total is not None and tax is not None:
        return {**amounts, "amount": total - tax}
    return amounts


def _taxonomy(root: etree._Element) -> str | None:
    for uri in {
        *root.nsmap.values(),
        *(etree.QName(child).namespace or "" for child in root if local_name(child)),
    }:
        if uri and "xbrl.mof.gov.cn/taxonomy" in uri:
            name = uri.rstrip("/").rpartition("/")[2].lower()
            return next((known for known in (*XBRL_KINDS, *NOT_INVOICES) if name.startswith(known)), name)
    return None


def _extension(text: str | None) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _tree(element: etree._Element) -> Any:
    if not len(element):
        return (element.text or "").strip()
    return {local_name(child): _tree(child) for child in element if local_name(child)}


def apply_extension(invoice: Invoice, extension: dict[str, Any]) -> Invoice:
    """Return the invoice with the fields that its writer found no standard element for."""
    known = {name: value for name, value in extension.items() if name in Invoice.__struct_fields__}
    if not known:
        return invoice
    told = msgspec.to_builtins(invoice) | known
    try:
        return msgspec.convert(told, Invoice)
    except msgspec.ValidationError:
        return invoice
