"""A journey in a real browser: the manual check — copy each field with one press, note the outcome, see it as evidence."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from journeys.serving import FLAGS, Server, browser_path

pytestmark = pytest.mark.journey
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
NOW = datetime.now(timezone(timedelta(hours=8)))
DAY = (NOW - timedelta(days=5)).date()
NUMBERS = {"phone": f"{NOW:%y}312000000219000020", "desk": f"{NOW:%y}312000000219000021"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("manual") / "home")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


def clean(page: Page) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"
    )
    assert found == [], msgspec.json.encode(found).decode()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def screenshot() -> dict[str, str | bytes]:
    target = io.BytesIO()
    Image.new("RGB", (640, 400), "white").save(target, "PNG")
    return {"name": "结果.png", "mimeType": "image/png", "buffer": target.getvalue()}


def asked(page: Page, server: Server, number: str) -> None:
    page.goto(server.url)
    page.fill("#text", number)
    page.locator("main summary").click()
    page.fill("[name=issued_on]", DAY.isoformat())
    page.fill("[name=total]", "1126.50")
    page.get_by_role("button", name="查", exact=True).click()
    page.get_by_role("link", name="人工查验").or_(page.get_by_role("button", name="人工查验")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("人工查验")


@pytest.mark.parametrize("width", sorted(WIDTHS))
def test_each_field_is_copied_with_one_press_and_the_outcome_is_kept(
    browser: Browser, server: Server, width: str
):
    across, down = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": across, "height": down}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    asked(page, server, NUMBERS[width])
    clean(page)
    copied = []
    for button in page.locator("[data-copy]").all():
        button.click()
        expect(button).to_have_text("已复制")
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    assert copied == [NUMBERS[width], f"{DAY:%Y%m%d}", "1126.5"]
    page.get_by_label("查无此票").check()
    page.set_input_files("[name=picture]", screenshot())  # type: ignore[arg-type]
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("heading", name="查验记录")).to_be_visible()
    expect(page.locator("main")).to_contain_text("查无此票")
    clean(page)
    with page.expect_response(lambda reply: reply.url.endswith("/picture")) as kept:
        page.get_by_role("link", name="截图").click()
    assert kept.value.headers["content-type"] == "image/png"
    context.close()


def test_without_javascript_the_fields_are_there_and_the_outcome_is_kept(browser: Browser, server: Server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked(page, server, f"{NOW:%y}312000000219000022")
    expect(page.locator("main code").first).to_have_text(f"{NOW:%y}312000000219000022")
    expect(page.get_by_role("button", name="复制")).to_have_count(0)
    page.get_by_label("信息不一致").check()
    page.get_by_role("button", name="记下").click()
    expect(page.locator("main")).to_contain_text("信息不一致")
    context.close()
