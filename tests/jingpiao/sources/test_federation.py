"""The source "federation": signed pages of a peer's journal, pinned keys, watermarks by region, conflicts kept."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from joserfc import jws as jose
from joserfc.jwk import OKPKey

from drills.feeding import environment
from jingpiao.api.tokens import make_token
from jingpiao.inquiry.receipts import KIND, jwks
from jingpiao.outbound.http import Reply
from jingpiao.sync import signed_pages
from jingpiao.sync.services import load_events
from jingpiao.sync.source import SourceError
from jingpiao.sync.sources import federation
from jingpiao.sync.sources.federation import FederationSettings
from telling.story import event, invoice, lines, told

NOW = datetime.now(UTC)


class Peer:
    """This process's platform as a peer, its replies changed on the way by ``twist``."""

    def __init__(self, feeds: str = "bj") -> None:
        self.token = make_token(label="peer", role="federation", feed=feeds, now=NOW)
        self.twist: Any = lambda reply: reply

    def fetch(self, url: str, *, token: str = "", accept: tuple[str, ...] = (), **_: Any) -> Reply:
        parts = urlsplit(url)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        reply = Client().get(f"{parts.path}?{parts.query}", headers=headers)
        if reply.status_code != 200:
            raise SourceError("source-refused")
        assert reply.headers["Content-Type"].partition(";")[0] in accept
        taken = Reply(200, {name.lower(): value for name, value in reply.headers.items()}, reply.content, 1)
        return self.twist(taken) if token else taken

    def settings(self, **more: Any) -> FederationSettings:
        given = {
            "url": "https://peer.example.org",
            "token": self.token,
            "feeds": ("bj",),
            "fingerprints": tuple(map(signed_pages.fingerprint, jwks()["keys"])),
        }
        return FederationSettings(**(given | more))


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Peer:
    peer = Peer()
    monkeypatch.setattr(federation, "fetch", peer.fetch)
    load_events(lines(told()).splitlines(), source="t", now=NOW)
    return peer


def refused(settings: FederationSettings, cursor: str = "") -> SourceError:
    with pytest.raises(SourceError) as slip:
        federation.collect(settings, cursor)
    return slip.value


def changed(jws: str) -> str:
    """Return a signature with one character in its middle replaced by another."""
    place = len(jws) - 40
    return jws[:place] + ("A" if jws[place] != "A" else "B") + jws[place + 1 :]


def shared() -> list[dict[str, Any]]:
    return [each for each in told() if each["feed"] == "bj"]


def test_a_peers_journal_is_read_page_by_page(peer: Peer):
    cursor, got, pages = "", [], 0
    while True:
        page = federation.collect(peer.settings(limit=7), cursor)
        cursor, got, pages = page.cursor, [*got, *page.lines], pages + 1
        if not page.more:
            break
    assert [json.loads(each) for each in got] == shared()
    assert pages > 3
    assert federation.collect(peer.settings(), cursor).lines == ()


@pytest.mark.parametrize(
    "twist",
    [
        lambda reply: reply._replace(headers={}),
        lambda reply: reply._replace(body=reply.body.replace(b"normal", b"voided") + b"\n"),
        lambda reply: reply._replace(body=reply.body[:200]),
        lambda reply: reply._replace(headers={"jingpiao-signature": "a.b.c"}),
        lambda reply: reply._replace(
            headers={"jingpiao-signature": changed(reply.headers["jingpiao-signature"])}
        ),
    ],
    ids=["none", "changed", "shortened", "nonsense", "forged"],
)
def test_a_page_that_does_not_verify_brings_nothing(peer: Peer, twist: Any):
    peer.twist = twist
    slip = refused(peer.settings())
    assert (slip.code, slip.retryable) == ("source-signature", False)


def test_an_old_page_cannot_be_given_for_a_new_one(peer: Peer):
    kept: list[Reply] = []

    def twist(reply: Reply) -> Reply:
        kept.append(reply)
        return kept[0]

    peer.twist = twist
    first = federation.collect(peer.settings(limit=5), "")
    assert refused(peer.settings(limit=5), first.cursor).code == "source-signature"


def test_a_key_that_is_not_pinned_is_named_and_signs_nothing(peer: Peer):
    slip = refused(peer.settings(fingerprints=("another",)))
    assert slip.code == "source-signature"
    assert signed_pages.fingerprint(jwks()["keys"][0]) in slip.message
    health = federation.probe(peer.settings(fingerprints=("another",)))
    assert not health.ok
    assert federation.probe(peer.settings()).ok


def test_a_peer_restored_to_another_history_is_read_from_the_start(peer: Peer):
    first = federation.collect(peer.settings(limit=5), "")
    place = json.loads(first.cursor)
    other = json.dumps({**place, "mark": "another"})
    page = federation.collect(peer.settings(limit=5), other)
    assert (page.lines, page.more) == ((), True)
    again = federation.collect(peer.settings(limit=5), page.cursor)
    assert again.lines == first.lines


def test_a_token_reads_only_the_feeds_it_names(peer: Peer):
    client = Client()
    path = "/api/v1/federation/events"
    for role, feed, status in (
        ("operator", "", 403),
        ("feed", "bj", 403),
        ("federation", "", 403),
        ("federation", "here", 403),
    ):
        token = make_token(label="t", role=role, feed=feed, now=NOW)
        assert client.get(path, headers={"authorization": f"Bearer {token}"}).status_code == status
    assert client.get(path).status_code == 401
    mine = {"authorization": f"Bearer {peer.token}"}
    got = client.get(path, {"limit": 5000}, headers=mine).content.splitlines()
    assert {json.loads(each)["event"]["feed"] for each in got} == {"bj"}
    assert client.get(path, {"limit": 0}, headers=mine).json()["code"] == "invalid"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_an_independent_library_signs_what_we_accept_and_verifies_what_we_sign(peer: Peer):
    key = OKPKey.generate_key("Ed25519")
    told_key = {**key.as_dict(private=False), "kid": "k"}
    header = {"alg": "EdDSA", "kid": "k", "typ": signed_pages.TYPE}
    signed = jose.serialize_compact(header, b'{"purpose":"x"}', key, algorithms=["EdDSA"])
    pin = signed_pages.fingerprint(told_key)
    assert pin == key.thumbprint()
    assert signed_pages.statement(signed, [told_key], [pin]) == {"purpose": "x"}
    receipt = jose.serialize_compact(header | {"typ": KIND}, b"{}", key, algorithms=["EdDSA"])
    with pytest.raises(SourceError):
        signed_pages.statement(receipt, [told_key], [pin])
    reply = peer.fetch(
        "https://p/api/v1/federation/events?after=0&limit=9", token=peer.token, accept=("application/jsonl",)
    )
    published = OKPKey.import_key({n: v for n, v in jwks()["keys"][-1].items() if n in ("kty", "crv", "x")})
    jose.deserialize_compact(reply.headers["jingpiao-signature"], published, algorithms=["EdDSA"])


@contextmanager
def running(platform: Any) -> Iterator[str]:
    """Serve a platform in processes of its own and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jingpiao.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=platform.environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.drill
@pytest.mark.parametrize("platform", ["postgres"], indirect=True)
def test_two_real_platforms_share_two_regions_and_keep_what_differs(platform, tmp_path: Path):
    """The peer keeps its journal in PostgreSQL, we keep ours in SQLite."""
    peer, ours = platform, type(platform)(tmp_path / "ours")
    theirs = [*told(), event("invoice", "10T11:40", id="theirs", invoice=invoice(1))]
    mine = [event("invoice", "10T11:30", id="mine", invoice=invoice(1, total="999.00", amount="993.00"))]
    ours.environment = environment(ours)
    assert peer.run("load", "-", stdin=lines(theirs)).returncode == 0
    assert ours.run("load", "-", stdin=lines(mine)).returncode == 0
    token = peer.run("token", "--role", "federation", "--feed", "bj,js").stdout.decode().strip()
    pin = peer.run("fingerprint").stdout.decode().strip()
    with running(peer) as address:
        settings = (f"url={address}", "token=@-", "feeds=bj,js", f"fingerprints={pin}", "limit=10")
        words = [word for each in settings for word in ("--set", each)]
        add = ours.run("source", "add", "east", "--member", "federation", *words, stdin=token.encode())
        assert add.returncode == 0, add.stderr.decode()
        visits = ours.lines("source", "visit", "east", "--json")
    assert sum(each["fresh"] for each in visits) == sum(each["feed"] in ("bj", "js") for each in theirs)
    assert len(visits) > 2
    marks = {row["feed"]: row["watermark"] for row in ours.lines("status", "--json")}
    told_there = {row["feed"]: row["watermark"] for row in peer.lines("status", "--json")}
    assert set(marks) == {"bj", "js"}
    assert marks["bj"] == told_there["bj"] != marks["js"] == told_there["js"]
    for total in ("999.00", "107.00"):  # the same number told differently: both are held
        words = ["--number", invoice(1)["number"], "--date", "2026-07-10", "--total", total]
        answer = ours.lines("check", "--json", *words)[0]
        assert (answer["existence"], answer["agreement"]) == ("found", "full"), total
    assert ours.run("source", "probe", "east").returncode == 1  # the peer is gone
