"""Asking: paste, keyboard, drop, camera, several at once; found, mistyped, on its way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from fapiao.einvoice import write_element
from fapiao.invoice import Invoice
from journeys.conftest import BEIJING
from journeys.serving import Server
from journeys.walking import ask, clean, heading, sign_in
from telling.story import invoice, number

pytestmark = pytest.mark.journey
WRONG = number(48)[:9] + "7" + number(48)[10:]


def test_a_pasted_number_is_taken_apart_and_found(page: Page, server: Server):
    page.goto(server.url)
    clean(page)
    page.fill("#text", number(48))
    facts = page.locator("#facts")
    expect(facts).to_contain_text("年 2026")
    expect(facts).to_contain_text("北京")
    expect(facts).to_contain_text("20 位 ✓")
    page.locator("main summary").click()
    page.fill("[name=issued_on]", "2026-07-10")
    page.fill("[name=total]", "154.00")
    clean(page)
    page.get_by_role("button", name="查", exact=True).click()
    heading(page, "找到了 · 状态正常")
    expect(page.locator(".verdict")).to_contain_text("每一项都与票面一致")
    expect(page.locator(".paper")).to_contain_text("甲**")
    expect(page.locator(".paper")).to_contain_text("只显示您已经填对的内容")
    expect(page.locator(".paper")).not_to_contain_text("¥—")
    expect(page.locator(".paper")).not_to_contain_text("乙公司")
    expect(page.locator(".paper svg.qr")).to_be_visible()
    assert number(48) not in page.url
    clean(page)
    page.get_by_role("link", name="回执").click()
    heading(page, "回执")
    expect(page.locator("svg.bigqr")).to_be_visible()
    clean(page)


def test_a_wrong_letter_is_underlined_with_its_likely_digit(page: Page, server: Server):
    page.goto(server.url)
    page.fill("#text", number(48).replace("0", "O", 1))
    expect(page.locator("#facts mark")).to_have_text("O")
    expect(page.locator("#facts rt").filter(has_text="0")).to_have_count(1)
    page.fill("#text", number(48)[:-1])
    expect(page.locator("#facts")).to_contain_text("应为 20 位数字，您输入了 19 位")
    clean(page)


def test_a_mistyped_number_is_offered_the_right_one(page: Page, server: Server):
    sign_in(page, server)
    ask(page, server, f"{WRONG} 开票日期 2026-07-10 价税合计 154.00")
    heading(page, "填写有误")
    meant = page.locator(".meant")
    expect(meant).to_contain_text(f"你要找的是 …{number(48)[-4:]} 吗")
    expect(meant.locator("mark")).to_have_text(number(48)[9])
    clean(page)
    meant.get_by_role("button", name="就是这张").click()
    heading(page, "找到了")
    expect(page.locator(".story")).to_contain_text("到达，来源 bj")
    clean(page)


def test_an_impossible_number_is_put_right_in_the_box_and_found(page: Page, server: Server):
    ask(page, server, "26992000000830012347")
    heading(page, "号码不成立")
    expect(page.get_by_role("button", name="现在再查一次")).to_have_count(0)
    expect(page.get_by_role("button", name="到了告诉我")).to_have_count(0)
    clean(page)
    page.get_by_role("button", name="改一改再查").click()
    expect(page.locator("#text")).to_have_value("26992000000830012347")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert "26992000000830012347" not in page.url
    clean(page)
    page.fill("#text", f"{number(48)} 开票日期 2026-07-10 价税合计 154.00")
    page.get_by_role("button", name="查", exact=True).click()
    heading(page, "找到了")


def test_a_stranger_is_never_told_the_right_digit_or_the_true_value(page: Page, server: Server):
    ask(page, server, f"{WRONG} 开票日期 2026-07-10 价税合计 154.00")
    expect(page.locator(".meant mark")).to_have_text("*")
    expect(page.locator(".meant button")).to_have_count(0)
    assert number(48) not in page.content()
    ask(page, server, f"{number(48)} 开票日期 2026-07-10 价税合计 155.00")
    heading(page, "在账")
    expect(page.get_by_role("region", name="不一致的地方")).to_contain_text("155.00")
    assert "154.00" not in page.content()
    clean(page)


def test_an_invoice_on_its_way_shows_where_it_is_and_why(page: Page, server: Server):
    today = datetime.now(BEIJING).date()
    ask(page, server, f"{today:%y}112000000219709901 开票日期 {today} 价税合计 154.00")
    heading(page, "未找到")
    way = page.locator(".way")
    expect(way.locator("[aria-current=step]")).to_contain_text("交付")
    expect(way).to_contain_text("北京电子发票服务平台，数据到")
    expect(page.locator(".sentences")).to_contain_text("前到达的把握是 90%")
    expect(page.get_by_role("heading", name="为什么")).to_be_visible()
    expect(page.locator(".causes > li").first).to_contain_text("由谁处理")
    page.get_by_text("我们查了什么").click()
    expect(page.locator(".fold").first).to_contain_text("隔离区")
    clean(page)


def test_several_numbers_become_a_list_and_stay_in_this_session(page: Page, server: Server):
    ask(page, server, f"{number(48)}\n{number(41)}\n{number(99)}")
    heading(page, "3 张发票的答复")
    expect(page.locator("tbody tr")).to_have_count(3)
    clean(page)
    page.goto(server.url)
    expect(page.locator(".asked li")).to_have_count(3)
    clean(page)
    page.get_by_role("button", name="清空").click()
    expect(page.locator(".asked")).to_have_count(0)


def test_a_dropped_file_is_answered(page: Page, server: Server):
    drop(page, server, write_element(msgspec.convert(invoice(48), Invoice, strict=False)).decode(), "a.xml")
    heading(page, "找到了")


def test_a_file_that_cannot_be_read_says_its_code_and_the_next_step(page: Page, server: Server):
    drop(page, server, "%PDF-1.4 broken", "broken.pdf")
    expect(page.get_by_role("alert")).to_contain_text("file-damaged")
    expect(page.get_by_role("alert")).to_contain_text("请向开票方索取原文件")
    assert page.title().startswith("错误：")
    clean(page)


def drop(page: Page, server: Server, text: str, name: str) -> None:
    page.goto(server.url)
    page.evaluate(
        """([text, name]) => { const box = document.querySelector('[data-drop]'); const data = new DataTransfer();
        data.items.add(new File([text], name));
        box.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }""",
        [text, name],
    )
    page.wait_for_url(lambda url: "check" in url or "answers" in url)


def test_the_camera_scans_a_code(page: Page, server: Server):
    page.goto(server.url)
    page.get_by_role("button", name="扫一扫").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("找到了", timeout=20_000)


def test_a_camera_that_is_refused_leads_to_a_photo(page: Page, server: Server):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto(server.url)
    page.get_by_role("button", name="扫一扫").click()
    expect(page.locator("dialog")).to_contain_text("没有得到相机许可")
    expect(page.locator("dialog video")).to_be_hidden()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="选一张照片").click()
    assert chosen.value.element.get_attribute("type") == "file"


def test_the_keyboard_alone_asks_and_opens_the_receipt(page: Page, server: Server):
    page.goto(server.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type(number(48))
    page.keyboard.press("Enter")
    heading(page, "在账")
    page.get_by_role("link", name="回执").focus()
    page.keyboard.press("Enter")
    heading(page, "回执")


def test_errors_keep_what_was_typed_and_lead_to_the_field(page: Page, server: Server):
    page.goto(server.url)
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请先粘贴发票号码")
    page.fill("#text", number(48))
    page.locator("main summary").click()
    page.fill("[name=issued_on]", "never")
    page.fill("[name=total]", "154.00")
    page.get_by_role("button", name="查", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.locator("#text")).to_have_value(number(48))
    expect(page.locator("#total")).to_have_value("154.00")
    expect(page.locator("#issued_on")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#issued_on-slip")).to_contain_text("开票日期认不出“never”")
    clean(page)
    summary.get_by_role("link", name="开票日期认不出").click()
    expect(page.locator("#issued_on")).to_be_focused()


def test_a_photo_of_the_code_is_answered(page: Page, server: Server, tmp_path: Path):
    from journeys.conftest import _film

    camera = tmp_path / "photo.mjpeg"
    _film(camera)
    page.goto(server.url)
    page.set_input_files("#file", str(camera.with_suffix(".jpg")))
    heading(page, "找到了")
