"""Visits to a mailbox over a real socket: nothing lost, nothing double, whatever the server does."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools.imap_utf7 import utf7_decode

from fapiao.einvoice import write_element
from jingpiao.sync.source import Arrivals, SourceError
from jingpiao.sync.sources.mailbox import SOURCE, MailboxSettings
from making.plain import one
from standing.imap import PASSWORD, StandIn

NOW = datetime.now(UTC).replace(microsecond=0)


def letter(place: int, text: str = "见附件") -> bytes:
    made = EmailMessage()
    made["Subject"] = f"发票 {place}"
    made["From"] = "seller@example.com"
    made.set_content(text)
    made.add_attachment(
        write_element(one(place)), maintype="application", subtype="xml", filename=f"发票{place}.xml"
    )
    made.set_boundary(f"part-{place}")
    return made.as_bytes()


def collect(settings: MailboxSettings, cursor: str = "") -> Arrivals:
    assert SOURCE.collect
    return SOURCE.collect(settings, cursor)


def names(arrivals: Arrivals) -> list[str]:
    return [each.name for each in arrivals.documents if not each.kept_only]


def filled(mailbox: StandIn, count: int) -> None:
    for place in range(1, count + 1):
        mailbox.put(place * 10, letter(place), NOW - timedelta(days=count - place))


def test_each_mail_comes_once_raw_and_taken_apart_and_stays_unread(
    mailbox: StandIn, settings: MailboxSettings
):
    filled(mailbox, 3)
    first = collect(settings)
    assert names(first) == ["发票1.xml", "发票2.xml", "发票3.xml"]
    raw = [each for each in first.documents if each.kept_only]
    assert [each.data for each in raw] == [letter(place) for place in (1, 2, 3)]
    assert raw[0].known_at == NOW - timedelta(days=2)
    assert raw[0].note == "发票 1 · seller@example.com"
    again = collect(settings, first.cursor)
    assert (again.documents, again.cursor, again.more) == ((), first.cursor, False)
    commands = " ".join(mailbox.set()["commands"])
    assert "EXAMINE" in commands
    assert "STORE" not in commands
    assert "BODY[]" not in commands
    assert PASSWORD not in commands


def test_many_mails_come_in_bounded_visits(mailbox: StandIn, settings: MailboxSettings):
    filled(mailbox, 5)
    few = msgspec.structs.replace(settings, most=2)
    cursor, seen = "", []
    for _ in range(3):
        visit = collect(few, cursor)
        seen += names(visit)
        cursor = visit.cursor
    assert seen == [f"发票{place}.xml" for place in range(1, 6)]
    assert visit.more is False


def test_a_line_that_breaks_inside_a_mail_loses_and_doubles_nothing(
    mailbox: StandIn, settings: MailboxSettings
):
    filled(mailbox, 4)
    mailbox.set(drop_at=30)
    first = collect(settings)
    assert names(first) == ["发票1.xml", "发票2.xml"]
    assert first.more
    assert "断了" in first.notes[0]
    assert names(collect(settings, first.cursor)) == ["发票3.xml", "发票4.xml"]


def test_a_line_that_breaks_inside_the_first_mail_is_a_failure_to_try_again(
    mailbox: StandIn, settings: MailboxSettings
):
    filled(mailbox, 1)
    mailbox.set(drop_at=10)
    with pytest.raises(SourceError) as slip:
        collect(settings)
    assert slip.value.code == "source-unreachable"
    assert slip.value.retryable
    assert names(collect(settings)) == ["发票1.xml"]


def test_a_rebuilt_mailbox_is_read_again_and_gives_the_same_bytes(
    mailbox: StandIn, settings: MailboxSettings
):
    filled(mailbox, 2)
    first = collect(settings)
    mailbox.set(validity=1800000000)
    again = collect(settings, first.cursor)
    assert again.cursor.startswith("1800000000:")
    assert "UIDVALIDITY" in again.notes[0]

    def digests(visit: Arrivals) -> set[str]:
        return {hashlib.sha256(each.data).hexdigest() for each in visit.documents}

    assert digests(again) == digests(first)


def test_old_mails_are_left_where_they_are(mailbox: StandIn, settings: MailboxSettings):
    mailbox.put(1, letter(1), NOW - timedelta(days=200))
    mailbox.put(2, letter(2), NOW)
    assert names(collect(settings)) == ["发票2.xml"]


def test_a_mail_over_the_limit_is_passed_over_and_said(mailbox: StandIn, settings: MailboxSettings):
    mailbox.put(1, letter(1), NOW, size=70 * 2**20)
    mailbox.put(2, letter(2), NOW)
    visit = collect(settings)
    assert names(visit) == ["发票2.xml"]
    assert "70 MB" in visit.notes[0]


def test_a_server_that_announces_a_mail_without_end_is_stopped(mailbox: StandIn, settings: MailboxSettings):
    filled(mailbox, 1)
    mailbox.set(endless_at=10)
    with pytest.raises(SourceError) as slip:
        collect(settings)
    assert slip.value.code == "source-too-large"


def test_a_slow_server_times_out(mailbox: StandIn, settings: MailboxSettings):
    filled(mailbox, 1)
    mailbox.set(slow=5)
    with pytest.raises(SourceError) as slip:
        collect(msgspec.structs.replace(settings, seconds=1))
    assert slip.value.code == "source-timeout"


def test_a_server_that_wants_to_know_who_asks_is_told(mailbox: StandIn, settings: MailboxSettings):
    mailbox.set(wants_id=True)
    filled(mailbox, 1)
    assert names(collect(settings)) == ["发票1.xml"]


def test_a_folder_with_a_chinese_name(mailbox: StandIn, settings: MailboxSettings):
    mailbox.set(folder="&U9F5GQ-")
    filled(mailbox, 1)
    chosen = msgspec.structs.replace(settings, folder=utf7_decode(b"&U9F5GQ-"))
    assert names(collect(chosen)) == ["发票1.xml"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "wrong"}, "source-refused"),
        ({"password": "密码"}, "source-refused"),
        ({"folder": "nowhere"}, "source-not-found"),
        ({"port": 1}, "source-unreachable"),
        ({"host": "127.0.0.2"}, "source-address"),
    ],
    ids=[
        "wrong password",
        "wrong password in Chinese",
        "no such folder",
        "nobody there",
        "an address not listed",
    ],
)
def test_each_failure_has_its_code_and_shows_no_password(
    mailbox: StandIn, settings: MailboxSettings, change: dict[str, Any], code: str
):
    wrong = msgspec.structs.replace(settings, **change)
    with pytest.raises(SourceError) as slip:
        collect(wrong)
    assert slip.value.code == code
    assert wrong.password not in f"{slip.value.message}{slip.value.message_en}"
    health = SOURCE.probe(wrong)
    assert not health.ok
    assert health.message


def test_a_cursor_that_cannot_be_read_is_said_so(settings: MailboxSettings):
    with pytest.raises(SourceError) as slip:
        collect(settings, "nonsense")
    assert slip.value.code == "source-cursor"


def test_the_probe_counts(mailbox: StandIn, settings: MailboxSettings):
    filled(mailbox, 2)
    health = SOURCE.probe(settings)
    assert (health.ok, "2 封" in health.message) == (True, True)


class Files(BaseHTTPRequestHandler):
    """A download site: a file, a redirect to it, one that leads away, a page."""

    asked: ClassVar[list[str]] = []

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        place = self.path.partition("?")[0]
        if place in ("/moved", "/away"):
            self.send_response(302)
            host = "127.0.0.1" if place == "/moved" else "localhost"
            self.send_header("Location", f"http://{host}:{self.server.server_address[1]}/file")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"<html>log in first</html>" if place == "/page" else write_element(one(7))
        self.send_response(404 if place == "/gone" else 200)
        self.send_header("Content-Disposition", "attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Files.asked.clear()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_links_are_fetched_from_hosts_of_the_list_only(
    mailbox: StandIn, settings: MailboxSettings, site: str
):
    text = f"下载：{site}/file?key=secret 或 {site}/moved 、{site}/away 、{site}/page 、{site}/gone 。"
    mailbox.put(1, letter(1, text), NOW)
    assert names(collect(settings)) == ["发票1.xml"]
    assert Files.asked == []
    listed = msgspec.structs.replace(settings, hosts=("127.0.0.1",))
    visit = collect(listed)
    assert names(visit) == ["发票1.xml", "发票.xml", "发票.xml"]
    said = "\n".join(visit.notes)
    for word in ("/away 转到了不在名单上的地址", "/page 是网页", "/gone 没有取到"):
        assert word in said
    assert "secret" not in said + "".join(each.note for each in visit.documents)
    assert Files.asked == ["/file?key=secret", "/moved", "/file", "/away", "/page", "/gone"]


def certificate(folder: Path) -> Path:
    """A certificate of our own for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "mailbox.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_tls_is_spoken_and_a_certificate_that_nobody_vouches_for_is_refused(
    settings: MailboxSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = certificate(tmp_path)
    secure = StandIn(str(file))
    try:
        filled(secure, 1)
        chosen = msgspec.structs.replace(settings, port=secure.port, security="tls")
        with pytest.raises(SourceError) as slip:
            collect(chosen)
        assert slip.value.code == "source-unreachable"
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert names(collect(chosen)) == ["发票1.xml"]
    finally:
        secure.close()
