"""Tags (自定义标引): names of fields that point at text objects on the pages, or hold a value. Broken tags tell nothing.

Two families of names are met: the edrm one (`InvoiceNo`, `Buyer/BuyerName`) and that of 数电 XML (`TaxSupervisionInfo/
InvoiceNumber`). A tag may point at the currency sign alone: what has not the form of its field says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from lxml import etree

from fapiao.einvoice.identifying import qr_payload
from fapiao.einvoice.lines import line_of
from fapiao.einvoice.names import LINE_CONTAINERS, MONEY, field_of, line_field_of
from fapiao.einvoice.red import red_of_remark
from fapiao.einvoice.values import is_stars, parse_when, split_address, split_bank
from fapiao.formats.ofd.package import Document, text_of
from fapiao.markup import local_name
from fapiao.money import money_or_none
from fapiao.vocabulary import kind_from_label, kind_from_title

_POINTERS = frozenset({"ObjectRef", "ObjectData"})
_POINTER_TAGS = frozenset(f"{{http://www.ofdspec.org/2016}}{name}" for name in _POINTERS)
_KEPT = _POINTERS | {""}
_LINE_ONLY = frozenset({"TaxAmount", "Amount", "Item", "Price", "Quantity", "TaxScheme"})


class TextPage(Protocol):
    """A page whose texts tags may point at (标引所指的页)."""

    @property
    def identity(self) -> str:
        """The page's id."""

    @property
    def texts(self) -> dict[str, str]:
        """Texts by the ids of their objects."""


class Tagged:
    """What a document's tags tell (标引要素), and the texts they point at."""

    def __init__(self, document: Document, pages: Sequence[TextPage]) -> None:
        texts = [(page.identity, page.texts) for page in pages]
        self._texts = dict(reversed(texts))
        self._alone = {key: text for _, held in reversed(texts) for key, text in held.items()}
        self.told: dict[str, str] = {}
        self.lines: list[dict[str, str]] = []
        self.label = ""
        for root in _tag_roots(document):
            self._walk(root)

    def _walk(self, element: etree._Element) -> None:
        for child in element:
            name = local_name(child)
            if not name or name in _POINTERS:
                continue
            if name in LINE_CONTAINERS:
                self._line(child)
            elif name == "GeneralOrSpecialVAT":
                self.label = self._below(child, "LabelName") or self.label
            elif any(part.tag not in _POINTER_TAGS and local_name(part) not in _KEPT for part in child):
                self._walk(child)
            else:
                path = None if name in _LINE_ONLY else field_of(name)
                value = self._value(child) if path else ""
                if path and value:
                    self.told.setdefault(path, value)

    def _line(self, element: etree._Element) -> None:
        line: dict[str, str] = {}
        for part in element:
            field = line_field_of(local_name(part))
            value = self._value(part) if field else ""
            if field and value:
                line[field] = value
        if money_or_none(line.get("amount")) is not None:
            self.lines.append(line)

    def _below(self, element: etree._Element, name: str) -> str:
        return next((self._value(child) for child in element if local_name(child) == name), "")

    def _value(self, element: etree._Element) -> str:
        """A value: the texts pointed at, in order; else the data; else the element's own text."""
        parts, data = [], []
        for child in element:
            name = local_name(child)
            if name == "ObjectRef":
                parts.append(self._text(child))
            elif name == "ObjectData" and child.text:
                data.append(child.text.strip())
        return "".join(parts).strip() or "".join(data) or (element.text or "").strip()

    def _text(self, pointer: etree._Element) -> str:
        key = (pointer.text or "").strip()
        return self._texts.get(pointer.get("PageRef", ""), self._alone).get(key, "")


def _tag_roots(document: Document) -> list[etree._Element]:
    """Return the tag files' roots: those listed, a list that is itself one, else those lying in the folder of tags."""
    found = []
    package = document.package
    for listing in text_of(document.root, "CustomTags"):
        part = package.part(document.base, listing)
        if part is None:
            continue
        locations = text_of(part[1], "FileLoc")
        parts = [package.part(part[0], location) for location in locations] if locations else [part]
        found += [each[1] for each in parts if each]
    if found:
        return found
    folder = f"{document.base}/tags/".lower().lstrip("/")
    lying = [real for real in package.archive.names if real.lower().startswith(folder)]
    parts = [package.part("", real) for real in lying if not real.lower().endswith("customtags.xml")]
    return [each[1] for each in parts if each]


_SHAPES = {
    "number": r"\d{8}|\d{20}",
    "digital_number": r"\d{20}",
    "code": r"\d{10}|\d{12}",
    "check_code": r"\d{20}",
    "machine_number": r"\d{12}",
    "seller.tax_id": r"[0-9A-Z]{15,20}",
    "buyer.tax_id": r"[0-9A-Z]{15,20}",
}
_TEXTS = frozenset(
    {"seller.name", "buyer.name", "drawer", "payee", "reviewer", "remark", "total_in_words", "cipher"}
    | {f"{side}.{part}" for side in ("seller", "buyer") for part in ("address", "phone", "bank", "account")}
)
_NAMES = frozenset({"seller.name", "buyer.name", "drawer", "payee", "reviewer"})
_COMBINED = {
    "address_phone": (split_address, ("address", "phone")),
    "bank_account": (split_bank, ("bank", "account")),
}
_LABELLED = re.compile(r"^[\u4e00-\u9fff/（）()、 ]{2,22}[:：]\s*")


def tag_fields(document: Document, pages: Sequence[TextPage]) -> dict[str, Any]:
    """Return what a document's tags tell, by draft path."""
    tagged = Tagged(document, pages)
    fields: dict[str, Any] = {}
    for path, instead in (("number", "eiid"), ("issued", "requested")):
        tagged.told.setdefault(path, tagged.told.pop(instead, ""))
    for path, text in tagged.told.items():
        _tell(fields, path, _LABELLED.sub("", text) if path in _SHAPES or path in _NAMES else text)
    kind = _kind(tagged, fields)
    if kind:
        fields["kind"] = kind
    if tagged.lines:
        fields["lines"] = tuple(line_of(line) for line in tagged.lines)
    red = red_of_remark(tagged.told.get("remark", ""))
    if red:
        fields["red"] = red
    return {path: value for path, value in fields.items() if value is not None}


def _tell(fields: dict[str, Any], path: str, text: str) -> None:
    bare = text.replace(" ", "")
    side, _, part = path.partition(".")
    if path in MONEY:
        fields[path] = money_or_none(bare)
        if path == "tax" and is_stars(bare.lstrip("¥￥")):
            fields["tax_text"] = bare.lstrip("¥￥")
    elif path == "issued":
        fields["issued_on"] = parse_when(bare)[0]
    elif path in _SHAPES:
        fields[path] = bare if re.fullmatch(_SHAPES[path], bare) else None
    elif path == "qr":
        fields[path] = qr_payload(text)
    elif part in _COMBINED:
        split, parts = _COMBINED[part]
        for each, value in zip(parts, split(text), strict=True):
            fields.setdefault(f"{side}.{each}", value)
    elif path in _TEXTS:
        fields[path] = text


def _kind(tagged: Tagged, fields: dict[str, Any]) -> str | None:
    digits = len(fields.get("digital_number") or fields.get("number") or "")
    title = tagged.label or tagged.told.get("title", "")
    if not title or title.isdigit():
        return None
    if digits == 20:
        return kind_from_label(title, number_digits=20)
    return kind_from_title(title, code=fields.get("code"), number_digits=digits)
