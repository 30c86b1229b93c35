"""Taxonomies (分类标准) of 电子凭证会计数据标准: which one a document uses, told by the last segment of its address."""

from __future__ import annotations

from lxml import etree

from fapiao.vocabulary import SOURCES

NOT_INVOICES = frozenset({"ntrev", "bker", "bkrs", "efi", "ctp"})
"""Fiscal payment slips, bank receipts and statements, fiscal e-bills, treasury vouchers: never invoices."""
_ADDRESS = "xbrl.mof.gov.cn/taxonomy"
_KNOWN = (*sorted(SOURCES["xbrl"], key=len, reverse=True), *sorted(NOT_INVOICES), "einv", "inv")


def taxonomy_of(root: etree._Element) -> str | None:
    """Return the set's name (``rai``, ``inv_spcl``, ``bker`` …), the bare last segment where it is not known."""
    first = None
    for address in _addresses(root):
        if address and _ADDRESS in address:
            name = address.rstrip("/").rpartition("/")[2].lower()
            known = next((known for known in _KNOWN if name.startswith(known)), None)
            if known:
                return known
            first = first or name
    return first


def _addresses(root: etree._Element) -> list[str | None]:
    """Return namespaces of the root and, where it declares none of interest, of what lies one and two levels below."""
    found: list[str | None] = list(root.nsmap.values())
    if any(address and _ADDRESS in address for address in found):
        return found
    for child in root:
        if isinstance(child.tag, str):
            found.append(child.tag[1:].partition("}")[0] if child.tag[0] == "{" else None)
            found += child.nsmap.values() if child.tag[0] == "{" else ()
    return found


def is_fiscal_tag(tag: str) -> bool:
    """Tell the tag of a fiscal receipt (财政电子票据): the tax authority's own begin with SWEI."""
    return tag.upper().startswith("CZ")
