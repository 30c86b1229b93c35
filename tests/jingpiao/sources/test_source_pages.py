"""The operator's pages of sources: add, probe, see, pause, retry; secrets never shown; others are led away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from visiting import events, serving, visit_now

from bureau.feed import Feed
from fapiao.einvoice import write_element
from jingpiao.ledger.models import Invoice
from jingpiao.schedule import take_up_import
from jingpiao.sync.models import Connection
from jingpiao.sync.source import SOURCES
from making.plain import one

pytestmark = pytest.mark.django_db(transaction=True)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def operator() -> Client:
    client = Client()
    user = get_user_model().objects.create_user("操作员", password="a long enough sentence")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "127.0.0.1")
    return Feed(events(1, 12), seed=1)


@pytest.fixture
def url(feed: Feed) -> Iterator[str]:
    with serving(feed, token="very secret") as address:
        yield address


def add(client: Client, url: str, **more: str):
    form = {"member": "http", "key": "bj", "feed": "bj", "label": "北京", "every_seconds": "30"}
    return client.post(
        "/operate/sources/add", form | {"set-url": url, "set-token": "very secret", "set-limit": "5"} | more
    )


def act(client: Client, action: str, key: str = "bj", **more: object) -> str:
    reply = client.post(f"/operate/sources/{key}/act", {"action": action, **more}, follow=True)
    assert reply.status_code == 200
    return reply.content.decode()


def test_a_source_is_added_probed_visited_and_seen(operator: Client, url: str):
    assert "HTTP 拉取" in operator.get("/operate/sources/add").content.decode()
    assert 'name="set-token"' in operator.get("/operate/sources/add?member=http").content.decode()
    assert add(operator, url).headers["Location"] == "/operate/sources/bj"
    assert "连接正常" in act(operator, "probe")
    visit_now()
    visit_now()
    page = operator.get("/operate/sources/bj").content.decode()
    for told in ("北京", "游标", "缺口", "吞吐", "最近的来访", "追赶中"):
        assert told in page
    assert "北京" in operator.get("/operate/sources").content.decode()


def test_secrets_are_never_shown_and_survive_an_empty_field(operator: Client, url: str):
    add(operator, url)
    for path in ("/operate/sources", "/operate/sources/bj"):
        assert "very secret" not in operator.get(path).content.decode()
    changed = {"label": "新名", "every_seconds": "60", "set-url": url, "set-token": "", "set-limit": "7"}
    assert operator.post("/operate/sources/bj", changed).status_code == 302
    assert "连接正常" in act(operator, "probe")
    assert Connection.objects.get().settings["limit"] == 7
    wrong = operator.post("/operate/sources/bj", changed | {"set-token": "very secret", "set-limit": "0"})
    assert wrong.status_code == 422
    assert "very secret" not in wrong.content.decode()


def test_errors_stand_beside_their_fields_and_what_was_typed_stays(operator: Client):
    reply = add(operator, "ftp://wrong", key="Bad Key", every_seconds="x")
    page = reply.content.decode()
    assert reply.status_code == 422
    for place in (
        'id="key-slip"',
        'id="set-url-slip"',
        'id="every-slip"',
        'value="Bad Key"',
        'value="ftp://wrong"',
    ):
        assert place in page
    assert not Connection.objects.exists()


def test_a_failing_source_says_what_to_do_and_is_retried_on_demand(operator: Client, url: str, feed: Feed):
    add(operator, url)
    feed.odds = {"html": 1.0}
    for _ in range(5):
        visit_now()
    page = operator.get("/operate/sources/bj").content.decode()
    for told in ("熔断中", "source-answer", "登录页或错误页", "没有丢失任何数据"):
        assert told in page
    assert Connection.objects.get().opened_until is not None
    act(operator, "retry")
    assert Connection.objects.get().opened_until is None


def test_pause_resume_and_reading_from_the_start(operator: Client, url: str):
    add(operator, url)
    visit_now()
    assert "已暂停" in act(operator, "pause")
    assert Connection.objects.get().paused
    assert "已恢复" in act(operator, "resume")
    assert Connection.objects.get().cursor
    act(operator, "rewind")
    assert Connection.objects.get().cursor == ""
    assert operator.post("/operate/sources/bj/act", {"action": "explode"}).status_code == 404


def test_files_are_brought_on_the_page_of_an_upload(operator: Client):
    form = {"member": "upload", "key": "accounts", "feed": "accounts"}
    assert operator.post("/operate/sources/add", form).status_code == 302
    file = SimpleUploadedFile("a.xml", write_element(one(1)))
    assert "已开始导入" in act(operator, "upload", "accounts", file=file)
    assert take_up_import(datetime.now(UTC))
    assert Invoice.objects.get().feed == "accounts"
    assert "没有收到文件" in act(operator, "upload", "accounts")


def test_every_kind_of_source_has_its_form_in_both_languages(operator: Client):
    for lang in ("zh", "en"):
        operator.cookies["lang"] = lang
        for key, source in SOURCES.items():
            page = operator.get(f"/operate/sources/add?member={key}").content.decode()
            assert (source.label_en if lang == "en" else source.label) in page
    operator.cookies["lang"] = "en"
    main = operator.get("/operate/sources").content.decode().partition("<main")[2].partition("</main")[0]
    assert not CHINESE.search(main)


def test_nobody_else_may_look_or_act_and_forms_carry_their_token(url: str, operator: Client):
    add(operator, url)
    stranger = Client()
    for path in ("/operate/sources", "/operate/sources/add", "/operate/sources/bj"):
        assert stranger.get(path).status_code == 302
    assert stranger.post("/operate/sources/bj/act", {"action": "pause"}).status_code == 302
    assert not Connection.objects.get().paused
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(get_user_model().objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/operate/sources/bj/act", {"action": "pause"}).status_code == 403
    templates = Path(__file__).resolve().parents[3] / "src/jingpiao/sync/templates/sync"
    for name in ("source.html", "source_add.html"):
        text = (templates / name).read_text("utf-8")
        assert text.count('method="post"') == text.count("csrf_token")
