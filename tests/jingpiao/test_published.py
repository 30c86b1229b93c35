"""The published contract: every route says what it takes, gives and refuses, and what it really gives fits its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fapiao.einvoice import write_element
from jingpiao.api.declaring import PLACE
from jingpiao.api.shape import example_of, schema_of, shapes
from jingpiao.api.templatetags.codes import coded
from jingpiao.api.tokens import make_token
from jingpiao.schedule import take_up_import
from jingpiao.status import reaching, snapshot
from jingpiao.sync import timelines
from jingpiao.urls import api
from making.plain import one
from telling.story import claim, event, invoice, lines, number, told

NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)
DOCUMENT = json.loads(json.dumps(api.get_openapi_schema()))
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, route in DOCUMENT["paths"].items()
    for method, operation in route.items()
]


def check(name: str, told: Any) -> None:
    """Validate a value against a published schema."""
    validator = jsonschema_rs.Draft202012Validator(schema_of(shapes()[name]), validate_formats=True)
    assert [str(slip) for slip in validator.iter_errors(told)] == []


@pytest.mark.parametrize("name", list(shapes()))
def test_every_schema_is_sound_and_its_example_fits(name: str):
    shape = shapes()[name]
    jsonschema_rs.meta.validate(schema_of(shape))
    example = example_of(shape)
    assert example is not None
    check(name, json.loads(msgspec.json.encode(example)))


def test_schemas_are_published_with_an_index():
    client = Client()
    index = client.get("/api/v1/schemas/").json()
    check("schemas", index)
    assert [each["name"] for each in index["schemas"]] == list(shapes())
    for each in index["schemas"]:
        reply = client.get(each["address"])
        assert reply.headers["Content-Type"] == "application/schema+json"
        assert reply.json()["$id"] == each["address"]
    assert client.get("/api/v1/schemas/none.json").json()["code"] == "not-found"


@pytest.mark.parametrize(("label", "operation"), OPERATIONS, ids=[label for label, _ in OPERATIONS])
def test_every_route_says_what_it_takes_gives_and_refuses(label: str, operation: dict[str, Any]):
    good = {status: reply for status, reply in operation["responses"].items() if status < "400"}
    assert good
    for body in (operation.get("requestBody"), *(reply for status, reply in good.items() if status != "204")):
        for content in (body or {}).get("content", {}).values():
            assert content["schema"]
            assert "example" in content or "$ref" not in content["schema"]
    assert all(reply["content"] for status, reply in good.items() if status != "204")
    assert operation["x-description-zh"]
    assert operation["description"]
    assert ("requestBody" in operation) == (label in WITH_A_BODY)
    if operation["x-roles"]:
        assert operation["security"] == [{"bearer": []}]
        assert {"401", "403"} <= set(operation["responses"])
    for status, reply in operation["responses"].items():
        if status >= "400" and label != "GET /readyz":
            problems = reply["content"]["application/problem+json"]
            assert problems["schema"]["$ref"] == f"{PLACE}problem"
            for example in problems["examples"].values():
                check("problem", example["value"])
                assert str(example["value"]["status"]) == status


WITH_A_BODY = {
    "POST /api/v1/checks",
    "POST /api/v1/checks/batch",
    "POST /api/v1/files/read",
    "POST /api/v1/feeds/{feed}/events",
    "POST /api/v1/imports",
    "POST /api/v1/quarantine/retries",
    *(f"POST /api/v1/quarantine/{{row}}/{act}" for act in ("reading", "correction", "shelving", "undoing")),
}


def test_creating_requests_carry_their_key_header():
    keyed = {
        label
        for label, each in OPERATIONS
        if any(parameter["name"] == "Idempotency-Key" for parameter in each["parameters"])
    }
    assert {"POST /api/v1/checks", "POST /api/v1/imports"} <= keyed


def test_every_reference_of_the_document_leads_somewhere():
    known = DOCUMENT["components"]["schemas"]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].removeprefix(PLACE) in known
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(DOCUMENT)
    for name, shape in shapes().items():
        assert known[name]["externalDocs"]["url"] == shape.address


def test_the_reference_page_needs_no_other_host_and_no_script():
    page = Client().get("/api/v1/docs").content.decode()
    assert "unsafe" not in Client().get("/api/v1/docs").headers["Content-Security-Policy"].replace(
        "wasm-unsafe-eval", ""
    )
    assert "://" not in page.replace("http://www.w3.org", "")
    for label, _ in OPERATIONS:
        assert label in page
    for name in shapes():
        assert f'href="/api/v1/schemas/{name}.json"' in page


def test_codes_in_a_sentence_are_shown_as_code_and_nothing_is_let_through():
    assert coded("``a`` <b> `c`") == "<code>a</code> &lt;b&gt; <code>c</code>"


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
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def rows(reply: Any) -> list[Any]:
    body = b"".join(reply.streaming_content) if reply.streaming else reply.content
    return [json.loads(line) for line in body.splitlines()]


QUESTIONS: list[dict[str, Any]] = [
    claim(48),
    claim(48, total="1.00"),
    claim(50),
    claim(55),
    claim(41, lookup="legacy"),
    claim(47, lookup="trash"),
    claim(48, number=f"{number(48)[:-2]}84"),
    claim(48, issued_on="2030-01-01"),
    {"text": "05168908", "as_of": "2026-07-14T12:05:00+08:00"},
    {"text": "nothing of the kind"},
]


@pytest.mark.django_db(transaction=True)
def test_what_a_real_run_answers_fits_the_published_schemas(operator: Client):
    for each in told():
        check("event", each)
        check(f"event-{each['type']}", each)
    feeds = {each["feed"] for each in told()}
    for feed in sorted(feeds):
        body = lines([each for each in told() if each["feed"] == feed])
        check("load-summary", operator.post(f"/api/v1/feeds/{feed}/events", body, content_type="x/y").json())
    for question in QUESTIONS:
        check("claim", question)
        reply = operator.post("/api/v1/checks", json.dumps(question), content_type="application/json")
        check("answer", reply.json())
        check("answer", Client().get(reply.headers["Location"]).json())
        check("explanation", operator.get(f"{reply.headers['Location']}/situation").json())
        check("watch", operator.post(f"{reply.headers['Location']}/watch").json())
        check("watch", operator.get(f"{reply.headers['Location']}/watch").json())
    stranger = Client().post("/api/v1/checks", json.dumps(claim(48)), content_type="application/json").json()
    check("answer", stranger)
    check("seen-invoice", stranger["invoice"])
    batch = rows(operator.post("/api/v1/checks/batch", lines(QUESTIONS) + b"\n{}", content_type="x/y"))
    assert len(batch) == len(QUESTIONS) + 1
    for row in batch:
        check("answer-line", row)


@pytest.mark.django_db(transaction=True)
def test_what_files_imports_and_the_ledger_give_fits_the_published_schemas(operator: Client):
    def files() -> list[SimpleUploadedFile]:
        return [
            SimpleUploadedFile("a.xml", write_element(one(1))),
            SimpleUploadedFile("b.xml", write_element(one(1))),
            SimpleUploadedFile("c.pdf", b"%PDF-oops"),
        ]

    for row in rows(Client().post("/api/v1/files/read", {"file": files()})):
        check("reading", row)
    begun = operator.post("/api/v1/imports", {"file": files()}).json()
    check("import", begun)
    take_up_import(datetime.now(UTC))
    check("import", operator.get(f"/api/v1/imports/{begun['id']}").json())
    results = rows(operator.get(f"/api/v1/imports/{begun['id']}/rows"))
    assert [row["result"] for row in results][:2] == ["new", "duplicate"]
    assert results[2]["error"]["code"] == "file-damaged"
    for row in results:
        check("import-row", row)
    check("ledger-page", operator.get("/api/v1/invoices").json())
    key = str(one(1).number)
    operator.delete(f"/api/v1/invoices/{key}")
    check("restoration", operator.post(f"/api/v1/invoices/{key}/restoration").json())
    check("held-invoice", operator.get(f"/api/v1/invoices/{key}").json())


@pytest.mark.django_db(transaction=True)
def test_what_status_and_peers_are_told_fits_the_published_schemas(operator: Client):
    notice = event(
        "announcement",
        "01T00:02",
        id="a1",
        title="暂停",
        functions=["verify"],
        **{"from": "2026-07-01T00:00:00+08:00", "until": None},
    )
    fault = event("fault", "14T12:01", component="feed", message="坏了")
    events = [*(each for each in told() if each["feed"] == "bj"), notice, fault]
    operator.post("/api/v1/feeds/bj/events", lines(events), content_type="x/y")
    client = Client()
    check("status", client.get("/api/v1/status").json())
    check("incidents", client.get("/api/v1/status/incidents").json())
    announcements = client.get("/api/v1/announcements").json()
    check("announcements", announcements)
    assert announcements["announcements"]
    check("gaps", operator.get("/api/v1/status/feeds/bj/gaps").json())
    asked = client.post("/api/v1/checks", json.dumps(claim(50)), content_type="application/json").json()
    check("answer-marks", client.get(f"/api/v1/status/answers/{asked['id']}").json())
    check("key-set", client.get("/.well-known/jwks.json").json())
    check("health", client.get("/healthz").json())
    check("problem", client.get("/api/v1/checks/none").json())
    token = make_token(label="peer", role="federation", feed="bj", now=NOW)
    shared = client.get("/api/v1/federation/events", headers={"authorization": f"Bearer {token}"})
    entries = rows(shared)
    assert entries
    for entry in entries:
        check("federated-entry", entry)
        check("event", entry["event"])
    assert invoice(48)["number"] in {entry["event"].get("invoice", {}).get("number") for entry in entries}


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("answer", {"existence": "maybe"}),
        ("answer", {"as_of": "2026-11-20T09:30:00"}),
        ("answer", {"causes": [{"code": "bad-luck"}]}),
        ("answer", {"validity": None}),
        ("claim", {"total": 1060.0}),
        ("claim", {"number": None, "text": 7}),
        ("event-watermark", {"complete_to": "yesterday"}),
        ("import-row", {"result": "lost"}),
        ("problem", {"retryable": "no"}),
    ],
)
def test_what_breaks_the_contract_breaks_its_schema(name: str, slip: dict[str, Any]):
    told = json.loads(msgspec.json.encode(example_of(shapes()[name]))) | slip
    validator = jsonschema_rs.Draft202012Validator(schema_of(shapes()[name]), validate_formats=True)
    assert not validator.is_valid(told)
