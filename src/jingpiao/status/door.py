"""The door (入口): how a canary goes in and is asked for, over HTTP, as any source and any asker do.

So a web process that hangs, a token check that fails, a proxy that is down shows as what it is. Where the platform is served is
`JINGPIAO_DOOR`; `jingpiao serve` tells its own worker. Without it nothing is flown and the path is not known.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from django.conf import settings
from django.http.request import validate_host

from fapiao.claim import Claim
from jingpiao.outbound.addresses import OutboundError, open_unvetted
from jingpiao.outbound.http import send
from jingpiao.status.lines import Measuring
from jingpiao.status.passes import Pass

SHARE = 6
"""A beat is so many times as long as one request may take: a round of a few that hang ends within its beat."""
SHORTEST, LONGEST = 0.5, 10.0
"""Seconds that a request is given at least and at most."""
OPENS_WITHIN = 20.0
"""Seconds that a web process which is just starting is given before the first canary."""
Call = Callable[[str, bytes, dict[str, str]], tuple[int, bytes]]
"""Posts a body to an address of the platform: path, body, headers → status, body. Errors: `OutboundError`."""


class Door:
    """The platform's own door for one round of canaries (入口): once it fails to answer, nobody knocks again in this round."""

    def __init__(self, call: Call, token: Pass) -> None:
        self._call, self._pass, self._shut = call, token, ""

    def enter(self, feed: str, line: bytes) -> str:
        """Send an event in at the door of a feed; returns what went wrong, empty where it was taken in as new."""
        status, body = self._post(f"/api/v1/feeds/{quote(feed, safe='')}/events", line, "application/jsonl")
        if status != 200:
            return self._refused(status, body)
        told = _object(body)
        if told.get("invoices_new"):
            return ""
        return f"{told.get('quarantined')} quarantined, {told.get('unread')} unread"

    def found(self, claims: Sequence[Claim]) -> tuple[list[bool], str]:
        """Ask for invoices by the public question, keeping no answer: which were found, and what went wrong."""
        if not claims:
            return [], ""
        lines = b"\n".join(msgspec.json.encode(_asked(claim)) for claim in claims)
        status, body = self._post("/api/v1/checks/batch", lines, "application/jsonl")
        if status != 200:
            return [False] * len(claims), self._refused(status, body)
        answers = [_object(line) for line in body.splitlines()]
        found = [answer.get("existence") == "found" for answer in answers]
        return (found, "") if len(found) == len(claims) else ([False] * len(claims), "answers are missing")

    def _post(self, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        """Return status and body; 0 and the reason where the door did not answer."""
        if self._shut:
            return 0, self._shut.encode()
        try:
            headers = {"Content-Type": kind, "Authorization": f"Bearer {self._pass.text()}"}
            return self._call(path, body, headers)
        except OutboundError as slip:
            self._shut = f"{slip.code}: {slip}"
            return 0, self._shut.encode()

    def _refused(self, status: int, body: bytes) -> str:
        if status == 0:
            return body.decode("utf-8", "replace")[:300]
        if status == 401:
            self._pass.drop()  # somebody revoked it, or the check fails: the next round comes with a new one
        return f"{status} {_object(body).get('code', '')}".strip()


def _asked(claim: Claim) -> dict[str, Any]:
    return {"number": claim.number, "issued_on": claim.issued_on, "total": claim.total}


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return told if isinstance(told, dict) else {}


def address() -> str:
    """Return where the platform is served, from ``JINGPIAO_DOOR``; empty where nobody said so."""
    return os.environ.get("JINGPIAO_DOOR", "").rstrip("/")


def served_at(host: str, port: int) -> str:
    """Return the address at which this machine reaches what it serves itself."""
    own = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the opposite
    return f"http://[{own}]:{port}" if ":" in own else f"http://{own}:{port}"


def door(token: Pass, how: Measuring) -> Door | None:
    """Return the platform's door for one round, ``None`` where it is not served."""
    url = address()
    return Door(_caller(url, max(SHORTEST, min(LONGEST, how.beat / SHARE))), token) if url else None


def _caller(url: str, deadline: float) -> Call:
    host = {"Host": name} if (name := _host_to_name(url)) else {}

    def call(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        reply = send(
            "POST", url + path, headers=headers | host, body=body, deadline=deadline, opening=open_unvetted
        )
        return reply.status, reply.body

    return call


def _host_to_name(url: str) -> str:
    """Return the host to name where the address itself is none that is served: a loopback behind names of its own."""
    allowed = settings.ALLOWED_HOSTS
    own = urlsplit(url).hostname or ""
    bare = f"[{own}]" if ":" in own else own
    return "" if validate_host(bare, allowed) or not allowed else str(allowed[0]).lstrip(".")


def wait_until_open() -> None:
    """Wait a little for a web process that is just starting; one that does not come is for the canaries to find."""
    until = time.monotonic() + OPENS_WITHIN
    while address() and time.monotonic() < until:
        try:
            send("GET", f"{address()}/healthz", deadline=1.0, opening=open_unvetted)
            return
        except OutboundError:
            time.sleep(0.3)
