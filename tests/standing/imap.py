"""A stand-in mailbox, in a process of its own: enough of IMAP4rev1 to be read by, over real sockets, and its moods.

Speaks LOGIN, AUTHENTICATE PLAIN, ID, SELECT and EXAMINE, UID SEARCH (UID, SINCE), UID FETCH with literals, LOGOUT. Misbehaves as
servers do: drops the line inside a literal, is slow, changes UIDVALIDITY, announces a literal without end, wants an ID first.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from datetime import date, datetime
from typing import Any

USER, PASSWORD = "invoices@example.com", "app-password"


class Box:
    """The mailbox's state."""

    def __init__(self) -> None:
        self.validity = 1700000000
        self.folder = "INBOX"
        self.mails: list[dict[str, Any]] = []
        self.wants_id = False
        self.drop_at = self.endless_at = 0
        self.slow = 0.0
        self.commands: list[str] = []

    def control(self, told: dict[str, Any]) -> dict[str, Any]:
        for name, value in told.items():
            setattr(self, name, value)
        return {"commands": self.commands}

    def raw(self, mail: dict[str, Any]) -> bytes:
        return base64.b64decode(mail["raw"])


BOX = Box()


def day(text: str) -> date:
    """Return an IMAP day."""
    return datetime.strptime(f"{text} +0000", "%d-%b-%Y %z").date()


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    said_who = False

    def handle(self) -> None:
        self.say(b"* OK [CAPABILITY IMAP4rev1 ID AUTH=PLAIN] ready")
        while line := self.command():
            tag, _, rest = line.partition(b" ")
            name, _, arguments = rest.partition(b" ")
            BOX.commands.append(rest.decode("utf-8", "replace").replace(PASSWORD, "***"))
            if name.upper() == b"UID":
                name, _, arguments = arguments.partition(b" ")
                name = b"UID_" + name
            act = getattr(self, name.decode().lower(), None)
            if act is None:
                self.say(tag + b" BAD unknown command")
            elif act(tag, arguments) is False:
                return

    def command(self) -> bytes:
        """Read one command; literals in it are asked for and put in place."""
        line = self.rfile.readline()
        while match := re.search(rb"\{(\d+)\}\r\n$", line):
            self.say(b"+ go on")
            line = (
                line[: match.start()] + b'"' + self.rfile.read(int(match[1])) + b'"' + self.rfile.readline()
            )
        return line.rstrip(b"\r\n")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def capability(self, tag: bytes, _: bytes) -> None:
        self.say(b"* CAPABILITY IMAP4rev1 ID AUTH=PLAIN")
        self.say(tag + b" OK done")

    def login(self, tag: bytes, arguments: bytes) -> None:
        user, password = re.findall(rb'"((?:[^"\\]|\\.)*)"|(\S+)', arguments)[:2]
        right = (b"".join(user).decode(), b"".join(password).decode()) == (USER, PASSWORD)
        self.say(tag + (b" OK done" if right else b" NO [AUTHENTICATIONFAILED] LOGIN failed"))

    def authenticate(self, tag: bytes, arguments: bytes) -> None:
        self.say(b"+ ")
        _, user, password = base64.b64decode(self.rfile.readline()).decode().split("\0")
        right = (user, password) == (USER, PASSWORD)
        self.say(tag + (b" OK done" if right else b" NO [AUTHENTICATIONFAILED] failed"))

    def id(self, tag: bytes, _: bytes) -> None:
        self.said_who = True
        self.say(b'* ID ("name" "stand-in")')
        self.say(tag + b" OK done")

    def select(self, tag: bytes, arguments: bytes) -> None:
        self.examine(tag, arguments)

    def examine(self, tag: bytes, arguments: bytes) -> None:
        if BOX.wants_id and not self.said_who:
            self.say(tag + b" NO SELECT Unsafe Login. Please contact the administrator")
        elif arguments.strip(b'"').decode("ascii") != BOX.folder:
            self.say(tag + b" NO no such mailbox")
        else:
            self.say(b"* %d EXISTS" % len(BOX.mails))
            self.say(b"* 0 RECENT")
            self.say(b"* OK [UIDVALIDITY %d] valid" % BOX.validity)
            self.say(tag + b" OK [READ-ONLY] done")

    def uid_search(self, tag: bytes, arguments: bytes) -> None:
        words = arguments.decode().split()
        uids = [mail["uid"] for mail in BOX.mails]
        if words[0] == "UID":
            first = int(words[1].split(":")[0])
            found = [uid for uid in uids if uid >= first] or uids[-1:]  # `n:*` names the last one at least
        else:
            since = day(words[1])
            found = [mail["uid"] for mail in BOX.mails if day(mail["came"][:11]) >= since]
        self.say(b"* SEARCH " + " ".join(map(str, found)).encode())
        self.say(tag + b" OK done")

    def uid_fetch(self, tag: bytes, arguments: bytes) -> bool:
        which, _, parts = arguments.partition(b" ")
        wanted = {int(uid) for uid in which.split(b",")}
        for place, mail in enumerate(BOX.mails, 1):
            if mail["uid"] not in wanted:
                continue
            time.sleep(BOX.slow)
            raw = BOX.raw(mail)
            if b"BODY" not in parts:
                self.say(
                    b"* %d FETCH (UID %d RFC822.SIZE %d)" % (place, mail["uid"], mail.get("size", len(raw)))
                )
                continue
            size = 4 * 2**30 if BOX.endless_at == mail["uid"] else len(raw)
            head = b'* %d FETCH (UID %d INTERNALDATE "%s" BODY[] {%d}' % (
                place,
                mail["uid"],
                mail["came"].encode(),
                size,
            )
            self.say(head)
            if BOX.drop_at == mail["uid"]:
                BOX.drop_at = 0
                self.wfile.write(raw[: len(raw) // 2])
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                return False
            self.wfile.write(raw)
            self.say(b")")
        self.say(tag + b" OK done")
        return True

    def logout(self, tag: bytes, _: bytes) -> bool:
        self.say(b"* BYE")
        self.say(tag + b" OK done")
        return False


class Control(socketserver.StreamRequestHandler):
    """The door by which tests change the mailbox."""

    def handle(self) -> None:
        told = json.loads(self.rfile.readline())
        self.wfile.write(json.dumps(BOX.control(told)).encode() + b"\n")


class Server(socketserver.ThreadingTCPServer):
    """A server whose sessions end with it and whose broken ones say nothing."""

    daemon_threads = True
    allow_reuse_address = True
    context: ssl.SSLContext | None = None

    def get_request(self) -> Any:
        """Take a connection, under TLS where there is a certificate."""
        line, address = super().get_request()
        return (self.context.wrap_socket(line, server_side=True) if self.context else line), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no news."""


class StandIn:
    """The stand-in's process and the way to command it."""

    def __init__(self, certificate: str = "") -> None:
        """With a certificate (its key in the same file) the mailbox speaks TLS."""
        self._process = subprocess.Popen(
            [sys.executable, __file__, *filter(None, [certificate])],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.port, self._control = map(int, self._process.stdout.readline().split())
        self._mails: list[dict[str, Any]] = []

    def set(self, **told: Any) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self._control), timeout=10) as line:
            line.sendall(json.dumps(told).encode() + b"\n")
            with line.makefile("rb") as reply:
                found: dict[str, Any] = json.loads(reply.readline())
        return found

    def put(self, uid: int, raw: bytes, came: datetime, **more: Any) -> None:
        """Put a mail into the mailbox."""
        mail = {"uid": uid, "raw": base64.b64encode(raw).decode(), "came": f"{came:%d-%b-%Y %H:%M:%S %z}"}
        self._mails.append(mail | more)
        self.set(mails=self._mails)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


if __name__ == "__main__":
    servers = [Server(("127.0.0.1", 0), each) for each in (Session, Control)]
    if len(sys.argv) > 1:
        servers[0].context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        servers[0].context.load_cert_chain(sys.argv[1])
    for each in servers:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    print(*(each.server_address[1] for each in servers), flush=True)
    threading.Event().wait()
