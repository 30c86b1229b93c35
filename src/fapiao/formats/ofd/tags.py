"""Tags (自定义标引): names of fields that point at text objects on the pages. Broken tags tell nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lxml import etree

from fapiao.einvoice.names import LINE, MONEY, TEXT
from fapiao.einvoice.reading import line_of
from fapiao.einvoice.values import is_stars, parse_when
from fapiao.formats.ofd.package import Package, text_of
from fapiao.formats.ofd.pages import OfdPage
from fapiao.markup import local_name
from fapiao.money import money_or_none

_CONTAINERS = frozenset({"GoodsInfo", "IssuItemInformation"})


def tag_fields(package: Package, pages: Sequence[OfdPage]) -> dict[str, Any]:
    """Return what the tags tell, by draft path."""
    texts = {(page.identity, key): text for page in pages for key, text in page.texts.items()}
    told: dict[str, str] = {}
    lines: list[dict[str, str]] = []
    for base, document in package.documents:
        for listing in text_of(document, "CustomTags"):
            part = package.part(base, listing)
            for location in text_of(part[1], "FileLoc") if part else ():
                tags = part and package.part(part[0], location)
                if tags:
                    _walk(tags[1], texts, told, lines)
    return _fields(told, lines)


def _walk(
    element: etree._Element,
    texts: dict[tuple[str, str], str],
    told: dict[str, str],
    lines: list[dict[str, str]],
) -> None:
    for child in element:
        name = local_name(child)
        if name in _CONTAINERS:
            line: dict[str, str] = {}
            for part in child:
                value = _value(part, texts)
                if value and local_name(part) in LINE:
                    line[LINE[local_name(part)]] = value
            if line.get("amount"):
                lines.append(line)
        elif any(local_name(part) not in ("ObjectRef", "ObjectData") for part in child if local_name(part)):
            _walk(child, texts, told, lines)
        else:
            path = TEXT.get(name) or MONEY.get(name)
            value = _value(child, texts)
            if path and value:
                told.setdefault(path, value)


def _value(element: etree._Element, texts: dict[tuple[str, str], str]) -> str:
    parts = [
        texts.get((child.get("PageRef", ""), (child.text or "").strip()), "")
        for child in element
        if local_name(child) == "ObjectRef"
    ]
    return "".join(parts).strip()


_SHAPES = {
    "number": r"\d{8}|\d{20}",
    "code": r"\d{10}|\d{12}",
    "check_code": r"\d{20}",
    "machine_number": r"\d{12}",
    "seller.tax_id": r"[0-9A-Z]{15,20}",
    "buyer.tax_id": r"[0-9A-Z]{15,20}",
}


def _fields(told: dict[str, str], lines: list[dict[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for path, text in told.items():
        bare = text.replace(" ", "")
        if path in ("amount", "tax", "total"):
            fields[path] = money_or_none(bare.replace("¥", "").replace("￥", ""))
            if path == "tax" and is_stars(bare):
                fields["tax_text"] = bare
        elif path == "issued":
            fields["issued_on"] = parse_when(bare)[0]
        elif path in _SHAPES:
            fields[path] = bare if re.fullmatch(_SHAPES[path], bare) else None
        elif path in ("seller.name", "buyer.name", "drawer", "payee", "reviewer", "remark", "total_in_words"):
            fields[path] = text
    if lines:
        fields["lines"] = tuple(line_of(line) for line in lines)
    return {path: value for path, value in fields.items() if value is not None}
