"""A letter (信): a raw mail taken apart, however broken: every attachment with its true name, mails inside mails, links in its text.

Names come as encoded words, RFC 2231, or bare GBK bytes; a header that cannot be read costs its header alone.
"""

from __future__ import annotations

import email
import mimetypes
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from html import unescape
from typing import NamedTuple

from jingpiao.sync.sources.mailbox.tnef import attachments

DEEPEST, MOST_PARTS = 6, 300
_LINK = re.compile(r"""https?://[^\s"'<>（）()，。；、\]\[{}|\\^`]+""", re.IGNORECASE)
_NARROW = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
}


class Part(NamedTuple):
    """One attachment (附件). ``way`` names the mails around it, outermost first."""

    name: str
    data: bytes
    way: tuple[str, ...] = ()


class Letter(NamedTuple):
    """A mail taken apart (拆开的邮件). ``message_id`` is empty where it has none."""

    subject: str
    sender: str
    message_id: str
    parts: tuple[Part, ...]
    links: tuple[str, ...]


def read(raw: bytes) -> Letter:
    """Take a raw mail apart. Never raises: what cannot be read is left out, the raw mail is kept anyway."""
    message = email.message_from_bytes(raw)
    found: list[Part] = []
    texts: list[str] = []
    for part in _parts(message, (), 0, texts):
        if len(found) < MOST_PARTS:
            found.append(part)
    links = dict.fromkeys(link for text in texts for link in _links(text))
    return Letter(
        subject=header(message, "Subject"),
        sender=header(message, "From"),
        message_id=header(message, "Message-ID"),
        parts=tuple(found),
        links=tuple(links),
    )


def _parts(message: Message, way: tuple[str, ...], depth: int, texts: list[str]) -> Iterator[Part]:
    if depth > DEEPEST:
        return
    _mend(message)
    payload = message.get_payload()
    kind = message.get_content_type()
    if kind == "message/rfc822":
        inner = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(inner, Message):
            yield from _inside(inner, message, way, depth, texts)
    elif isinstance(payload, list):
        for each in payload:
            if isinstance(each, Message):
                yield from _parts(each, way, depth + 1, texts)
    else:
        yield from _leaf(message, kind, way, depth, texts)


def _inside(
    inner: Message, around: Message, way: tuple[str, ...], depth: int, texts: list[str]
) -> Iterator[Part]:
    subject = header(inner, "Subject") or "无主题"
    name = _file_name(around) or f"{_plain(subject)}.eml"
    yield Part(name, _bytes(inner), way)
    yield from _parts(inner, (*way, subject), depth + 1, texts)


def _leaf(message: Message, kind: str, way: tuple[str, ...], depth: int, texts: list[str]) -> Iterator[Part]:
    data = message.get_payload(decode=True)
    if not isinstance(data, bytes):
        return
    name = _file_name(message)
    attached = message.get_content_disposition() == "attachment"
    if kind in ("text/plain", "text/html") and not name and not attached:
        texts.append(_text(data, message.get_content_charset()))
        return
    name = name or f"附件{mimetypes.guess_extension(kind) or '.bin'}"
    yield Part(name, data, way)
    if name.lower() == "winmail.dat" or kind == "application/ms-tnef":
        yield from (Part(_plain(title), inner, (*way, name)) for title, inner in attachments(data))
    elif name.lower().endswith(".eml") and data[:2000].lstrip()[:200].count(b":"):
        yield from _parts(email.message_from_bytes(data), (*way, name), depth + 1, texts)


def _bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, KeyError, ValueError, TypeError):
        return str(message).encode("utf-8", "surrogateescape")


def _mend(message: Message) -> None:
    """Read bare bytes in headers as what they are: the library would turn them into question marks."""
    raw = list(message.raw_items())
    if all(str(value).isascii() for _, value in raw):
        return
    for name in {name for name, _ in raw}:
        del message[name]
    for name, value in raw:
        message.set_raw(name, _unescaped(str(value)))


def header(message: Message, name: str) -> str:
    """Return a header as people read it, empty where there is none; broken words stay as they stand."""
    value = next((str(each) for own, each in message.raw_items() if own.lower() == name.lower()), "")
    return re.sub(r"\s+", " ", words(value)).strip()


def words(text: str) -> str:
    """Return a text with its encoded words decoded and bare bytes read as UTF-8 or else GB18030."""
    bare = _unescaped(text)
    try:
        pieces = decode_header(bare)
    except (ValueError, LookupError, UnicodeError):
        return bare
    return "".join(
        piece if isinstance(piece, str) else _text(piece, charset or "") for piece, charset in pieces
    )


def _unescaped(text: str) -> str:
    """Header bytes outside ASCII come as surrogates: read them as what they are."""
    if text.isascii():
        return text
    try:
        return _text(text.encode("utf-8", "surrogateescape"), None)
    except UnicodeError:
        return text


def _text(data: bytes, charset: str | None) -> str:
    named = _NARROW.get((charset or "").lower().strip("\"'"), charset or "")
    for each in (named, "utf-8", "gb18030"):
        try:
            if each:
                return data.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(named if named == "gb18030" else "utf-8", "replace")


def _file_name(message: Message) -> str:
    for parameter, place in (("filename", "content-disposition"), ("name", "content-type")):
        value = message.get_param(parameter, None, place)
        if isinstance(value, tuple):
            charset, _, text = value
            value = _text(text.encode("latin-1", "replace"), charset)
        elif value is not None:
            value = words(str(value))
        if value and value.strip():
            return _plain(value)
    return ""


def _plain(name: str) -> str:
    """Return a file name that is one name: no folders, no line breaks, no control signs, at most 200 signs."""
    last = re.split(r"[\\/]", re.sub(r"[\r\n\t]+\s*", "", name))[-1]
    return "".join(sign for sign in last if sign.isprintable() and not "\ud800" <= sign <= "\udfff").strip()[
        -200:
    ]


def _links(text: str) -> Iterator[str]:
    for match in _LINK.finditer(unescape(text)):
        yield match[0].rstrip(".,;:!?\"'")
