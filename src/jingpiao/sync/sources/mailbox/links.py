"""Links (链接): invoice files behind links in a mail, fetched only from hosts that the settings name."""

from __future__ import annotations

import email
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from jingpiao.outbound.addresses import OutboundError
from jingpiao.outbound.http import Reply, send
from jingpiao.sync.sources.mailbox.letter import words

MOST_LINKS, MOST_HOPS = 10, 3
MOST_BYTES = 32 * 2**20
SECONDS = 20.0
_PAGE = re.compile(rb"^\s*(<!doctype html|<html)", re.IGNORECASE)


class Fetched(NamedTuple):
    """What a link gave (取回的文件): the file, or why there is none."""

    link: str
    name: str = ""
    data: bytes = b""
    failure: str = ""


def allowed(link: str, hosts: Sequence[str]) -> bool:
    """Tell whether a link leads to a host of the list, or below one of them (``.example.com``)."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or parts.username or parts.password:
        return False
    return any(_matches(host, each.strip().lower()) for each in hosts)


def _matches(host: str, entry: str) -> bool:
    return bool(entry) and (host.endswith(entry) and host != entry[1:] if entry[0] == "." else host == entry)


def fetch(link: str, hosts: Sequence[str]) -> Fetched:
    """Fetch one allowed link; a redirect is followed only to another allowed host. Never raises."""
    address = link
    for _ in range(MOST_HOPS):
        if not allowed(address, hosts):
            return Fetched(shown(link), failure="转到了不在名单上的地址 / led to a host that is not listed")
        try:
            reply = send("GET", address, deadline=SECONDS, most=MOST_BYTES)
        except OutboundError as slip:
            return Fetched(shown(link), failure=f"没有取到（{slip.code}） / not fetched")
        if reply.status not in (301, 302, 303, 307, 308):
            return _file(link, address, reply)
        address = urljoin(address, reply.headers.get("location", ""))
    return Fetched(shown(link), failure="转了太多次 / too many redirects")


def _file(link: str, address: str, reply: Reply) -> Fetched:
    if reply.status != 200 or not reply.body:
        return Fetched(shown(link), failure=f"没有取到（{reply.status}） / not fetched")
    if _PAGE.match(reply.body[:200]):
        return Fetched(
            shown(link), failure="是网页，不是文件：请打开邮件自己下载 / a page, no file: download it by hand"
        )
    return Fetched(shown(link), name=_name(address, reply), data=reply.body)


def _name(address: str, reply: Reply) -> str:
    message = email.message_from_string(
        f"Content-Disposition: {reply.headers.get('content-disposition', '')}\n\n"
    )
    given = message.get_filename() or unquote(urlsplit(address).path.rpartition("/")[2])
    last = re.split(r"[\\/]", words(given))[-1]
    return "".join(sign for sign in last if sign.isprintable())[-200:] or "下载文件"


def shown(link: str) -> str:
    """Return a link as it may be shown and logged: without its query, which is often a key."""
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
