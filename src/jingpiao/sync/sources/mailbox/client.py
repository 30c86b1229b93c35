"""The IMAP line (收信连接): imap-tools over a vetted address, read only, bounded in time and size, with one way to fail."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any, NamedTuple

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from jingpiao.outbound.addresses import OutboundError, open_socket
from jingpiao.sync.source import SourceError

MEGABYTE = 2**20
_OUTBOUND = {"address": "source-address", "timeout": "source-timeout", "unreachable": "source-unreachable"}
_SIZE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")
_WHEN = re.compile(rb'INTERNALDATE "([^"]+)"')
imaplib.Commands["ID"] = (
    "AUTH",
    "SELECTED",
)  # RFC 2971: 163, 126 and yeah.net refuse a mailbox to who says nothing of himself
_WHO = '("name" "jingpiao" "version" "1" "vendor" "jingpiao")'


class Mail(NamedTuple):
    """A mail as the server keeps it (原始邮件): raw bytes and the moment at which it came there."""

    uid: int
    raw: bytes
    came_at: datetime | None


class _Line(imaplib.IMAP4):
    """The protocol over our own socket; a literal longer than announced for this visit ends it."""

    def __init__(self, host: str, port: int, *, tls: bool, seconds: float, most: int) -> None:
        self._tls, self._most = tls, most
        super().__init__(host, port, seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        raw = open_socket(self.host, self.port, timeout=min(timeout or 10.0, 10.0))
        raw.settimeout(timeout)
        if not self._tls:
            return raw
        try:
            return ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)
        except (OSError, ValueError):
            raw.close()
            raise

    def read(self, size: int) -> bytes:
        """Read a literal. Errors: `SourceError` ``source-too-large``."""
        if size > self._most:
            raise SourceError(
                "source-too-large", "邮件服务器送来的内容过大", "the server sent too much at once"
            )
        return super().read(size)


class _Box(BaseMailBox):
    """imap-tools' mailbox on that line."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._line


class Mailbox:
    """A folder opened for reading (打开的邮箱文件夹). ``validity`` is its UIDVALIDITY: uids mean nothing under another."""

    def __init__(self, line: _Line, box: _Box, validity: int) -> None:
        self._line, self._box, self.validity = line, box, validity

    def uids_after(self, uid: int, since: date) -> list[int]:
        """Return the uids after one, in order; before any is known, those of mails since a day."""
        words = f"UID {uid + 1}:*" if uid else f"SINCE {_imap_day(since)}"
        found = [int(each) for each in self._box.uids(words, charset=None)]
        return sorted(each for each in found if each > uid)  # `n:*` always names the last mail, however old

    def sizes(self, uids: list[int]) -> dict[int, int]:
        """Return how many bytes each mail has; those that vanished meanwhile are left out."""
        if not uids:
            return {}
        _, rows = self._line.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        sizes: dict[int, int] = {}
        for row in rows or []:
            match = _SIZE.search(row if isinstance(row, bytes) else b"")
            if match:
                uid, size, other_size, other_uid = match.groups()
                sizes[int(uid or other_uid)] = int(size or other_size)
        return sizes

    def fetch(self, uid: int) -> Mail | None:
        """Return one mail, unread as before; ``None`` when it vanished meanwhile."""
        _, rows = self._line.uid("FETCH", str(uid), "(UID INTERNALDATE BODY.PEEK[])")
        for row in rows or []:
            if isinstance(row, tuple) and len(row) == 2:
                return Mail(uid, row[1], _moment(row[0]))
        return None

    def count(self) -> int:
        """Return how many mails the folder holds."""
        _, rows = self._line.response("EXISTS")
        return int(rows[-1]) if rows and rows[-1] else 0


@contextmanager
def opened(
    host: str, port: int, *, tls: bool, user: str, password: str, folder: str, seconds: float, most: int
) -> Iterator[Mailbox]:
    """Open a folder, read only; the line is cut when ``10 × seconds`` have passed. Errors: `SourceError`."""
    with _failures(host):
        line = _Line(host, port, tls=tls, seconds=seconds, most=most)
        watch = threading.Timer(10 * seconds, _cut, [line.sock])
        watch.daemon = True
        watch.start()
        try:
            box = _Box(line)
            _log_in(box, user, password)
            if "ID" in line.capabilities:
                line._simple_command("ID", _WHO)
            box.folder.set(folder, readonly=True)
            _, validity = line.response("UIDVALIDITY")
            yield Mailbox(line, box, int(validity[0]) if validity and validity[0] else 0)
            line.logout()
        finally:
            watch.cancel()
            with suppress(OSError):
                line.shutdown()


def _log_in(box: _Box, user: str, password: str) -> None:
    ascii_only = (user + password).isascii()
    (box.login if ascii_only else box.login_utf8)(user, password, None)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _failures(host: str) -> Iterator[None]:
    """Turn what a line can raise into a `SourceError`; a password is in none of them."""
    try:
        yield
    except OutboundError as slip:
        code = _OUTBOUND.get(slip.code, "source-fault")
        raise SourceError(code, f"连不上 {host}：{slip}", str(slip)) from None
    except MailboxLoginError:
        raise SourceError(
            "source-refused", f"{host} 拒绝登录（多数邮箱要用授权码）", f"{host} refused the login"
        ) from None
    except MailboxFolderSelectError:
        raise SourceError(
            "source-not-found", f"{host} 没有这个文件夹", f"{host} has no such folder"
        ) from None
    except TimeoutError:
        raise SourceError(
            "source-timeout", f"{host} 没有按时答复", f"{host} did not answer in time"
        ) from None
    except (imaplib.IMAP4.abort, OSError) as slip:
        why = type(slip).__name__
        raise SourceError(
            "source-unreachable", f"{host} 的连接断了（{why}）", f"{host}: the line broke ({why})"
        ) from None
    except (imaplib.IMAP4.error, ImapToolsError) as slip:
        said = _login_refused(slip)
        raise SourceError(said, f"{host} 答复不合约定", f"{host} answered in another form") from None


def _login_refused(slip: Exception) -> str:
    text = str(slip).upper()
    return "source-refused" if "AUTHENTICATIONFAILED" in text or "LOGIN" in text else "source-answer"


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _imap_day(day: date) -> str:
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"


def _moment(head: Any) -> datetime | None:
    """Return a mail's INTERNALDATE, whatever the locale; ``None`` where it is missing or out of form."""
    match = _WHEN.search(head if isinstance(head, bytes) else b"")
    parts = (
        re.match(r"\s*(\d{1,2})-(\w{3})-(\d{4}) (.+)", match[1].decode("ascii", "replace")) if match else None
    )
    if parts is None or parts[2].title() not in _MONTHS:
        return None
    text = f"{parts[3]}-{_MONTHS.index(parts[2].title()) + 1:02d}-{int(parts[1]):02d} {parts[4]}"
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
