"""The Atom feed of incidents (故障订阅, RFC 4287): one entry an incident, updated with every word on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lxml import etree

NAMESPACE = "http://www.w3.org/2005/Atom"
_NAMESPACES: dict[Any, str] = {None: NAMESPACE}


def incidents(rows: Sequence[dict[str, Any]], *, base: str, now: datetime) -> bytes:
    """Return the feed. ``base`` is the site's address with a slash at its end; moments may be texts or moments."""
    page = f"{base}status"
    root = etree.Element("feed", nsmap=_NAMESPACES)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-Hans")
    _add(root, "id", f"{page}/incidents.atom")
    _add(root, "title", "京票 运行状态 Jingpiao status")
    _add(root, "updated", max((_updated(row) for row in rows), default=now.isoformat()))
    etree.SubElement(root, "link", rel="self", href=f"{page}/incidents.atom")
    etree.SubElement(root, "link", rel="alternate", href=page)
    author = etree.SubElement(root, "author")
    _add(author, "name", "京票 Jingpiao")
    for row in rows:
        _entry(root, row, page)
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return told


def _entry(root: etree._Element, row: dict[str, Any], page: str) -> None:
    entry = etree.SubElement(root, "entry")
    address = f"{page}/incidents/{row['id']}"
    closed = "（已恢复 resolved）" if row["closed_at"] else ""
    _add(entry, "id", address)
    _add(entry, "title", f"{closed}{row['title']} / {row['title_en']}")
    _add(entry, "published", _text(row["opened_at"]))
    _add(entry, "updated", _updated(row))
    etree.SubElement(entry, "link", rel="alternate", href=address)
    lines = [f"影响：{row['affected']}", f"Affected: {row['affected_en']}", f"可用：{row['works']}"]
    lines += [f"{_text(word['at'])} {word['text']} / {word['text_en']}" for word in row["words"]]
    _add(entry, "content", "\n".join(lines)).set("type", "text")


def _updated(row: dict[str, Any]) -> str:
    return max([_text(row["opened_at"]), *(_text(word["at"]) for word in row["words"])])


def _text(moment: datetime | str) -> str:
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).isoformat()


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, name)
    child.text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
    return child
