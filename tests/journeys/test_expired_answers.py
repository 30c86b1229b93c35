"""A guest who waits for too much is shown how to make room; a deleted answer says so: in a real browser, both languages."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from journeys.conftest import BEIJING, world
from journeys.serving import Server
from journeys.walking import ask, clean, heading
from telling.story import lines, number

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
AGE = (
    "import django; django.setup()\nfrom datetime import timedelta\nfrom django.db.models import F\n"
    "from jingpiao.inquiry.models import KeptAnswer\n"
    "for kept in KeptAnswer.objects.all():\n"
    "    KeptAnswer.objects.filter(pk=kept.pk).update(asked_at=kept.asked_at - timedelta(days=600))\n"
)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Server]:
    """A server where one may wait for one invoice at a time."""
    server = Server(tmp_path / "home", JINGPIAO_WATCHES="1")
    run(server, "-m", "jingpiao.cli", "load", "-", stdin=lines(world(datetime.now(BEIJING))))
    yield server
    assert server.stop() == 0


def run(server: Server, *words: str, stdin: bytes = b"") -> None:
    subprocess.run(
        [sys.executable, *words], input=stdin, env=server.environment, check=True, stdout=subprocess.DEVNULL
    )


def late(page: Page, server: Server, place: int) -> None:
    """Ask for an invoice of yesterday's, which is on its way."""
    today = datetime.now(BEIJING)
    ask(page, server, f"{number(place)} {today:%Y-%m-%d} 价税合计 {106 + place}.00")


def test_who_waits_for_too_much_stops_one_and_goes_on(page: Page, small: Server):
    late(page, small, 90)
    first = page.url
    page.get_by_role("button", name="到了告诉我").click()
    expect(page.get_by_text("正在替您守着")).to_be_visible()
    clean(page)
    late(page, small, 91)
    second = page.url
    page.get_by_role("button", name="到了告诉我").click()
    heading(page, "同时守候的发票已到上限")
    clean(page)
    page.get_by_role("button", name="停止守候").click()
    page.wait_for_url(first)
    expect(page.get_by_text("已停止守候")).to_be_visible()
    clean(page)
    page.goto(second)
    page.get_by_role("button", name="到了告诉我").click()
    expect(page.get_by_text("正在替您守着")).to_be_visible()
    page.wait_for_timeout(4_000)  # the notice has been fetched anew by itself
    expect(page.get_by_role("button", name="停止守候")).to_be_visible()
    page.context.add_cookies([{"name": "lang", "value": "en", "url": small.url}])
    page.goto(first)
    page.get_by_role("button", name="Tell me when it comes").click()
    heading(page, "Too many invoices are watched for at once")
    clean(page)


def test_a_deleted_answer_says_so_and_leads_back_to_asking(page: Page, small: Server):
    ask(page, small, number(48))
    address = page.url
    run(small, "-c", AGE)
    run(small, "-m", "jingpiao.cli", "answers", "expire")
    for lang, words in (("zh", "按保留期删除"), ("en", "deleted after its retention")):
        page.context.add_cookies([{"name": "lang", "value": lang, "url": small.url}])
        for door in ("", "/receipt"):
            reply = page.goto(f"{address}{door}")
            assert reply is not None
            assert reply.status == 410
            heading(page, words)
            clean(page)
    page.get_by_role("link", name="Ask again").click()
    expect(page.locator("#text")).to_be_visible()
