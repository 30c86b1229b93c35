"""The source "http": the pull protocol, and what is done when it is broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from visiting import connected, events, serving, visit_now

from bureau.feed import Feed
from jingpiao.ledger.models import JournalEntry
from jingpiao.sync import connecting
from jingpiao.sync.models import Connection, Watermark
from jingpiao.sync.source import SOURCES, SourceError
from jingpiao.sync.sources.http import HttpSettings
from telling.story import event, lines

pytestmark = pytest.mark.django_db(transaction=True)
HTTP = SOURCES["http"]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "127.0.0.1")


@pytest.fixture
def feed() -> Feed:
    return Feed(events(1, 30), seed=1)


@pytest.fixture
def url(feed: Feed) -> Iterator[str]:
    with serving(feed, token="open") as address:
        yield address


def collect(url: str, cursor: str = "", **more: object):
    assert HTTP.collect
    return HTTP.collect(HttpSettings(url=url, **({"token": "open"} | more)), cursor)


def refused(url: str, cursor: str = "", **more: object) -> str:
    with pytest.raises(SourceError) as slip:
        collect(url, cursor, **more)
    return slip.value.code


def test_a_feed_is_read_page_by_page_from_its_cursor_on(url: str):
    first = collect(url, limit=10)
    assert (len(first.lines), first.more) == (11, True)
    second = collect(url, first.cursor, limit=10)
    third = collect(url, second.cursor, limit=10)
    assert [*first.lines, *second.lines, *third.lines] == events(1, 30)
    assert not third.more
    assert collect(url, third.cursor).lines == ()


def test_what_is_missing_is_asked_for_again(url: str, feed: Feed):
    feed.odds = {"skip": 1.0}
    first = collect(url)
    assert first.gaps
    assert first.more
    feed.odds = {}
    cursor, got = first.cursor, list(first.lines)
    while (page := collect(url, cursor)).cursor != cursor:
        cursor = page.cursor
        got += page.lines
    assert sorted(got) == sorted(events(1, 30))
    assert page.gaps == ()


def test_a_watermark_is_not_believed_while_something_before_it_is_missing(url: str, feed: Feed):
    mark = lines([event("watermark", "10T12:00", id="w", complete_to="2026-07-10T11:00:00+08:00")]).strip()
    feed.control({"forget": 0})
    feed._lines.append(mark)
    feed.released += 1
    feed.odds = {"skip": 1.0}
    connected(url, token="open")
    visit_now()
    assert not Watermark.objects.exists()
    feed.odds = {}
    for _ in range(4):
        visit_now()
    assert Watermark.objects.count() == 1
    assert JournalEntry.objects.count() == 31


def test_a_history_begun_anew_is_read_from_the_start(url: str, feed: Feed):
    connected(url, token="open")
    visit_now()
    feed._lines += events(31, 40)
    feed.control({"forget": 12, "release": 12})
    notes = visit_now().notes
    assert any("from the start" in note for note in notes)
    visit_now()
    assert JournalEntry.objects.count() == 40


def test_a_number_beyond_the_newest_does_not_carry_our_place_along(url: str, feed: Feed, monkeypatch):
    whole = feed.page

    def leaping(after: int, limit: int):
        page = whole(after, limit)
        page.lines = [(10**15 if number == 7 else number, line) for number, line in page.lines]
        return page

    monkeypatch.setattr(feed, "page", leaping)
    connected(url, token="open")
    visit_now()
    assert Connection.objects.get().gaps == ["7"]
    visit_now()
    assert Connection.objects.get().gaps == []
    assert JournalEntry.objects.count() == 30


@pytest.mark.parametrize(("odds", "code"), [("html", "source-answer"), ("error", "source-fault")])
def test_a_reply_that_is_no_data_is_refused_whole(url: str, feed: Feed, odds: str, code: str):
    feed.odds = {odds: 1.0}
    assert refused(url) == code


def test_half_a_batch_is_refused_or_asked_for_again(url: str, feed: Feed):
    connected(url, token="open")
    feed.odds = {"half": 1.0}
    for _ in range(4):
        visit_now()
    feed.odds = {}
    for _ in range(3):
        visit_now()
    assert JournalEntry.objects.count() == 30
    assert feed.counts["half"] == 4


def test_a_refused_token_a_busy_feed_and_a_wrong_path_are_told_apart(url: str, feed: Feed):
    assert refused(url, token="wrong") == "source-refused"
    feed.down = True
    with pytest.raises(SourceError) as slip:
        collect(url)
    assert (slip.value.code, slip.value.wait_seconds, slip.value.retryable) == ("source-busy", 1.0, True)


def test_a_feed_that_ignores_the_cursor_changes_nothing_and_is_asked_more_slowly(url: str, feed: Feed):
    cursor = collect(url).cursor
    feed._lines += events(31, 35)
    feed.control({"odds": {"backwards": 1.0}, "release": 5})
    codes = []
    for _ in range(40):
        try:
            cursor = collect(url, cursor, limit=5).cursor
        except SourceError as slip:
            codes.append(slip.code)
            break
    assert codes in ([], ["source-cursor"])
    feed.odds = {}
    assert collect(url, cursor).lines[-1] == events(35, 35)[0]


def test_a_source_that_is_not_there_or_may_not_be_visited(monkeypatch: pytest.MonkeyPatch):
    assert refused("http://127.0.0.1:1/") == "source-unreachable"
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "")
    assert refused("http://127.0.0.1:1/") == "source-address"


def test_the_probe_says_how_it_is(url: str, feed: Feed):
    connected(url, token="open")
    health = connecting.probe("bj")
    assert health.ok
    assert health.took_ms is not None
    feed.odds = {"html": 1.0}
    assert not connecting.probe("bj").ok
    assert Connection.objects.get().cursor == ""


def test_a_feed_without_numbers_is_read_by_its_own_cursor(monkeypatch: pytest.MonkeyPatch):
    from jingpiao.outbound.http import Reply
    from jingpiao.sync.sources import http

    pages = {"0": ("p1", "1"), "p1": ("p2", ""), "p2": ("p2", "")}
    asked = []

    def fetch(url: str, **_: object) -> Reply:
        after = url.partition("after=")[2].partition("&")[0]
        asked.append(after)
        cursor, more = pages[after]
        body = b"\n".join(events(1, 3) if after == "0" else events(4, 5) if after == "p1" else [])
        return Reply(200, {"jingpiao-cursor": cursor, "jingpiao-more": more}, body, 1)

    monkeypatch.setattr(http, "fetch", fetch)
    first = collect("http://feed.example.org/")
    second = collect("http://feed.example.org/", first.cursor)
    third = collect("http://feed.example.org/", second.cursor)
    assert (first.more, second.more, third.more) == (True, False, False)
    assert [*first.lines, *second.lines, *third.lines] == events(1, 5)
    assert asked == ["0", "p1", "p2"]
