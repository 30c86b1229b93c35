"""The quick check gives what the whole application gives: the same answer, the same headers, the same errors."""

from __future__ import annotations

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

from fapiao.asking import claim_from_mapping
from jingpiao.inquiry import turns
from jingpiao.inquiry.quick import QuickCheck
from jingpiao.inquiry.selectors import kept_answer
from telling.story import claim, lines, number, told

pytestmark = pytest.mark.django_db(transaction=True)


class Caller:
    """Calls a WSGI application and keeps count of how often the whole one was needed."""

    def __init__(self) -> None:
        self.whole = get_wsgi_application()
        self.handed_on = 0
        self.quick = QuickCheck(self._count)

    def _count(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.handed_on += 1
        return self.whole(environ, start_response)

    def post(self, body: bytes, **more: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/api/v1/checks",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "REMOTE_ADDR": "127.0.0.1",
        } | more
        heard: list[Any] = []
        reply = self.quick(environ, lambda status, headers, *_: heard.extend((status, headers)))
        data = b"".join(reply)
        return int(heard[0].split()[0]), dict(heard[1]), json.loads(data)


@pytest.fixture
def caller() -> Caller:
    from jingpiao.sync.services import load_events

    load_events(lines(told()).splitlines(), source="test", now=datetime.now(UTC))
    return Caller()


BODY = json.dumps(claim(48)).encode()


def test_the_second_reply_comes_quickly_and_says_the_same(caller: Caller):
    first, second = caller.post(BODY), caller.post(BODY)
    assert caller.handed_on == 1
    own = {"receipt", "took_ms", "id", "changed_since"}
    assert {name: value for name, value in first[2].items() if name not in own} == {
        name: value for name, value in second[2].items() if name not in own
    }
    assert second[0] == 200
    differing = {"Content-Length", "Location", "X-Request-Id"}
    assert {name for name in first[1] if first[1][name] != second[1].get(name)} <= differing
    assert set(first[1]) == set(second[1])
    assert kept_answer(second[2]["id"]) is not None


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "session=x"},
        {"HTTP_IDEMPOTENCY_KEY": "k"},
        {"QUERY_STRING": "a=1"},
        {"HTTP_AUTHORIZATION": "Bearer wrong"},
        {"HTTP_HOST": "elsewhere.example"},
    ],
)
def test_whatever_is_out_of_the_ordinary_goes_the_whole_way(caller: Caller, more: dict[str, str]):
    caller.post(BODY)
    before = caller.handed_on
    try:
        caller.post(BODY, **more)
    except json.JSONDecodeError:
        assert more == {"HTTP_HOST": "elsewhere.example"}
    assert caller.handed_on == before + 1


@pytest.mark.parametrize("body", [b"nope", b"[]", b"{}", b'{"number":"1","total":"x"}'])
def test_a_bad_claim_gets_the_same_problem(caller: Caller, body: bytes):
    caller.post(BODY)
    status, headers, problem = caller.post(body)
    assert status == 422
    assert headers["Content-Type"] == "application/problem+json"
    assert problem["code"] in ("invalid", "claim-empty", "claim-field")


def test_a_guest_cannot_claim_to_be_a_party(caller: Caller):
    body = json.dumps(claim(48, tax_ids=["91110000600037341L"])).encode()
    caller.post(body)
    told_guest = caller.post(body)[2]
    assert told_guest["asked"]["tax_ids"] == []
    assert told_guest["asked"]["number"] == number(48)
    assert told_guest["invoice"]["masked"] is True


def test_guests_who_ask_at_once_each_get_their_own_answer_and_it_is_kept(caller: Caller):
    caller.post(BODY)
    places = [40 + place % 20 for place in range(48)]
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda place: caller.post(json.dumps(claim(place)).encode()), places))
    assert {status for status, _, _ in replies} == {200}
    assert [told["asked"]["number"] for _, _, told in replies] == [number(place) for place in places]
    kept = [kept_answer(told["id"]) for _, _, told in replies]
    assert [json.loads(each.answer) if each else None for each in kept] == [told for _, _, told in replies]


def test_guests_are_answered_together_while_one_of_them_is_being_answered(
    monkeypatch: pytest.MonkeyPatch, caller: Caller
):
    begun, go_on, sizes = threading.Event(), threading.Event(), []

    def slowly(asked: list[Any]) -> Any:
        sizes.append(len(asked))
        begun.set()
        assert go_on.wait(30)
        return real(asked)

    real = turns.answer_strangers
    monkeypatch.setattr(turns, "answer_strangers", slowly)
    queue, asked = turns.Turns(), claim_from_mapping(claim(48))
    moment = datetime.now(UTC)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(queue.answer, asked, now=moment)
        assert begun.wait(30)
        others = [pool.submit(queue.answer, asked, now=moment) for _ in range(5)]
        while len(queue) < len(others):
            time.sleep(0.01)
        go_on.set()
        tokens = {each.result().token for each in (first, *others)}
    assert sizes == [1, 5]
    assert len(tokens) == 6


def test_an_error_reaches_everybody_who_was_answered_together_and_nobody_after(
    monkeypatch: pytest.MonkeyPatch, caller: Caller
):
    def failing(asked: list[Any]) -> Any:
        raise OperationalError("gone")

    queue, asked = turns.Turns(), claim_from_mapping(claim(48))
    with monkeypatch.context() as patch:
        patch.setattr(turns, "answer_strangers", failing)
        with pytest.raises(OperationalError):
            queue.answer(asked, now=datetime.now(UTC))
    assert queue.answer(asked, now=datetime.now(UTC)).answer.existence == "found"
