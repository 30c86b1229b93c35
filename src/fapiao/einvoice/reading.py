"""Reading elements (读取要素): from a root element of any dialect to a draft of the invoice."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from fapiao.draft import Draft
from fapiao.einvoice.identifying import identity, qr_payload
from fapiao.einvoice.lines import line_of, settled
from fapiao.einvoice.names import MONEY
from fapiao.einvoice.red import red_of_remark
from fapiao.einvoice.special import ADDITIONS, BOOKING, BUSINESS, business_of, special_fields
from fapiao.einvoice.taxonomy import NOT_INVOICES
from fapiao.einvoice.told import Told
from fapiao.einvoice.values import is_stars, parse_when, split_address, split_bank, sum_of
from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice, Line, Red
from fapiao.markup import local_name

__all__ = ["apply_extension", "line_of", "read_element", "several", "tell"]


def read_element(root: etree._Element, draft: Draft, route: str) -> dict[str, Any]:
    """Tell a draft everything a root element says; returns the extension block, ``{}`` where there is none.

    Errors: `not-an-invoice` for the taxonomies of bank slips, fiscal receipts and the like.
    """
    return tell(Told(root), draft, route)


def tell(told: Told, draft: Draft, route: str) -> dict[str, Any]:
    """Tell a draft what was collected from a document; returns its extension. Errors: `not-an-invoice`."""
    _refuse_others(told)
    for path, value in _fields(told).items():
        draft.put(path, value, route)
    if draft.get("number"):
        draft.put("number", told.texts.get("eiid"), route)
    if told.complete:
        draft.close()
    return told.extension


def several(root: etree._Element) -> list[etree._Element]:
    """Return the elements of the invoices that one document holds: the root itself, or the repeated ones below it."""
    return _invoices_in(root) if len(Told(root).numbers) > 1 else [root]


def _invoices_in(element: etree._Element) -> list[etree._Element]:
    holding = [child for child in element if local_name(child) and len(child) and Told(child).numbers]
    if len(holding) > 1 and len({local_name(child) for child in holding}) == 1:
        return holding
    below = [_invoices_in(child) for child in holding]
    return next((each for each in below if len(each) > 1), [element])


def _refuse_others(told: Told) -> None:
    kind = told.taxonomy if told.taxonomy in NOT_INVOICES else "财政电子票据" if told.foreign else None
    if kind:
        raise FapiaoError(
            "not-an-invoice", f"这是别的电子凭证（{kind}），不是发票", f"another kind of voucher ({kind})"
        )


def _fields(told: Told) -> dict[str, Any]:
    fields: dict[str, Any] = {**_sums(told), **_plain(told)}
    day, moment = parse_when(told.texts.get("issued"))
    requested = parse_when(told.texts.get("requested"))
    fields["issued_on"] = day or requested[0]
    fields["issued_at"] = moment or (requested[1] if day in (None, requested[0]) else None)
    fields["lines"] = tuple(told.lines) or _flat_line(told)
    fields["red"] = _red(told)
    fields["special"] = _special(told) or None
    return fields | identity(told)


def _sums(told: Told) -> dict[str, Any]:
    """Sums as told. A railway's Fare is its total; an air receipt's Fare is one part of TotalAmount."""
    texts = {path: told.texts[path] for path in MONEY if path in told.texts}
    if told.taxonomy == "rai":
        texts.setdefault("total", (told.voucher.get("票价") or [""])[0])
    if not told.lines:
        for path in ("amount", "tax"):
            if path in told.flat:
                texts.setdefault(path, told.flat[path])
    sums: dict[str, Any] = {path: sum_of(text) for path, text in texts.items()}
    total, tax = sums.get("total"), sums.get("tax")
    if told.taxonomy == "atr" and sums.get("amount") is None and total is not None and tax is not None:
        sums["amount"] = total - tax
    if is_stars(texts.get("tax")):
        sums["tax_text"] = texts["tax"]
    return sums


_PARTY = ("name", "tax_id", "address", "phone", "bank", "account")
_PLAIN = (
    *(
        "check_code",
        "machine_number",
        "cipher",
        "total_in_words",
        "drawer",
        "payee",
        "reviewer",
        "remark",
        "qr",
    ),
    *(f"{side}.{part}" for side in ("seller", "buyer") for part in _PARTY),
)
_COMBINED = tuple(
    (f"{side}.{combined}", split, tuple(f"{side}.{part}" for part in parts))
    for side in ("seller", "buyer")
    for combined, split, parts in (
        ("address_phone", split_address, ("address", "phone")),
        ("bank_account", split_bank, ("bank", "account")),
    )
)


def _plain(told: Told) -> dict[str, Any]:
    texts = told.texts
    plain: dict[str, Any] = {name: texts[name] for name in _PLAIN if name in texts}
    for combined, split, parts in _COMBINED:
        text = texts.get(combined)
        if text:
            for part, value in zip(parts, split(text), strict=True):
                plain.setdefault(part, value)
    if "qr" in plain:
        plain["qr"] = qr_payload(plain["qr"])
    if "check_code" in plain:
        plain["check_code"] = plain["check_code"].replace(" ", "")
    return plain


def _flat_line(told: Told) -> tuple[Line, ...]:
    """A document without line elements may state its one line among the other fields."""
    if "name" not in told.flat or "amount" not in told.flat:
        return ()
    return (line_of(settled(dict(told.flat))),)


def _red(told: Told) -> Red | None:
    """What a red invoice reverses: its own elements, else its remark; all unknown where only its label says red."""
    number, code = told.texts.get("red.own_number"), told.texts.get("red.original_code")
    said = told.texts.get("red.original_number")
    if said and len(said) in (10, 12) and not code:
        code = said
    else:
        number = number or said
    confirmation = told.texts.get("red.confirmation_number")
    if number or code or confirmation:
        return Red(original_code=code, original_number=number, confirmation_number=confirmation)
    from_remark = red_of_remark(told.texts.get("remark", ""))
    return from_remark or (Red() if _labelled_red(told) else None)


def _labelled_red(told: Told) -> bool:
    blue = told.labels.get("InIssuType", ("", ""))[1].upper()
    kind = next((text for name, (_, text) in told.labels.items() if name in ("KPLX", "kplx", "开票类型")), "")
    flagged = told.texts.get("red.flag", "").lower() in ("true", "1", "y", "是")
    return blue == "N" or kind in ("1", "红字", "红字发票", "红票") or flagged


def _special(told: Told) -> dict[str, Any]:
    special: dict[str, Any] = {}
    for name, groups in told.groups.items():
        business = business_of(name)
        if business:
            special.setdefault(BUSINESS, business)
        elif len(groups[0]) or groups[0].attrib:
            special.setdefault(BUSINESS, name)
        for field, value in special_fields(groups).items():
            special.setdefault(field, value)
    for label, values in told.voucher.items():
        special.setdefault(label, values[0] if len(values) == 1 else values)
    additions = dict(told.additions)
    if "扣除额" in additions:
        special["扣除额"] = additions.pop("扣除额")
    if additions:
        special[ADDITIONS] = additions
    if told.booked:
        special[BOOKING] = told.booked
    return special


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
