"""A mailbox as a connection, on both databases: raw mails kept, attachments imported, nothing twice, whatever the server does."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from fapiao.einvoice import write_element
from making.exports import TAXPAYER, full, received
from making.plain import one
from standing.imap import PASSWORD, USER, StandIn

NOW = datetime.now(UTC).replace(microsecond=0)
WORK = """
import django; django.setup()
from datetime import datetime, UTC
from jingpiao.schedule import take_up_import
while take_up_import(datetime.now(UTC)):
    pass
from jingpiao.ledger import arrivals
from jingpiao.ledger.models import Arrival, Invoice
from jingpiao.sync.models import ImportFile
mails = [each for each in Arrival.objects.all() if each.name.endswith(".eml")]
assert all(arrivals.read(each) for each in mails)
print(Invoice.objects.count(), Arrival.objects.count(), len(mails), ImportFile.objects.filter(finished=False).count())
"""


def letter(subject: str, *files: tuple[str, bytes]) -> bytes:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "seller@example.com"
    made.set_content("见附件")
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    made.set_boundary(f"part-{len(files)}-{subject.encode().hex()[:20]}")
    return made.as_bytes()


def zipped(*places: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for place in places:
            archive.writestr(f"{place}.xml", write_element(one(place)))
    return buffer.getvalue()


@pytest.fixture
def connected(platform: Any, mailbox: StandIn) -> Any:
    platform.environment["JINGPIAO_OUTBOUND_ALLOW"] = f"127.0.0.1:{mailbox.port}"
    given = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "plain",
        "user": USER,
        "seconds": 3,
        "most": 2,
    }
    words = [f"--set={name}={value}" for name, value in given.items()]
    platform.lines(
        "source",
        "add",
        "inbox",
        "--member",
        "mailbox",
        "--feed",
        "mail",
        *words,
        "--set=password=@-",
        "--json",
        stdin=PASSWORD.encode(),
    )
    return platform


def worked(platform: Any) -> list[int]:
    run = subprocess.run(
        [sys.executable, "-c", WORK], capture_output=True, text=True, env=platform.environment, check=False
    )
    assert run.returncode == 0, run.stderr
    return [int(word) for word in run.stdout.split()]


def test_what_comes_by_mail_is_held_once_and_its_mails_are_kept(connected: Any, mailbox: StandIn):
    mailbox.put(1, letter("一", ("发票.xml", write_element(one(1)))), NOW - timedelta(days=3))
    mailbox.put(
        2,
        letter("二", ("一包.zip", zipped(2, 3)), ("logo.png", b"\x89PNG\r\n\x1a\n")),
        NOW - timedelta(days=2),
    )
    inner = EmailMessage()
    inner["Subject"] = "原邮件"
    inner.set_content("x")
    inner.add_attachment(write_element(one(4)), maintype="application", subtype="xml", filename="四.xml")
    inner.set_boundary("inner")
    mailbox.put(3, letter("转发", ("原邮件.eml", inner.as_bytes())), NOW - timedelta(days=1))
    mailbox.set(drop_at=3)
    connected.run("source", "visit", "inbox")
    connected.run("source", "visit", "inbox")
    assert worked(connected) == [4, 8, 4, 0]
    status = {row["feed"]: row for row in connected.lines("status", "--json")}["mail"]
    assert status["complete"] is False

    mailbox.set(validity=1800000000)
    connected.run("source", "visit", "inbox")
    assert worked(connected) == [4, 8, 4, 0]


def test_an_official_export_that_comes_by_mail_is_its_taxpayers_feed(connected: Any, mailbox: StandIn):
    days = [(NOW - timedelta(days=ago)).date().isoformat() for ago in (5, 6)]
    book = full([received(place, day) for place, day in enumerate(days)], made=NOW - timedelta(days=1))
    mailbox.put(1, letter("本月导出", ("全量发票查询导出结果.xlsx", book)), NOW)
    connected.run("source", "visit", "inbox")
    worked(connected)
    feeds = {row["feed"]: row for row in connected.lines("status", "--json")}
    assert feeds[f"export:{TAXPAYER}:received"]["watermark"]
