"""What a document tells (要素收集): one walk over its elements and attributes, in any dialect."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from fapiao.einvoice.lines import line_of_element, looks_like_a_line
from fapiao.einvoice.names import (
    EXTENSION,
    LINE_CONTAINERS,
    MONEY,
    NAMED_BY,
    SKIPPED,
    field_of,
    line_field_of,
    party_of,
    party_part_of,
    path_of,
)
from fapiao.einvoice.special import BOOKED, BOOKING, VOUCHER, business_of
from fapiao.einvoice.taxonomy import is_fiscal_tag, taxonomy_of
from fapiao.invoice import Line
from fapiao.markup import bare_tag, local_name

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Told:
    """What one document says, element by element (要素): texts by draft path, lines, labels, special groups.

    The first place to say something wins. ``numbers`` keeps every invoice number met, so that a file that holds
    several invoices is noticed; ``foreign`` is set by marks of fiscal receipts, which share the root's name.
    """

    def __init__(self, root: etree._Element) -> None:
        self.texts: dict[str, str] = {}
        self.lines: list[Line] = []
        self.flat: dict[str, str] = {}
        self.labels: dict[str, tuple[str, str]] = {}
        self.groups: dict[str, list[etree._Element]] = {}
        self.additions: dict[str, Any] = {}
        self.voucher: dict[str, list[str]] = {}
        self.booked: dict[str, Any] = {}
        self.extension: dict[str, Any] = {}
        self.complete = False
        self.foreign = False
        self.numbers: set[str] = set()
        self.taxonomy = taxonomy_of(root)
        if root.keys():
            self._attributes(root, None)
        self._walk(root, None)

    def _walk(self, element: etree._Element, side: str | None) -> None:
        for child in element:
            name = bare_tag(child.tag)
            if child.keys():
                self._attributes(child, side)
            if name == EXTENSION:
                self.extension, self.complete = _extension(child.text), True
            elif name in SKIPPED or not name:
                continue
            elif not len(child):
                self._leaf(name, child.text, side)
            else:
                self._group(name, child, side)

    def _group(self, name: str, child: etree._Element, side: str | None) -> None:
        if name in LINE_CONTAINERS or looks_like_a_line(child):
            self._lines(child)
        elif name in _LABELS:
            told = {bare_tag(part.tag): (part.text or "").strip() for part in child}
            self.labels[name] = (told.get("LabelName", ""), told.get("LabelCode", ""))
        elif name == "SpecificInformation" or business_of(name):
            self._specific(name, child)
        elif name == "AdditionalInformation":
            self._additional(child)
        elif name == "InformationOfAccountingDocumentsTuple":
            self.booked.setdefault("记账凭证", []).append(_booking(child))
        else:
            self._walk(child, side or party_of(name))

    def _lines(self, child: etree._Element) -> None:
        """A line, or several that one container holds; an element that says it is nil holds none."""
        if child.get(_NIL) == "true":
            return
        nested = [each for each in child if len(each)]
        if nested and all(local_name(each) in LINE_CONTAINERS or looks_like_a_line(each) for each in nested):
            for each in nested:
                self._lines(each)
        else:
            self.lines.append(line_of_element(child))

    def _leaf(self, name: str, text: str | None, side: str | None) -> None:
        value = text.strip() if text else ""
        if not value:
            return
        if self.taxonomy is not None:
            self._voucher_leaf(name, value)
        path = path_of(name, side)
        if path is None:
            self._other(name, value)
        elif name != "Issuer" or self.taxonomy:
            self.texts.setdefault(path, value)
            if path in _NUMBERS:
                self.numbers.add(value)

    def _other(self, name: str, value: str) -> None:
        line = line_field_of(name)
        if line:
            self.flat.setdefault(line, value)
        elif name in ("KCE", "Deduction", "扣除额"):
            self.additions.setdefault("扣除额", value)
        elif (name == "EInvoiceTag" and is_fiscal_tag(value)) or name in (
            "EInvoiceSpecimenCode",
            "InvoicingPartyCode",
            "SupervisorAreaCode",
            "RandomNumber",
        ):
            self.foreign = True
        elif name in _RED_FLAGS:
            self.labels[name] = ("", value)

    def _voucher_leaf(self, name: str, value: str) -> None:
        if name in BOOKED:
            self.booked.setdefault(BOOKED[name], value)
        elif name in VOUCHER and self.taxonomy in ("rai", "atr"):
            self.voucher.setdefault(VOUCHER[name], []).append(value)

    def _attributes(self, element: etree._Element, side: str | None) -> None:
        """Values as attributes, and generic elements whose attribute names what they hold."""
        inside = side or party_of(local_name(element))
        for raw, value in element.items():
            name = str(raw).rpartition("}")[2]
            if name in NAMED_BY and (field_of(str(value)) or line_field_of(str(value))):
                self._leaf(str(value), element.get("value") or element.get("Value") or element.text, side)
            elif len(name) > 1 and (
                field_of(name) or line_field_of(name) or (inside and party_part_of(name))
            ):
                self._leaf(name, str(value), inside)

    def _specific(self, name: str, element: etree._Element) -> None:
        groups = [element] if business_of(name) else list(element)
        for group in groups:
            label = local_name(group)
            if label == "RedEInvoice" or (label and not len(group) and field_of(label) and not group.attrib):
                self._walk(group, None) if len(group) else self._leaf(label, group.text, None)
            elif label and (len(group) or group.attrib or (group.text or "").strip()):
                self.groups.setdefault(label, []).append(group)

    def _additional(self, element: etree._Element) -> None:
        for child in element.iter():
            name, value = local_name(child), (child.text or "").strip()
            if not name or len(child) or not value:
                continue
            if field_of(name) == "remark":
                self.texts.setdefault("remark", value)
            else:
                self.additions.setdefault(name, value)


_NUMBERS = frozenset({"number", "digital_number", "eiid"})
_LABELS = frozenset({"InIssuType", "EInvoiceType", "GeneralOrSpecialVAT", "TaxpayerType"})
_RED_FLAGS = frozenset({"KPLX", "开票类型", "kplx"})


def _booking(element: etree._Element) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for child in element:
        name, value = local_name(child), (child.text or "").strip()
        if len(child):
            told.setdefault("分录", []).append(
                {local_name(leaf): (leaf.text or "").strip() for leaf in child if local_name(leaf)}
            )
        elif name and value:
            told[BOOKED.get(name, name)] = value
    return told


def _extension(text: str | None) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        return {}
    return told if isinstance(told, dict) else {}


__all__ = ["BOOKING", "MONEY", "Told"]
