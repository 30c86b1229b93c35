"""Reaching everybody: both languages, large type, dark, narrow screens, no scripts; axe finds nothing anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from journeys.serving import Server
from journeys.walking import PASSWORD, ask, clean, heading, sign_in
from telling.story import number

pytestmark = pytest.mark.journey
PAGES = (
    "",
    "ledger",
    f"ledger/{number(48)}",
    "ledger?text=nothing-like-this",
    "ledger?conflicts=on&least=1",
    "bin",
    "quarantine",
    "unread",
    "feeds",
    "guide",
    "imports",
    "status",
    "operate/sources",
    "operate/sources/add",
    "operate/sources/add?member=http",
    "operate/sources/add?member=mailbox",
    "operate/calibration",
    "operate/verification",
    "operate/audit",
    "docs/errors",
    "docs/errors/file-damaged",
    "docs/causes",
    "docs/causes/sync-delay",
    "docs/checks/day",
    "unread/1",
    "sign-in",
    "nowhere",
    "api/v1/docs",
)


def cookies(server: Server, **values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value, "url": server.url} for name, value in values.items()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_clean_in_both_languages_light_and_dark(
    browser: Browser, server: Server, scheme: str, lang: str
):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, server)
    context.add_cookies(cookies(server, lang=lang))  # type: ignore[arg-type]
    for path in PAGES:
        page.goto(f"{server.url}/{path}")
        clean(page)
        assert page.locator("html").get_attribute("lang") == ("en" if lang == "en" else "zh-Hans")
    context.close()


@pytest.mark.parametrize("wide", [True, False])
def test_an_operator_reaches_every_page_of_operations_from_any_page(
    browser: Browser, server: Server, wide: bool
):
    context = browser.new_context(viewport={"width": 1280 if wide else 390, "height": 844})
    page = context.new_page()
    sign_in(page, server)
    for words, title in (
        ("来源连接", "来源连接"),
        ("状态", "运行状态"),
        ("校准", "把握准不准"),
        ("读不懂的行", "读不懂的行"),
    ):
        page.goto(server.url)
        if not wide:
            page.get_by_text("菜单", exact=True).click()
        page.get_by_role("navigation", name="运维").locator("visible=true").get_by_role(
            "link", name=words
        ).first.click()
        heading(page, title)
    context.clear_cookies()
    page.goto(server.url)
    assert page.get_by_text("运维").count() == 0
    context.close()


def test_the_reference_page_asks_no_other_host_and_opens_its_parts(page: Page, server: Server):
    asked: list[str] = []
    slips: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: slips.append(message.text) if message.type == "error" else None)
    page.goto(f"{server.url}/api/v1/docs")
    page.get_by_text("POST /api/v1/checks", exact=True).click()
    link = page.get_by_role("link", name="answer", exact=True).first
    expect(link).to_be_visible()
    link.click()
    page.locator("#shape-answer > summary").click()
    expect(page.locator("#shape-answer").get_by_text("一句话结论", exact=True)).to_be_visible()
    assert all(url.startswith(server.url) for url in asked)
    assert slips == []


def test_language_and_type_size_are_one_press_away(page: Page, server: Server):
    page.goto(f"{server.url}/guide")
    page.get_by_role("button", name="English").click()
    heading(page, "Help")
    assert page.url.endswith("/guide")
    page.get_by_role("button", name="Large type").click()
    expect(page.locator("html")).to_have_class("large scripted")
    page.goto(server.url)
    page.fill("#text", "26192000000219709999")
    page.get_by_role("button", name="Find", exact=True).click()
    heading(page, "Not found")
    clean(page)
    size = page.get_by_role("link", name="Receipt").bounding_box()
    assert size is not None
    assert size["height"] >= 60
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="标准字号").click()


def test_nothing_scrolls_sideways_on_a_screen_of_320(browser: Browser, server: Server):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    sign_in(page, server)
    context.add_cookies(cookies(server, large="1", lang="en"))  # type: ignore[arg-type]
    for path in PAGES:
        page.goto(f"{server.url}/{path}")
        wide = page.evaluate(
            "[...document.querySelectorAll('main *, header *, footer *')].filter(e => e.getBoundingClientRect().right > 321)"
            ".map(e => e.outerHTML.slice(0, 200))"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= 321"), (path, wide)
    context.add_cookies(cookies(server, lang="zh"))  # type: ignore[arg-type]
    ask(page, server, f"{number(48)[:9]}7{number(48)[10:]} 2026-07-10 价税合计 154.00")
    clean(page)
    context.close()


def test_the_phones_menu_opens_without_scripts(browser: Browser, server: Server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.url)
    page.get_by_text("菜单").click()
    page.get_by_role("navigation", name="菜单").get_by_role("link", name="求助").click()
    heading(page, "求助")
    context.close()


def test_asking_importing_and_progress_work_without_scripts(
    browser: Browser, server: Server, page: Page, tmp_path: Path
):
    sign_in(page, server)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    bare = context.new_page()
    ask(bare, server, number(48))
    heading(bare, "在账")
    bare.goto(f"{server.url}/feeds")
    expect(bare.locator("table")).to_contain_text("北京电子发票服务平台")
    bare.goto(f"{server.url}/sign-in?next=/imports")
    bare.fill("[name=username]", "操作员")
    bare.fill("[name=password]", PASSWORD)
    bare.click("main button")
    assert page.viewport_size
    width = page.viewport_size["width"]
    file = tmp_path / "plain.csv"
    file.write_text(
        "发票号码,开票日期,金额,税额,价税合计,销方识别号,发票票种\n"
        f"{number(8000 + width // 10)},2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）\n",
        "utf-8",
    )
    bare.set_input_files("[name=file]", str(file))
    bare.get_by_role("button", name="开始导入").click()
    expect(bare.locator("main")).to_contain_text("导入完成", timeout=20_000)  # the page reloads itself
    context.close()


def test_a_wrong_password_says_so_and_a_guest_is_led_to_sign_in(page: Page, server: Server):
    sign_in(page, server)
    page.context.clear_cookies()
    page.goto(f"{server.url}/ledger")
    heading(page, "登录")
    clean(page)
    page.fill("[name=username]", "操作员")
    page.fill("[name=password]", "not this one at all")
    page.click("main button")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    assert page.title().startswith("错误：")
    clean(page)
