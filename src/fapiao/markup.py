"""Guarded XML (安全的 XML 解析): no DTD, no entities, no network, bounded depth and text.

Settings measured against entity bombs, external entities and depth attacks: see docs/decisions. Two slips that real
makers commit are forgiven, because nothing is guessed by it: a declared encoding that the bytes do not have, and a
prefix that was never declared.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache

from lxml import etree

from fapiao.errors import FapiaoError

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNDECLARED_PREFIX = etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        recover=recover,
    )


MOST_XML = 8 * 2**20
"""Bytes of the largest XML that becomes a tree: a tree takes some thirty times its text."""


def parse_xml(data: bytes) -> etree._Element:
    """Parse one untrusted XML document and return its root element.

    Errors: `xml-forbidden` when the document declares a DTD (in any encoding); `xml-damaged` when it is not
    well-formed, nested deeper than 256 or holds a text over 10 MB; `file-too-costly` over `MOST_XML`.
    """
    if len(data) > MOST_XML:
        raise FapiaoError(
            "file-too-costly", f"XML 有 {len(data) // 2**20} MB，过大", f"the XML has {len(data) // 2**20} MB"
        )
    bare = _bare(data)
    try:
        root = _parse(bare)
    except (etree.XMLSyntaxError, ValueError) as slip:
        forgiven = _forgive(bare, slip)
        if forgiven is None:
            raise FapiaoError(
                "xml-damaged", f"XML 有语法错误：{_reason(slip)}", f"malformed XML: {_reason(slip)}"
            ) from None
        root = forgiven
    if root.getroottree().docinfo.internalDTD is not None:
        raise FapiaoError("xml-forbidden")
    return root


class _OnlyPrefixes(ValueError):
    """Nothing is wrong but prefixes that were never declared."""


class _Own(threading.local):
    """The parser of one thread: making one costs as much as a small document."""

    def __init__(self) -> None:
        self.parser = _parser()


_OWN = _Own()


def _parse(data: bytes) -> etree._Element:
    parser = _OWN.parser
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as slip:
        log = list(parser.error_log)
        if log and all(entry.type == _UNDECLARED_PREFIX for entry in log):
            raise _OnlyPrefixes(str(slip)) from None
        raise


def _forgive(data: bytes, slip: Exception) -> etree._Element | None:
    """Parse once more where only the declaration or a prefix is wrong; ``None`` where anything else is."""
    if isinstance(slip, _OnlyPrefixes):
        return _without_prefixes(data)
    text = _decoded(data)
    plain = _DECLARATION.sub("", text, count=1).strip().encode("utf-8", "surrogatepass") if text else data
    if plain == data:
        return None
    try:
        return _parse(plain)
    except _OnlyPrefixes:
        return _without_prefixes(plain)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _without_prefixes(data: bytes) -> etree._Element | None:
    root = etree.fromstring(data, _parser(recover=True))
    if not isinstance(root, etree._Element):
        return None
    for element in root.iter():
        if isinstance(element.tag, str) and ":" in element.tag and element.tag[0] != "{":
            element.tag = element.tag.rpartition(":")[2] or "_"
    return root


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _bare(data: bytes) -> bytes:
    """Return the document without padding; in UTF-16 every other byte is NUL and must stay."""
    return data if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.strip(b"\x00 \r\n\t")


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for anything that is not an element."""
    return bare_tag(element.tag)


@lru_cache(maxsize=4096)
def bare_tag(tag: object) -> str:
    """Return a tag without its namespace; empty where it is the mark of no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _reason(slip: Exception) -> str:
    return str(slip).split("(<string>")[0].strip()[:120]
