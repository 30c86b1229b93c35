"""The status page in a real browser: an outage opens by itself, marks answers, closes by itself; axe finds nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from journeys.serving import FLAGS, Server, browser_path
from telling.story import event, invoice, lines, number

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SOON = 60_000
QUICK = {"JINGPIAO_STATUS_BEAT": "1", "JINGPIAO_STATUS_DELAYED": "4", "JINGPIAO_STATUS_OUTAGE": "8"}
"""Everything sixty times as fast: a look a second, late after four seconds beyond the rhythm, down after eight."""
RHYTHM, LASTS = 3, 400


class Bureau:
    """`bureau run`: a feed that says something every second, and keeps silent on command."""

    def __init__(self, server: Server, home: Path) -> None:
        self.home = home
        home.mkdir()
        now = datetime.now(timezone(timedelta(hours=8)))
        beats = [
            {"feed": "bj", "at": (now + timedelta(seconds=place)).isoformat(), "type": "heartbeat"}
            for place in range(LASTS)
        ]
        (home / "later.jsonl").write_bytes(lines(beats))
        token = self._jingpiao(server, "token", "--role", "feed", "--feed", "bj").strip()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bureau.cli",
                "run",
                "--url",
                server.url,
                "--token",
                token,
                "--home",
                str(home),
            ]
        )

    @staticmethod
    def _jingpiao(server: Server, *words: str, data: bytes = b"") -> str:
        run = subprocess.run(
            [sys.executable, "-m", "jingpiao.cli", *words],
            input=data,
            env=server.environment,
            check=True,
            capture_output=True,
        )
        return run.stdout.decode()

    @classmethod
    def declare(cls, server: Server) -> None:
        feed = event(
            "feed",
            "01T00:00",
            label="北京电子发票服务平台",
            regions=["11"],
            kinds=[],
            since="2026-07-01",
            same_day=True,
            every_seconds=RHYTHM,
        )
        held = event("invoice", "10T11:30", id="i48", invoice=invoice(48))
        cls._jingpiao(server, "load", "-", data=lines([feed, held]))

    def outage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "bureau.cli", "outage", "bj", "--home", str(self.home), *words], check=True
        )

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "home", **QUICK)
    Bureau.declare(server)
    yield server
    assert server.stop() == 0


@pytest.fixture
def bureau(server: Server, tmp_path: Path) -> Iterator[Bureau]:
    bureau = Bureau(server, tmp_path / "bureau")
    yield bureau
    bureau.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


def open_page(browser: Browser, width: int = 1280, **more: object) -> Page:
    return browser.new_context(viewport={"width": width, "height": 900}, **more).new_page()  # type: ignore[arg-type]


def clean(page: Page) -> None:
    """No accessibility finding, and nothing wider than the screen."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"
    )
    assert found == [], msgspec.json.encode(found).decode()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def ask(browser: Browser, server: Server) -> Page:
    page = open_page(browser)
    page.goto(server.url)
    page.fill("#text", number(51))
    page.get_by_role("button", name="查", exact=True).click()
    page.wait_for_url("**/answers/**")
    return page


def test_an_outage_opens_marks_answers_and_closes_by_itself(browser: Browser, server: Server, bureau: Bureau):
    page = open_page(browser)
    page.goto(f"{server.url}/status")
    board, row = page.locator("#board"), page.locator("#feed-bj")
    expect(row).to_contain_text("● 正常", timeout=SOON)  # from here on the page is never loaded again
    expect(board).to_contain_text("没有正在持续的故障")
    before = ask(browser, server)
    expect(before.locator(".mark")).to_have_count(0)
    clean(page)

    bureau.outage()
    expect(board).to_contain_text("有故障正在持续", timeout=SOON)
    expect(board).to_contain_text("来源没有消息")
    expect(board).to_contain_text("仍可用")
    expect(board).to_contain_text("下次更新")
    expect(row).to_contain_text("✕ 故障", timeout=SOON)
    during = ask(browser, server)
    expect(during.locator(".mark")).to_contain_text("仍在持续")
    clean(during)
    clean(page)

    bureau.outage("--end")
    expect(board).to_contain_text("没有正在持续的故障", timeout=SOON)
    expect(row).to_contain_text("● 正常")
    expect(page.locator(".event").first).to_contain_text("已恢复")
    after = ask(browser, server)
    expect(after.locator(".mark")).to_have_count(0)
    during.reload()
    expect(during.locator(".mark")).to_contain_text("已恢复")
    during.locator(".mark a").click()
    expect(during.get_by_role("heading", level=1)).to_contain_text("来源没有消息")
    expect(during.locator("main")).to_contain_text("连续三次测量正常，自动关闭")
    clean(during)


def test_the_status_page_works_on_a_phone_in_english_dark_and_without_scripts(
    browser: Browser, server: Server
):
    page = open_page(browser, 390, color_scheme="dark")
    page.goto(f"{server.url}/status")
    clean(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Status")
    clean(page)
    plain = open_page(browser, 390, java_script_enabled=False)
    plain.goto(f"{server.url}/status")
    expect(plain.locator("table").last).to_contain_text("北京电子发票服务平台")
    expect(plain.locator(".tiles")).to_be_visible()
