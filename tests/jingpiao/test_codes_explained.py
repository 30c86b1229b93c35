"""Every code leads somewhere: a page in both languages with what it means, what to do and an example; unread lines too."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.html import escape

from fapiao.cause import CAUSES
from fapiao.check import CHECKS
from fapiao.errors import ERRORS
from house.project import python_files
from jingpiao.api.problem import PROBLEMS
from jingpiao.api.tokens import make_token
from jingpiao.ledger.models import Arrival
from jingpiao.sync import connecting, services
from jingpiao.sync.line_reason import line_reason
from jingpiao.sync.models import UnreadLine
from jingpiao.ui.catalogue import CATALOGUES
from telling.story import event, lines

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_every_code_is_explained_in_both_languages_with_an_example():
    assert set(CATALOGUES["errors"][2]()) == {*PROBLEMS, *ERRORS}
    assert set(CATALOGUES["causes"][2]()) == set(CAUSES)
    assert set(CATALOGUES["checks"][2]()) == set(CHECKS)
    for _, _, entries in CATALOGUES.values():
        for entry in entries().values():
            assert CHINESE.search(entry.title + entry.step), entry.code
            assert entry.step
            assert entry.title_en
            assert entry.step_en
            assert not CHINESE.search(entry.step_en), entry.code
            assert json.loads(entry.example)["code"] == entry.code


@pytest.mark.django_db
def test_the_type_of_a_problem_leads_to_its_page():
    client = Client()
    problem = client.post("/api/v1/checks", b"nope", content_type="application/json").json()
    page = client.get(problem["type"]).content.decode()
    assert problem["title"] in page
    assert "怎么办" in page
    client.cookies["lang"] = "en"
    assert "What to do" in client.get(problem["type"]).content.decode()
    for kind, (_, _, entries) in CATALOGUES.items():
        assert client.get(f"/docs/{kind}").status_code == 200
        assert client.get(f"/docs/{kind}/none-such").status_code == 404
        for entry in entries().values():
            for lang, title in (("zh", entry.title), ("en", entry.title_en)):
                client.cookies["lang"] = lang
                answer = client.get(f"/docs/{kind}/{entry.code}")
                assert answer.status_code == 200, (kind, entry.code, lang)
                assert escape(title) in answer.content.decode(), (kind, entry.code, lang)


def test_every_reason_for_an_unread_line_is_said_in_chinese_too():
    told = []
    for path in python_files("src/jingpiao/sync"):
        source = path.read_text("utf-8")
        told += re.findall(r'raise LineError\(f?"([^"]+)"\)', source)
        told += re.findall(r'^AHEAD = "([^"]+)"$', source, re.MULTILINE)
    assert len(told) > 20
    assert any("clock" in text for text in told)
    for text in told:
        said = line_reason(re.sub(r"\{[^}]*\}", "x", text))
        assert CHINESE.search(said.text), text


@pytest.mark.django_db
def test_an_unread_line_is_shown_by_its_beginning_and_given_whole(operator: Client):
    long = b'{"feed": "bj", "pad": "' + b"x" * 300_000 + b'"'
    services.load_events([long, b"short"], source="test", now=NOW)
    first, second = UnreadLine.objects.order_by("id")
    assert (len(first.body), first.size) == (services.EXCERPT, len(long))
    assert second.arrival is None
    assert Arrival.objects.get().size == len(long)
    page = operator.get("/unread").content.decode()
    assert "不是 JSON" in page
    assert "x" * 200 not in page
    whole = operator.get(f"/unread/{first.pk}/raw")
    assert b"".join(whole.streaming_content) == long
    assert operator.get(f"/unread/{second.pk}/raw").content == b"short"


@pytest.mark.django_db
def test_feeds_that_push_by_themselves_are_shown_among_the_sources(operator: Client):
    assert "还没有来源" in operator.get("/operate/sources").content.decode()
    declared = event("feed", "01T00:00", label="北京", regions=["11"], kinds=[], every_seconds=600)
    services.load_events([lines([declared])], source="test", now=NOW)
    assert "用命令载入" in operator.get("/operate/sources").content.decode()
    make_token(label="t", role="feed", feed="bj", now=NOW)
    page = operator.get("/operate/sources").content.decode()
    assert "自己推送到事件接口" in page
    form = operator.get(
        re.search(r'href="(/operate/sources/add\?[^"]+feed=bj[^"]*)"', page)[1].replace("&amp;", "&")
    )
    assert 'value="bj"' in form.content.decode()
    connecting.add(key="bj", member="push", feed="bj", given={}, now=NOW)
    assert "登记为来源推送" not in operator.get("/operate/sources").content.decode()
