"""Keeping: an import with a broken row, the ledger with its filters and undo, an invoice, quarantine, the bin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from journeys.serving import Server
from journeys.walking import clean, heading, sign_in
from telling.story import event, invoice, lines, number

pytestmark = pytest.mark.journey
NOBODY_ELSES = {1280: 6100, 390: 6200}
"""Places of the invoices that one width's journeys load for themselves; no other journey touches them."""
HEAD = "发票号码,开票日期,金额,税额,价税合计,销方识别号,发票票种\n"


def own(page: Page, server: Server, nth: int, **change: str) -> str:
    """Have the feed bring an invoice of this journey's own, and return its number."""
    assert page.viewport_size
    place = NOBODY_ELSES[page.viewport_size["width"]] + nth
    told = event("invoice", "10T11:40", id=f"own-{place}", invoice=invoice(place, **change))
    words = [sys.executable, "-m", "jingpiao.cli", "load", "-"]
    subprocess.run(words, input=lines([told]), env=server.environment, check=True, stdout=subprocess.DEVNULL)
    return number(place)


def test_an_import_with_a_broken_row_tells_every_row(page: Page, server: Server, tmp_path: Path):
    sign_in(page, server)
    page.goto(f"{server.url}/imports")
    clean(page)
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("alert")).to_contain_text("请先选择文件")
    clean(page)
    fresh = f"261120000003{page.viewport_size['width']:08d}"
    rest = "2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）\n"
    file = tmp_path / "rows.csv"
    file.write_text(f"{HEAD}{fresh},{rest},{rest}{fresh},{rest}", "utf-8")
    page.set_input_files("[name=file]", str(file))
    expect(page.locator("[data-names]")).to_have_text("rows.csv")
    page.get_by_role("button", name="开始导入").click()
    expect(page.locator("main")).to_contain_text("导入完成，共 3 行", timeout=20_000)
    expect(page.locator("main")).to_contain_text("这一行没有发票号码")
    clean(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载逐行结果（CSV）").click()
    assert Path(download.value.path()).read_text("utf-8-sig").count("\n") == 4
    with page.expect_download() as download:
        page.get_by_role("link", name="下载逐行结果（Excel）").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    page.get_by_role("link", name="失败 1").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("失败")


def test_the_example_file_can_be_imported(page: Page, server: Server):
    sign_in(page, server)
    page.goto(f"{server.url}/imports")
    with page.expect_download() as download:
        page.get_by_role("link", name="示例文件").click()
    page.set_input_files("[name=file]", download.value.path())
    page.get_by_role("button", name="开始导入").click()
    expect(page.locator("main")).to_contain_text("导入完成", timeout=20_000)


def test_the_ledger_filters_sorts_deletes_and_takes_it_back(page: Page, server: Server):
    sign_in(page, server)
    page.goto(f"{server.url}/ledger?kind=82")
    clean(page)
    page.keyboard.press("/")
    page.keyboard.type(number(4)[:-2] + "41")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#sums")).to_contain_text("147.00")
    expect(page.locator(".chips")).to_contain_text("搜索")
    page.get_by_role("link", name="全部清除").click()
    page.goto(f"{server.url}/ledger?text={number(4)[:-2]}&sort=total-up&least=100")
    expect(page.locator("tbody tr").first).to_contain_text("146.00")
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("2")
    page.get_by_role("button", name="移到回收站").click()
    expect(page.get_by_role("status")).to_contain_text("已把 2 张移到回收站")
    clean(page)
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已还原 2 张")


def test_the_bin_says_who_and_when_and_gives_several_back(page: Page, server: Server):
    sign_in(page, server)
    mine = [own(page, server, nth) for nth in (1, 2)]
    for each in mine:
        page.goto(f"{server.url}/ledger/{each}")
        page.get_by_role("button", name="移到回收站").click()
        expect(page.get_by_role("status")).to_contain_text("已把 1 张移到回收站")
    page.goto(f"{server.url}/ledger/{mine[0]}")
    expect(page.locator(".notice")).to_contain_text("在回收站里")
    page.goto(f"{server.url}/bin")
    rows = page.locator("tbody tr").filter(has=page.locator(", ".join(f'[value="{each}"]' for each in mine)))
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("操作员")
    clean(page)
    for row in rows.all():
        row.locator("[data-tick]").check()
    page.get_by_role("button", name="还原勾选的").click()
    expect(page.get_by_role("status")).to_contain_text("已还原 2 张")
    expect(rows).to_have_count(0)
    clean(page)


def test_an_invoice_shows_its_story_its_findings_and_conflicting_contents(page: Page, server: Server):
    sign_in(page, server)
    page.goto(f"{server.url}/ledger/{number(49)}")
    expect(page.locator(".versions td.differs").first).to_contain_text("200.00")
    expect(page.locator(".story")).to_contain_text("又到一份内容不同的")
    expect(page.get_by_role("heading", name="校验")).to_be_visible()
    clean(page)
    for form, head in (("XML", b"<"), ("OFD", b"PK"), ("PDF", b"%PDF"), ("JSON", b"{")):
        with page.expect_download() as download:
            page.get_by_role("link", name=f"下载 {form}").click()
        assert Path(download.value.path()).read_bytes().lstrip().startswith(head), form
    for form in ("csv", "xlsx"):
        page.goto(f"{server.url}/ledger?text={number(49)}")
        with page.expect_download() as download:
            page.get_by_role("link", name=f"导出 {'CSV' if form == 'csv' else 'Excel'}").click()
        assert download.value.suggested_filename == f"ledger.{form}"


def test_quarantine_says_why_in_words_and_tries_again(page: Page, server: Server):
    sign_in(page, server)
    faulty = own(page, server, 3, total="999.00")
    page.goto(f"{server.url}/quarantine")
    row = page.locator("tbody tr").filter(has_text=faulty[-4:])
    expect(row).to_contain_text("金额 + 税额 ≠ 价税合计")
    expect(row).to_contain_text("请来源方核对后重发")
    clean(page)
    with page.expect_download():
        row.get_by_role("link", name="下载原件").click()
    row.get_by_role("button", name="重试").click()
    expect(page.get_by_role("status")).to_contain_text("仍有错误")
    page.locator("#content").get_by_role("link", name="读不懂的行").click()
    heading(page, "读不懂的行")
    expect(page.locator("tbody tr").filter(has_text="this line says nothing")).to_have_count(1)
    clean(page)


def test_a_faulty_arrival_is_corrected_looked_at_taken_in_and_taken_back(page: Page, server: Server):
    sign_in(page, server)
    faulty = own(page, server, 4, amount="177.00", total="999.00")
    why = f"已电话与销方核对 {faulty[-4:]}"
    page.goto(f"{server.url}/quarantine?reason=sum")
    page.locator("tbody tr").filter(has_text=faulty[-4:]).get_by_role("link", name="查看与更正").click()
    expect(page.locator(".field.wrong")).to_have_count(3)
    expect(page.locator("pre.raw")).to_contain_text("999.00")
    clean(page)
    page.get_by_label("价税合计").fill("￥184.00")
    page.get_by_role("button", name="先看结果").click()
    expect(page.get_by_role("status")).to_contain_text("仍有错误")
    page.get_by_label("价税合计").fill("￥183.00")
    page.get_by_role("button", name="先看结果").click()
    expect(page.get_by_role("status")).to_contain_text("可以入账")
    expect(page.locator("ins")).to_have_text("183.00")
    clean(page)
    page.get_by_role("button", name="更正并入账").click()
    expect(page.get_by_role("alert")).to_contain_text("没有写明理由")
    clean(page)
    page.get_by_role("button", name="先看结果").click()
    page.locator("#why").fill(why)
    page.get_by_role("button", name="更正并入账").click()
    expect(page.locator("main")).to_contain_text("已按更正入账")
    expect(page.locator(".story")).to_contain_text(why)
    clean(page)
    page.locator("summary", has_text="撤销").click()
    page.locator("#why-aside").fill("看错了一位")
    page.get_by_role("button", name="撤销，回到待处理").click()
    expect(page.locator("main")).to_contain_text("待处理")
    page.locator("summary", has_text="搁置").click()
    page.locator("#why-aside").fill("供应商已重开")
    page.locator("details").get_by_role("button", name="搁置").click()
    expect(page.locator("main")).to_contain_text("已搁置")
    page.locator("summary", has_text="撤销").click()
    page.locator("#why-aside").fill("仍要处理")
    page.get_by_role("button", name="撤销，回到待处理").click()
    page.goto(f"{server.url}/operate/audit?action=quarantine-corrected")
    expect(page.locator("tbody tr").first).to_contain_text(why)
    clean(page)
    page.get_by_role("button", name="核验整条链").click()
    expect(page.get_by_role("status")).to_contain_text("完整无缺")
