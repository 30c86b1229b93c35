"""Operating: a source made, probed, failing, retried, paused; the outside service set up; an unread line put right."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from bureau.feed import Feed
from bureau.serving import FeedServer
from journeys.conftest import BEIJING
from journeys.serving import Server
from journeys.walking import clean, heading, sign_in
from standing.baidu import KEY, SECRET, StandIn
from telling.story import event, invoice, lines

pytestmark = pytest.mark.journey
SOON = 30_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("operating") / "home", JINGPIAO_OUTBOUND_ALLOW="127.0.0.1")
    yield server
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()


@pytest.fixture
def name(page: Page) -> str:
    """A name of this journey's own: both widths walk through one world."""
    assert page.viewport_size
    return f"bj{page.viewport_size['width']}"


def load(server: Server, text: bytes) -> None:
    words = [sys.executable, "-m", "jingpiao.cli", "load", "-"]
    subprocess.run(words, input=text, env=server.environment, check=False, stdout=subprocess.DEVNULL)


def test_a_source_is_made_probed_mended_visited_paused_and_taken_up_again(
    page: Page, server: Server, name: str
):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    sign_in(page, server)
    page.goto(f"{server.url}/operate/sources")
    clean(page)
    page.goto(f"{server.url}/operate/sources/add")
    clean(page)
    page.get_by_role("link", name="HTTP 拉取").click()
    clean(page)
    page.locator("#key").fill("BJ 1")
    page.locator("#feed").fill(name)
    page.locator("[name$=url], [name$=address]").fill(f"http://127.0.0.1:{port}/events")
    page.get_by_role("button", name="新增").click()
    expect(page.locator("#key-slip")).to_contain_text("小写字母")
    expect(page.locator("[name$=url], [name$=address]")).to_have_value(f"http://127.0.0.1:{port}/events")
    clean(page)
    page.locator("#key").fill(name)
    page.get_by_role("button", name="新增").click()
    heading(page, name)
    page.get_by_role("button", name="测试连接").click()
    expect(page.get_by_role("status").first).to_contain_text("连不上")
    until(page, "连续失败")
    expect(page.get_by_role("alert")).to_contain_text("请检查网络和地址")
    clean(page)

    told = event("invoice", "10T11:30", feed=name, id="one", invoice=invoice(int(name[2:6]) + 1))
    with serving(Feed([msgspec.json.encode(told)], seed=1), port):
        page.get_by_role("button", name="测试连接").click()
        expect(page.get_by_role("status").first).to_contain_text("连接正常")
        page.get_by_role("button", name="立即来访").click()
        until(page, "● 正常")
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.locator("main")).to_contain_text("行 1；新 1")
        page.get_by_text("看数字").click()
        clean(page)
        page.get_by_role("button", name="暂停").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("已暂停")
        clean(page)
        page.get_by_role("button", name="恢复").click()
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("已暂停")
        page.get_by_role("button", name="从头再取").click()
        until(page, "重复 1")
    page.goto(f"{server.url}/operate/sources")
    expect(page.locator("tbody tr").filter(has_text=name).first).to_contain_text("HTTP 拉取")
    clean(page)
    page.goto(f"{server.url}/operate/audit?action=source-rewound")
    expect(page.locator("tbody")).to_contain_text(name)


def serving(feed: Feed, port: int) -> FeedServed:
    return FeedServed(FeedServer(feed, port=port, token=""))


class FeedServed:
    """A feed behind a port, for as long as the block lasts."""

    def __init__(self, server: FeedServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def until(page: Page, words: str) -> None:
    """Reload, as the page says, until the visit has been made."""
    for _ in range(60):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{words} did not come: {page.locator('main').inner_text()}")


def test_a_watched_folder_takes_what_is_put_into_it(page: Page, server: Server, name: str):
    inbox = Path(server.environment["JINGPIAO_HOME"]) / "inbox" / name
    inbox.mkdir(parents=True, exist_ok=True)
    told = event("invoice", "10T11:30", feed=f"{name}-scans", id="two", invoice=invoice(int(name[2:6]) + 2))
    (inbox / "today.jsonl").write_bytes(lines([told]) + b"\n")
    sign_in(page, server)
    page.goto(f"{server.url}/operate/sources/add?member=folder")
    page.locator("#key").fill(f"{name}-scans")
    page.locator("#feed").fill(f"{name}-scans")
    page.locator("#set-path").fill("/etc")
    page.locator("#set-rest_seconds").fill("0")
    page.get_by_role("button", name="新增").click()
    page.get_by_role("button", name="测试连接").click()
    expect(page.get_by_role("status").first).to_contain_text("不在管理员开放的目录之内")
    page.locator("#set-path").fill(name)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("设置已保存")
    until(page, "新 1")
    clean(page)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    one = StandIn()
    yield one
    one.close()


def test_the_outside_service_is_set_up_probed_paused_and_removed(
    page: Page, server: Server, stand_in: StandIn
):
    sign_in(page, server)
    page.goto(f"{server.url}/operate/verification")
    expect(page.locator("main")).to_contain_text("没有设置")
    clean(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("有地方需要改")
    expect(page.locator(".field.wrong")).to_have_count(2)
    clean(page)
    page.locator("#set-api_key").fill(KEY)
    page.locator("#set-secret_key").fill("not the secret")
    page.locator("[name$=url], [name$=address]").fill(stand_in.address)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("设置已保存")
    page.get_by_role("button", name="试一下").click()
    expect(page.get_by_role("status").first).not_to_contain_text("密钥有效")
    page.locator("#set-secret_key").fill(SECRET)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="试一下").click()
    expect(page.get_by_role("status").first).to_contain_text("密钥有效")
    assert stand_in.asks == 0
    assert SECRET not in page.content()
    clean(page)
    day = datetime.now(BEIJING).date().replace(day=1)
    page.goto(server.url)
    page.fill("#text", f"{day:%y}312000000219000031 {day} 价税合计 10.00")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{server.url}/operate/verification")
    page.get_by_role("button", name="暂停").click()
    expect(page.locator("main")).to_contain_text("已暂停，不再向外查询")
    clean(page)
    page.get_by_role("button", name="恢复").click()
    expect(page.locator("main")).to_contain_text("在用")
    page.get_by_role("button", name="移除").click()
    expect(page.locator("main")).to_contain_text("已移除，密钥也已删除")
    page.get_by_role("link", name="看审计").click()
    expect(page.locator("tbody tr").first).to_contain_text("外部查验")
    clean(page)


def test_an_unread_line_is_put_right_and_taken_in(page: Page, server: Server, name: str):
    told = event("invoice", "10T11:31", feed=name, id="three", invoice=invoice(int(name[2:6]) + 3))
    broken = msgspec.json.encode(told).replace(b'"invoice",', b'"invoyce",', 1)
    load(server, broken)
    sign_in(page, server)
    page.goto(f"{server.url}/unread")
    row = page.locator("tbody tr").filter(has_text=name)
    expect(row).to_contain_text("没有 'invoyce' 这种事件")
    clean(page)
    row.get_by_role("link", name="查看与更正").click()
    heading(page, "没有 'invoyce' 这种事件")
    clean(page)
    page.get_by_role("button", name="先看读不读得懂").click()
    expect(page.get_by_role("alert")).to_contain_text("还是读不懂")
    clean(page)
    page.locator("#text").fill(msgspec.json.encode(told).decode())
    page.get_by_role("button", name="先看读不读得懂").click()
    expect(page.get_by_role("status")).to_contain_text("读得懂了")
    clean(page)
    page.get_by_role("button", name="更正并收下").click()
    expect(page.locator("main")).to_contain_text("已更正并收下")
    expect(page.locator("pre.raw")).to_contain_text("invoyce")
    clean(page)
    page.goto(f"{server.url}/unread")
    expect(page.locator("tbody tr").filter(has_text=name)).to_have_count(0)
    page.goto(f"{server.url}/ledger/{told['invoice']['number']}")
    expect(page.locator(".story")).to_contain_text(name)


def test_a_code_leads_from_an_answer_and_from_an_error_to_its_page(page: Page, server: Server):
    page.goto(server.url)
    page.fill("#text", "26992000000219709999")
    page.get_by_role("button", name="查", exact=True).click()
    page.get_by_role("link", name="这个原因是什么意思").first.click()
    heading(page, "号码不成立")
    expect(page.locator(".lead")).to_contain_text("没有发票会是这个号码")
    expect(page.get_by_role("heading", name="怎么办")).to_be_visible()
    clean(page)
    page.get_by_text("给开发者").click()
    expect(page.locator("pre.raw")).to_contain_text('"malformed"')
    clean(page)
    page.get_by_role("link", name="← 原因代码").click()
    expect(page.locator("tbody tr")).to_have_count(19)
    page.goto(server.url)
    page.set_input_files(
        "#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"}
    )
    page.get_by_role("alert").get_by_role("link", name="file-damaged").click()
    heading(page, "文件损坏，打不开")
    expect(page.locator("main")).to_contain_text("请向开票方索取原文件")
    clean(page)


def test_a_finding_leads_from_an_invoice_to_what_is_checked(page: Page, server: Server, name: str):
    wrong = invoice(int(name[2:6]) + 4, issued_on="2025-07-10", issued_at=None)
    load(server, lines([event("invoice", "10T11:32", feed=name, id="four", invoice=wrong)]))
    sign_in(page, server)
    page.goto(f"{server.url}/ledger/{wrong['number']}")
    page.locator("main").get_by_role("link", name="day", exact=True).click()
    heading(page, "日期与号码相符")
    expect(page.locator(".lead")).to_contain_text("应当就是开票日期的年份")
    page.get_by_role("button", name="English").click()
    heading(page, "Date fits the number")
    clean(page)
    page.get_by_role("button", name="中文").click()
