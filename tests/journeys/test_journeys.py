"""Journeys in a real browser: paste, drop, scan, mistype, import; on a phone and a desk; axe finds nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fapiao.einvoice import write_element
from fapiao.invoice import Invoice, Party
from fapiao.qr import build
from journeys.serving import FLAGS, Server, browser_path
from telling.story import event, invoice, lines, number

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
PASSWORD = "一句足够长的话 as a password"
TODAY = datetime.now(timezone(timedelta(hours=8))).date()
PAYLOAD = build("32", "", number(48), Decimal("154.00"), date(2026, 7, 10))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("journey") / "home")
    now = datetime.now(timezone(timedelta(hours=8)))
    world = [
        event(
            "feed",
            "01T00:00",
            label="北京电子发票服务平台",
            regions=["11"],
            kinds=[],
            since="2026-07-01",
            same_day=True,
            every_seconds=86400,
        ),
        event("invoice", "10T11:30", id="i48", invoice=invoice(48)),
        {
            "feed": "bj",
            "at": now.isoformat(),
            "type": "watermark",
            "complete_to": (now - timedelta(hours=30)).isoformat(),
        },
    ]
    subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", "load", "-"],
        input=lines(world),
        env=server.environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    camera = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    _film(camera)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=[*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
        )
        yield browser
        browser.close()


def _film(path: Path) -> None:
    """A camera that looks at our own QR code."""
    code = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(PAYLOAD, zxingcpp.BarcodeFormat.QRCode), scale=6
    )
    picture = Image.new("RGB", (640, 480), "white")
    square = Image.fromarray(code).convert("RGB").resize((360, 360), Image.Resampling.NEAREST)
    picture.paste(square, (140, 60))
    frame = path.with_suffix(".jpg")
    picture.save(frame, quality=90)
    path.write_bytes(frame.read_bytes() * 5)


@pytest.fixture(params=sorted(WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, permissions=["camera"])
    page = context.new_page()
    slips: list[str] = []
    page.on("pageerror", lambda slip: slips.append(str(slip)))
    page.on(
        "console",
        lambda message: (
            slips.append(message.text)
            if message.type == "error" and "Content Security" in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert slips == []


def clean(page: Page) -> None:
    """axe finds nothing, and nothing scrolls sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])"
    )
    assert found == [], msgspec.json.encode(found).decode()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
        "the page scrolls sideways"
    )


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/sign-in")
    if "first" in page.url:
        clean(page)
        page.fill("[name=code]", server.code)
        page.fill("[name=username]", "操作员")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
    else:
        page.fill("[name=username]", "操作员")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_a_pasted_number_is_taken_apart_and_found(page: Page, server: Server):
    page.goto(server.url)
    clean(page)
    page.fill("#text", number(48))
    expect(page.locator("#facts")).to_contain_text("2026 · 北京")
    expect(page.locator("#facts")).to_contain_text("20 位 ✓")
    page.click("summary")
    page.fill("[name=issued_on]", "2026-07-10")
    page.fill("[name=total]", "154.00")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("找到了 · 状态正常")
    expect(page.locator(".paper")).to_contain_text("甲公司")
    expect(page.locator(".paper")).not_to_contain_text("乙公司")
    clean(page)
    page.get_by_role("button", name="回执").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("回执")
    clean(page)


def test_a_mistyped_number_is_offered_the_right_one(page: Page, server: Server):
    sign_in(page, server)
    page.goto(server.url)
    wrong = number(48)[:9] + "7" + number(48)[10:]
    page.fill("#text", f"{wrong} 开票日期 2026-07-10 价税合计 154.00")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("填写有误")
    clean(page)
    page.get_by_role("link", name=number(48)[:4]).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("找到了")


def test_an_invoice_on_its_way_shows_where_it_is(page: Page, server: Server):
    page.goto(server.url)
    page.fill("#text", f"{TODAY:%y}112000000219709901 开票日期 {TODAY} 价税合计 154.00")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("未找到")
    expect(page.locator(".way")).to_contain_text("交付")
    expect(page.locator("main")).to_contain_text("为什么")
    clean(page)


def test_a_dropped_file_is_answered(page: Page, server: Server, tmp_path: Path):
    told = msgspec.convert(invoice(48), Invoice, strict=False)
    data = write_element(told).decode()
    page.goto(server.url)
    page.evaluate(
        """text => { const box = document.querySelector('[data-drop]'); const data = new DataTransfer();
        data.items.add(new File([text], 'dropped.xml', {type: 'text/xml'}));
        box.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }""",
        data,
    )
    expect(page.get_by_role("heading", level=1)).to_contain_text("找到了")


def test_the_camera_scans_a_code(page: Page, server: Server):
    page.goto(server.url)
    page.get_by_role("button", name="扫一扫").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("找到了", timeout=20_000)


def test_an_import_with_a_broken_row_tells_every_row(page: Page, server: Server, tmp_path: Path):
    sign_in(page, server)
    page.goto(f"{server.url}/imports")
    clean(page)
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("alert")).to_contain_text("请先选择文件")
    head = "发票号码,开票日期,金额,税额,价税合计,销方识别号,发票票种\n"
    good = Invoice(
        number=f"261120000003{page.viewport_size['width']:08d}", seller=Party(tax_id="91110000600037341L")
    )
    rows = f"{good.number},2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）\n,2026-07-01,1.00,0.06,1.06,91110000600037341L,x\n"
    file = tmp_path / "rows.csv"
    file.write_text(head + rows, "utf-8")
    page.set_input_files("[name=file]", str(file))
    page.get_by_role("button", name="开始导入").click()
    expect(page.locator("main")).to_contain_text("导入完成", timeout=20_000)
    expect(page.locator("main")).to_contain_text("这一行没有发票号码")
    clean(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载逐行结果").click()
    assert Path(download.value.path()).read_text("utf-8-sig").count("\n") == 3


def test_the_operators_pages_are_clean_full_and_empty(page: Page, server: Server):
    sign_in(page, server)
    for path in (
        "ledger",
        f"ledger/{number(48)}",
        "ledger?text=nothing-like-this",
        "bin",
        "quarantine",
        "feeds",
        "guide",
        "imports",
        "operate/calibration",
    ):
        page.goto(f"{server.url}/{path}")
        clean(page)
    page.goto(f"{server.url}/ledger/{number(48)}")
    page.get_by_role("button", name="移到回收站").click()
    expect(page.get_by_role("status")).to_contain_text("已移到回收站")
    page.goto(f"{server.url}/bin")
    clean(page)
    page.get_by_role("button", name="还原").first.click()
    expect(page.get_by_role("status")).to_contain_text("已还原")


def test_english_large_type_and_dark_are_clean_too(browser: Browser, server: Server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Large type").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This invoice")
    clean(page)
    page.fill("#text", "26192000000219709999")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not found")
    clean(page)
    context.close()


def test_everything_needed_works_without_scripts(browser: Browser, server: Server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.url)
    page.fill("#text", number(48))
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("在账")
    page.goto(f"{server.url}/feeds")
    expect(page.locator("table")).to_contain_text("北京电子发票服务平台")
    context.close()
