"""mailbox (邮箱): invoices that come by mail: attachments, mails inside mails, and files behind links of named hosts.

The cursor is ``UIDVALIDITY:UID`` of the last mail taken. Under another UIDVALIDITY all mails of the window are read again; the
raw mail and its attachments are the same bytes then, so nothing is held twice. The mailbox itself is left as it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec

from jingpiao.sync.source import Arrivals, Document, Health, Source, SourceError, asks
from jingpiao.sync.sources.mailbox.client import MEGABYTE, Mail, Mailbox, opened
from jingpiao.sync.sources.mailbox.letter import Letter, read
from jingpiao.sync.sources.mailbox.links import MOST_LINKS, allowed, fetch


class MailboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a mailbox (邮箱设置)."""

    host: Annotated[
        str, asks("IMAP 服务器", "IMAP server", hint="例如 imap.163.com", hint_en="For example imap.163.com")
    ]
    user: Annotated[str, asks("账号", "Account")]
    password: Annotated[
        str,
        asks(
            "密码或授权码",
            "Password",
            hint="多数邮箱要在网页上开通 IMAP 并用授权码",
            hint_en="Most providers want an app password",
            secret=True,
        ),
    ]
    port: Annotated[int, asks("端口", "Port")] = 993
    security: Annotated[
        Literal["tls", "plain"],
        asks("加密", "Security", hint="plain 只用于内网", hint_en="plain is for private networks only"),
    ] = "tls"
    folder: Annotated[str, asks("文件夹", "Folder")] = "INBOX"
    days: Annotated[int, asks("第一次往前取多少天", "Days to look back at first")] = 90
    hosts: Annotated[
        tuple[str, ...],
        asks(
            "可以下载的网站",
            "Hosts to download from",
            hint="一行一个，例如 dlj.51fapiao.cn；以点开头表示其下所有网站。空着就不取链接",
            hint_en="One a line; a leading dot means all below it. Empty: no link is fetched",
            long=True,
        ),
    ] = ()
    most: Annotated[int, asks("每次最多取几封", "Mails a visit")] = 30
    megabytes: Annotated[int, asks("每封最大 MB", "Largest mail in MB")] = 60
    seconds: Annotated[int, asks("最长等待秒数", "Longest wait in seconds")] = 30


def collect(settings: MailboxSettings, cursor: str) -> Arrivals:
    """Take the mails after the cursor, at most ``most`` of them; what came before a broken line is not lost.

    Errors: `SourceError` when not a single mail could be taken.
    """
    validity, last = _place(cursor)
    visit = _Visit(settings, validity, last)
    try:
        with _open(settings) as box:
            visit.go(box)
    except SourceError as slip:
        if not visit.moved:
            raise
        visit.notes.append(
            f"取到一半断了，下次接着取：{slip.message} / broke off, goes on at the next visit: {slip.message_en}"
        )
        visit.more = True
    return visit.arrivals()


def _place(cursor: str) -> tuple[int, int]:
    """Return UIDVALIDITY and the last uid. Errors: `SourceError` ``source-cursor``."""
    if not cursor:
        return 0, 0
    try:
        validity, _, last = cursor.partition(":")
        return int(validity), int(last)
    except ValueError:
        raise SourceError(
            "source-cursor", f"游标读不懂：{cursor[:40]}", "the cursor cannot be read"
        ) from None


def _open(settings: MailboxSettings) -> AbstractContextManager[Mailbox]:
    return opened(
        settings.host,
        settings.port,
        tls=settings.security == "tls",
        user=settings.user,
        password=settings.password,
        folder=settings.folder,
        seconds=settings.seconds,
        most=(settings.megabytes + 1) * MEGABYTE,
    )


class _Visit:
    """One visit under way (一次收信): what it has so far, and where it stands."""

    def __init__(self, settings: MailboxSettings, validity: int, last: int) -> None:
        self._settings, self._validity, self._last = settings, validity, last
        self._documents: list[Document] = []
        self.notes: list[str] = []
        self.more = self.moved = False

    def go(self, box: Mailbox) -> None:
        """Take mail after mail; each is whole before the place moves on."""
        if box.validity != self._validity:
            if self._validity:
                self.notes.append(
                    "邮箱重建过（UIDVALIDITY 变了），从头核对一遍，已有的不会重复"
                    " / UIDVALIDITY changed: read again, nothing is doubled"
                )
            self._validity, self._last = box.validity, 0
        since = datetime.now(UTC).date() - timedelta(days=self._settings.days)
        uids = box.uids_after(self._last, since)
        taken = uids[: max(1, self._settings.most)]
        self.more = len(uids) > len(taken)
        sizes = box.sizes(taken)
        for uid in taken:
            self._one(box, uid, sizes.get(uid, 0))
            self._last, self.moved = uid, True

    def _one(self, box: Mailbox, uid: int, size: int) -> None:
        if size > self._settings.megabytes * MEGABYTE:
            self.notes.append(
                f"第 {uid} 封有 {size // MEGABYTE} MB，超过上限，没有取：请从邮箱里自己下载后导入"
                f" / mail {uid} is over the limit and was passed over: download and import it by hand"
            )
            return
        mail = box.fetch(uid)
        if mail is None:
            self.notes.append(f"第 {uid} 封在取之前被删掉了 / mail {uid} was deleted before it was taken")
            return
        letter = read(mail.raw)
        self._documents += _documents(mail, letter)
        self._documents += self._linked(mail, letter)

    def _linked(self, mail: Mail, letter: Letter) -> Iterator[Document]:
        links = [link for link in letter.links if allowed(link, self._settings.hosts)]
        for link in links[:MOST_LINKS]:
            got = fetch(link, self._settings.hosts)
            if got.failure:
                self.notes.append(
                    f"第 {mail.uid} 封的链接 {got.link} {got.failure} / a link of mail {mail.uid}"
                )
            else:
                yield Document(
                    name=got.name, data=got.data, known_at=mail.came_at, note=f"{letter.subject} · {got.link}"
                )

    def arrivals(self) -> Arrivals:
        """Return what the visit brought."""
        return Arrivals(
            cursor=f"{self._validity}:{self._last}",
            documents=tuple(self._documents),
            more=self.more,
            notes=tuple(self.notes),
        )


def _documents(mail: Mail, letter: Letter) -> Iterator[Document]:
    """Yield the raw mail, kept as it came, and each attachment as a file of its own."""
    subject = letter.subject or "无主题"
    note = f"{subject} · {letter.sender}"
    yield Document(
        name=f"{subject[:80]}.eml", data=mail.raw, known_at=mail.came_at, note=note, kept_only=True
    )
    for part in letter.parts:
        if part.data:
            kept = part.name.lower().endswith(
                (".eml", "winmail.dat")
            )  # their contents follow as files of their own
            way = " › ".join((note, *part.way))
            yield Document(name=part.name, data=part.data, known_at=mail.came_at, note=way, kept_only=kept)


def probe(settings: MailboxSettings) -> Health:
    """Log in, open the folder, count its mails."""
    begun = time.monotonic()
    try:
        with _open(settings) as box:
            count = box.count()
    except SourceError as slip:
        return Health(ok=False, message=slip.message, message_en=slip.message_en)
    took = round((time.monotonic() - begun) * 1000)
    return Health(
        ok=True,
        message=f"已登录，{settings.folder} 里有 {count} 封",
        message_en=f"{count} mails",
        took_ms=took,
    )


SOURCE = Source(
    key="mailbox",
    label="邮箱",
    label_en="Mailbox",
    what="发票寄到一个邮箱：收附件，也可以从您允许的网站取链接",
    what_en="Invoices are mailed to an address: attachments are taken, and links from sites that you allow",
    settings=MailboxSettings,
    collect=collect,
    probe=probe,
)
