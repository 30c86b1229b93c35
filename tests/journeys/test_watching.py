"""A late invoice is explained, arrives, and its page turns to found by itself: a real server, feed and browser."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from journeys.serving import FLAGS, Server, browser_path
from telling.story import event, invoice, lines

pytestmark = pytest.mark.journey
pause = threading.Event()
NOW = datetime.now(timezone(timedelta(hours=8)))
ISSUED = NOW - timedelta(minutes=40)
NUMBERS = {True: f"{ISSUED:%y}112000000219709901", False: f"{ISSUED:%y}112000000830014256"}
TOTALS = {NUMBERS[True]: "156.00", NUMBERS[False]: "831.00"}


def late(number: str) -> dict[str, Any]:
    place = int(TOTALS[number][:3]) - 106
    return invoice(
        place, number=number, issued_on=f"{ISSUED:%Y-%m-%d}", issued_at=ISSUED.isoformat(timespec="seconds")
    )


def world() -> list[dict[str, Any]]:
    declared = event(
        "feed",
        "01T00:00",
        label="北京电子发票服务平台",
        regions=["11"],
        kinds=[],
        since="2026-01-01",
        same_day=True,
        every_seconds=3600,
    )
    mark = (NOW - timedelta(hours=1)).isoformat()
    return [
        declared,
        {"feed": "bj", "at": NOW.isoformat(), "type": "watermark", "complete_to": mark},
    ]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("watching") / "home")
    run(server, "load", "-", stdin=lines(world()))
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


def run(server: Server, *words: str, stdin: bytes = b"") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", *words],
        input=stdin,
        env=server.environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout.decode().strip()


def deliver(server: Server, number: str) -> None:
    """The feed brings the invoice through the API, as any feed does."""
    token = run(server, "token", "--role", "feed", "--feed", "bj")
    at = datetime.now(timezone(timedelta(hours=8))).isoformat()
    told = {"feed": "bj", "at": at, "type": "invoice", "id": number, "invoice": late(number)}
    request = urllib.request.Request(
        f"{server.url}/api/v1/feeds/bj/events",
        data=lines([told]),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/jsonl"},
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        assert json.load(reply)["invoices_new"] == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_late_invoice_is_explained_arrives_and_its_page_turns_to_found(
    browser: Browser, server: Server, scripts: bool
):
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.url)
    page.fill("#text", f"{NUMBERS[scripts]} 开票日期 {ISSUED:%Y-%m-%d} 价税合计 {TOTALS[NUMBERS[scripts]]}")
    page.get_by_role("button", name="查", exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("未找到")
    expect(page.locator("main")).to_contain_text("数据还没同步到")
    page.get_by_role("button", name="到了告诉我").click()
    expect(page.locator("[data-watch]")).to_contain_text("正在替您守着")
    address = page.url
    deliver(server, NUMBERS[scripts])
    if not scripts:
        turned(server, address)
        page.get_by_role("link", name="刷新看看").click()
    expect(heading).to_contain_text("找到了", timeout=30_000)
    expect(page.locator("[data-watch]")).to_contain_text("守候结束")
    expect(page.locator("[data-changed]")).to_contain_text("这张发票到了")
    assert page.url == address
    context.close()


def turned(server: Server, address: str) -> None:
    """Wait until the service says that the watch has turned (nobody looks at the page meanwhile)."""
    token = address.rpartition("/")[2]
    for _ in range(100):
        with urllib.request.urlopen(f"{server.url}/api/v1/checks/{token}/watch", timeout=5) as reply:
            if json.load(reply)["state"] == "arrived":
                return
        pause.wait(0.3)
    raise AssertionError("the watch did not turn")


def test_the_receipts_code_is_read_off_the_screen_and_verifies(
    browser: Browser, server: Server, tmp_path: Path
):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
    page.goto(server.url)
    page.fill("#text", NUMBERS[True])
    page.get_by_role("button", name="查", exact=True).click()
    page.get_by_role("link", name="回执").click()
    picture = Image.open(io.BytesIO(page.locator("svg[data-qr]").screenshot()))
    [code] = zxingcpp.read_barcodes(picture)
    receipt = tmp_path / "receipt"
    receipt.write_text(code.text, "ascii")
    assert json.loads(run(server, "receipt", "verify", str(receipt)))["ok"] is True
    page.close()
