"""Every page in English: no Chinese but what is marked as Chinese, what people and sources named, and official names of kinds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from lxml import html

from fapiao.einvoice import write_element
from fapiao.invoice import Party
from fapiao.vocabulary import KINDS
from jingpiao.accounts.services import first_code
from jingpiao.schedule import take_up_import
from jingpiao.status import reaching, snapshot
from jingpiao.sync import timelines
from making.plain import one
from telling.beats import World
from telling.story import claim, event, invoice, lines, number, told

pytestmark = pytest.mark.django_db(transaction=True)
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-label", "content")
NAMES = {"甲公司": "Seller Ltd", "乙公司": "Buyer Ltd", "北京": "Beijing feed", "江苏": "Jiangsu feed"}
OFFICIAL = sorted({kind.label for kind in KINDS.values()}, key=len, reverse=True)
"""Official names of kinds have no official English: they are data."""


def in_english(value: Any) -> Any:
    """Give what the story names in Chinese an English name: then whatever is Chinese on a page is the page's own."""
    text = json.dumps(value, ensure_ascii=False)
    for chinese, english in NAMES.items():
        text = text.replace(chinese, english)
    return json.loads(text)


def texts(page: bytes) -> Iterator[tuple[str, str]]:
    """Yield every text of a page that somebody sees or hears, outside what is marked as Chinese."""
    tree = html.document_fromstring(f"<!doctype html><html>{page.decode()}<p></p>")
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        if any(each.get("lang", "").startswith("zh") for each in (element, *element.iterancestors())):
            continue
        for name in SHOWN:
            yield f"{element.tag}[{name}]", element.get(name) or ""
        yield element.tag, element.text or ""
        for child in element:
            yield element.tag, child.tail or ""


def chinese_in(page: bytes) -> list[tuple[str, str]]:
    found = []
    for where, text in texts(page):
        for label in OFFICIAL:
            text = text.replace(label, "")
        if CHINESE.search(text.replace("京票", "")):
            found.append((where, " ".join(text.split())))
    return found


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing that another test told is remembered."""
    monkeypatch.setattr(reaching, "_failed_at", float("-inf"))
    monkeypatch.setattr(timelines, "_timelines", {})
    snapshot.place().unlink(missing_ok=True)
    yield
    snapshot.place().unlink(missing_ok=True)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("operator", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    client.cookies["lang"] = "en"
    return client


@pytest.fixture
def guest() -> Client:
    client = Client()
    client.cookies["lang"] = "en"
    return client


QUESTIONS: list[dict[str, Any]] = [
    {"text": f"{number(48)} 2026-07-10 154.00"},
    {"text": number(48), "total": "1.00"},
    {"text": f"{number(50)} 2026-07-10"},
    {"text": f"{number(55)} 2026-07-10"},
    {"text": number(41)},
    {"text": number(47)},
    {"text": f"{number(48)[:-2]}84 2026-07-10"},
    {"text": number(48), "issued_on": "2030-01-01"},
    {"text": "05168908"},
    {"text": "26194987708259872768"},
    {"text": "26 19 nothing"},
    {"text": f"{number(48)}\n{number(49)}"},
]


def tell(operator: Client) -> None:
    """Fill every room: feeds with a fault and a notice, conflicts, the bin, quarantine, unread lines, an import."""
    events = [
        *told(),
        event("invoice", "11T11:30", id="other", invoice=invoice(49, total="170.00", amount="164.00")),
        event("fault", "14T12:01", feed="js", component="feed", message="upstream does not answer"),
        event("announcement", "01T00:02", id="a1", title="Planned work", functions=["query"]),
    ]
    for feed in sorted({each["feed"] for each in events}):
        body = lines(in_english([each for each in events if each["feed"] == feed]))
        reply = operator.post(f"/api/v1/feeds/{feed}/events", body + b"\nnope", content_type="x/y")
        assert reply.status_code == 200
    first = msgspec.structs.replace(one(1), seller=Party(name="Seller Ltd", tax_id=one(1).seller.tax_id))
    files = [
        SimpleUploadedFile("a.xml", write_element(first)),
        SimpleUploadedFile("b.xml", write_element(first)),
        SimpleUploadedFile("c.pdf", b"%PDF-oops"),
    ]
    operator.post("/imports", {"file": files})
    take_up_import(datetime.now(UTC))
    operator.post(f"/ledger/{number(57)}/move", {"into": "1"})


def answers(client: Client) -> list[str]:
    found = []
    for question in QUESTIONS:
        reply = client.post("/check", question)
        if reply.status_code == 302:
            found.append(reply.headers["Location"])
    return found


def plain_doors() -> list[str]:
    """Return the address of every door without a variable part, except the API's and those that give no page."""

    def walk(patterns: Any, prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            elif "<" not in route:
                yield f"/{route}"

    return [*walk(get_resolver().url_patterns)]


def check_pages(client: Client, addresses: list[str]) -> None:
    slips = {}
    for address in addresses:
        reply = client.get(address)
        if reply.headers.get("Content-Type", "").startswith("text/html"):
            slips[address] = chinese_in(reply.content)
    refuse(slips)


def refuse(slips: dict[str, list[tuple[str, str]]]) -> None:
    if any(slips.values()):
        pytest.fail(
            "\n".join(
                f"{address}: {where}: {text}" for address, found in slips.items() for where, text in found
            )
        )


def test_a_guests_pages_are_wholly_english(guest: Client, operator: Client):
    tell(operator)
    found = answers(guest)
    receipts = [f"{each}/receipt" for each in found if "/answers/" in each]
    assert len(receipts) > 8
    check_pages(guest, [*plain_doors(), *found, *receipts, "/nothing/here"])


def test_an_operators_pages_are_wholly_english(guest: Client, operator: Client):
    tell(operator)
    found = answers(operator)
    story = [f"/ledger/{number(place)}" for place in (41, 48, 49, 57)] + ["/ledger/01100260021105168908"]
    lists = ["/ledger?kind=82", "/ledger?text=none", "/ledger?conflicts=on&region=11"]
    lists += [
        "/imports/1",
        "/operate/sources/upload",
        *(f"{each}/manual" for each in found if "/answers/" in each),
    ]
    check_pages(operator, [*plain_doors(), *found, *story, *lists])


WRONG_FORMS: list[tuple[str, dict[str, Any]]] = [
    ("/check", {"text": ""}),
    ("/check", {"text": number(48), "issued_on": "never", "total": "x"}),
    ("/sign-in", {"username": "nobody", "password": "wrong"}),
    ("/sign-in/first", {"code": "wrong", "username": "x", "password": "short"}),
    ("/imports", {}),
    ("/operate/sources/add", {"member": "http", "key": "Not A Key"}),
    ("/operate/sources/none/act", {"act": "pause"}),
    ("/ledger/moves", {"key": [number(41), "none"], "into": "1"}),
    ("/ledger/moves/undo", {}),
    ("/explain", {"text": "26 19 nothing"}),
    ("/explain", {"text": number(48)}),
]


def test_what_is_said_to_wrong_forms_and_after_deeds_is_english(guest: Client, operator: Client):
    tell(operator)
    slips = {}
    for client in (guest, operator):
        for address, form in WRONG_FORMS:
            reply = client.post(address, form, follow=True)
            if reply.headers.get("Content-Type", "").startswith("text/html"):
                slips[f"{address} {form}"] = chinese_in(reply.content)
    assert len(slips) >= len(WRONG_FORMS) - 1
    refuse(slips)


def test_the_first_account_is_refused_in_english(guest: Client):
    code = first_code(datetime.now(UTC))
    form = {"code": code, "username": "me", "password": "a sentence that is long enough"}
    slips = {}
    for change in (
        {"code": "wrong"},
        {"username": " "},
        {"password": "short"},
    ):
        reply = guest.post("/sign-in/first", form | change)
        assert reply.status_code == 422
        slips[str(change)] = chinese_in(reply.content)
    refuse(slips)


def test_incidents_are_told_in_english(operator: Client, guest: Client):
    world = World()
    feeds = [each for each in told() if each["type"] == "feed"]
    world.tell(*in_english([each | {"every_seconds": 60} for each in feeds]))
    world.beats(40, "bj")
    incidents = [
        f"/status/incidents/{each['id']}" for each in guest.get("/api/v1/status").json()["incidents"]
    ]
    assert incidents
    for client in (guest, operator):
        check_pages(client, ["/status", "/", *incidents])


def test_a_chinese_text_would_be_found():
    page = b"<p>All \xe6\x9c\xaa</p>"
    assert chinese_in(page) == [("p", "All 未")]
    assert chinese_in('<p><span lang="zh-Hans">未</span></p>'.encode()) == []
    assert claim(48)
