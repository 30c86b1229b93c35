"""Atom feeds (订阅, RFC 4287): incidents, each updated with every word on it; announcements in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from lxml import etree

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
_NAMESPACES: dict[Any, str] = {None: NAMESPACE}


def incidents(rows: Sequence[dict[str, Any]], *, base: str, now: datetime) -> bytes:
    """Return the feed of incidents. ``base`` is the site's address with a slash at its end; moments may be texts."""
    page = f"{base}status"
    entries = [_incident(row, page) for row in rows]
    return _feed(f"{page}/incidents.atom", page, ("京票 运行状态", "Jingpiao status"), entries, now)


def announcements(rows: Sequence[dict[str, Any]], *, base: str, now: datetime) -> bytes:
    """Return the feed of announcements in force; each is updated when it comes into force."""
    entries = [_announcement(row, base) for row in rows]
    address = f"{base}api/v1/announcements.atom"
    return _feed(address, f"{base}status", ("京票 公告", "Jingpiao announcements"), entries, now)


def _feed(
    address: str, page: str, title: tuple[str, str], entries: Sequence[etree._Element], now: datetime
) -> bytes:
    root = etree.Element("feed", nsmap=_NAMESPACES)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-Hans")
    _add(root, "id", address)
    _add(root, "title", " ".join(title))
    updated = [entry.findtext("updated") or "" for entry in entries]
    _add(root, "updated", max(updated, default=now.isoformat()))
    etree.SubElement(root, "link", rel="self", href=address)
    etree.SubElement(root, "link", rel="alternate", href=page)
    _add(etree.SubElement(root, "author"), "name", "京票 Jingpiao")
    root.extend(entries)
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return told


def _announcement(row: dict[str, Any], base: str) -> etree._Element:
    from_ = _text(row["starts_at"])
    address = f"{base}api/v1/announcements#{quote(row['event_id'])}"
    return _entry(address, row["title"], from_, from_, row["body"])


def _incident(row: dict[str, Any], page: str) -> etree._Element:
    closed = "（已恢复 resolved）" if row["closed_at"] else ""
    lines = [f"影响：{row['affected']}", f"Affected: {row['affected_en']}", f"可用：{row['works']}"]
    lines += [f"{_text(word['at'])} {word['text']} / {word['text_en']}" for word in row["words"]]
    title = f"{closed}{row['title']} / {row['title_en']}"
    address = f"{page}/incidents/{row['id']}"
    return _entry(address, title, _text(row["opened_at"]), _updated(row), "\n".join(lines))


def _entry(address: str, title: str, published: str, updated: str, content: str) -> etree._Element:
    entry = etree.Element("entry")
    _add(entry, "id", address)
    _add(entry, "title", title)
    _add(entry, "published", published)
    _add(entry, "updated", updated)
    etree.SubElement(entry, "link", rel="alternate", href=address)
    _add(entry, "content", content).set("type", "text")
    return entry


def _updated(row: dict[str, Any]) -> str:
    return max([_text(row["opened_at"]), *(_text(word["at"]) for word in row["words"])])


def _text(moment: datetime | str) -> str:
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).isoformat()


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, name)
    child.text = "".join(sign for sign in text if sign >= " " or sign in "\n\t")
    return child
