"""A state that is told today and takes effect tomorrow: the invoice is still valid, and what is coming is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from jingpiao.sync.services import load_events
from telling.platform import Platform
from telling.story import claim, event, lines, number, told

TOMORROW = "2099-12-01T16:00:00+08:00"
PAGES = f"""
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
user = get_user_model().objects.create_user("操作员", password="a long enough sentence")
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
for path in ("/ledger/{number(48)}", "/ledger?text={number(48)}"):
    page = client.get(path).content.decode()
    print("从" in page and "12月1日 16:00" in page and "已作废" in page and "正常" in page)
"""


def state(at: str, word: str, effective: str, place: int = 48, **more: Any) -> dict[str, Any]:
    return event(
        "state",
        at,
        code=None,
        number=number(place),
        state=word,
        effective_at=effective,
        by_number=None,
        **more,
    )


def told_with(*states: dict[str, Any]) -> bytes:
    return lines([*told(), *states])


def test_before_its_moment_the_invoice_is_valid_and_the_answer_says_what_comes(platform: Platform):
    platform.run("load", "-", stdin=told_with(state("13T09:00", "voided", "2026-07-15T16:00:00+08:00")))
    asked = [claim(48, as_of=f"2026-07-{at}:00+08:00") for at in ("12T12:00", "14T12:05", "15T16:00")]
    before, between, after = platform.lines("check", "--claims", "-", "--json", stdin=lines(asked))
    assert (before["validity"], before["validity_next"]) == ("normal", None)
    assert between["validity"] == "normal"
    assert between["headline"] == "找到了 · 状态正常"
    assert between["validity_next"]["state"] == "voided"
    assert between["validity_next"]["effective_at"].startswith("2026-07-15T")
    assert (after["validity"], after["validity_next"]) == ("voided", None)


def test_a_state_that_holds_and_one_that_comes_are_told_apart(platform: Platform):
    platform.run(
        "load",
        "-",
        stdin=told_with(
            state("13T09:00", "abnormal", "2026-07-13T08:00:00+08:00"),
            state("13T09:05", "normal", "2026-07-16T00:00:00+08:00"),
            state("13T09:06", "out-of-control", "2026-07-20T00:00:00+08:00"),
        ),
    )
    [answer] = platform.lines("check", "--claims", "-", "--json", stdin=lines([claim(48)]))
    assert answer["validity"] == "abnormal"
    assert answer["validity_next"]["state"] == "normal"


def test_of_two_words_for_one_moment_the_later_counts(platform: Platform):
    platform.run(
        "load",
        "-",
        stdin=told_with(
            state("13T09:00", "voided", "2026-07-16T00:00:00+08:00"),
            state("13T10:00", "normal", "2026-07-16T00:00:00+08:00"),
        ),
    )
    early, late = (claim(48, as_of=f"2026-07-13T{at}:00+08:00") for at in ("09:30", "10:30"))
    first, second = platform.lines("check", "--claims", "-", "--json", stdin=lines([early, late]))
    assert first["validity_next"]["state"] == "voided"
    assert second["validity_next"] is None


def test_the_ledgers_pages_say_it_too(platform: Platform):
    platform.run("load", "-", stdin=told_with(state("13T09:00", "voided", TOMORROW)))
    assert platform.python(PAGES).split() == ["True", "True"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("找到了 · 状态正常", "已得知：从", "状态变为“已作废”")),
        ("en", ("Found · valid", "It is known to become")),
    ],
)
def test_the_answers_page_says_from_when(lang: str, words: tuple[str, ...]):
    told_lines = told_with(state("13T09:00", "voided", TOMORROW)).splitlines()
    load_events(told_lines, source="t", now=datetime.now(UTC))
    client = Client()
    client.cookies["lang"] = lang
    asked = {"text": number(48), "issued_on": "2026-07-10", "total": "154.00"}
    page = client.post("/check", asked, follow=True).content.decode()
    for each in words:
        assert each in page
