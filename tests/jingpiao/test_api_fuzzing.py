"""The API under random requests made from its own OpenAPI document: never a 5xx, every error a problem with its code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingpiao.api.tokens import make_token
from jingpiao.urls import api

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, tzinfo=UTC)
TEXT = {"type": ["string", "null"]}
CLAIM = {
    "type": "object",
    "properties": dict.fromkeys(
        (
            "text",
            "code",
            "number",
            "issued_on",
            "amount",
            "tax",
            "total",
            "check_code",
            "kind",
            "seller_tax_id",
            "seller_name",
            "buyer_tax_id",
            "lookup",
            "as_of",
        ),
        TEXT,
    )
    | {"ref": {}, "tax_ids": {"type": ["array", "null"], "items": {"type": "string"}}},
}
EVENT = {
    "type": "object",
    "required": ["feed", "at", "type"],
    "properties": {
        "feed": {"const": "bj"},
        "at": {"enum": ["2026-07-10T09:30:00+08:00", "2026-07-10", "never", 7, None]},
        "type": {
            "enum": ["invoice", "feed", "state", "watermark", "fault", "trash", "import-row", "outcome", "x"]
        },
        "invoice": {},
        "number": TEXT,
        "code": TEXT,
        "complete_to": TEXT,
        "claim": {},
    },
}
UPLOADS = ("/api/v1/files/read", "/api/v1/imports")
BODIES = {"/api/v1/checks": CLAIM, "/api/v1/checks/batch": CLAIM, "/api/v1/feeds/{feed}/events": EVENT}


def document() -> dict[str, Any]:
    """The published document, with bodies that do not keep to it."""
    told = json.loads(json.dumps(api.get_openapi_schema()))
    for path, body in BODIES.items():
        content = {"application/json": {"schema": body}}
        told["paths"][path]["post"]["requestBody"] = {"required": True, "content": content}
    for path in UPLOADS:
        del told["paths"][path]["post"]["requestBody"]  # sent as forms, by a test of their own
    return told


SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = [each.ok() for each in SCHEMA.get_all_operations()]
FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
    ],
)


@pytest.fixture
def client() -> Client:
    token = make_token(label="fuzz", role="operator", now=NOW)
    return Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)


def sound(reply: Any) -> None:
    assert reply.status_code < 500, reply.content[:300]
    if reply.status_code >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json"
        problem = reply.json()
        assert problem["code"]
        assert {"title", "detail", "retryable", "request_id", "status"} <= set(problem)
    elif getattr(reply, "streaming", False):
        b"".join(reply.streaming_content)


def address(case: Any) -> str:
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value).encode("utf-8", "replace"), safe=""))
    return path


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
def test_every_operation_answers_every_request(operation: Any, client: Client):
    @FEW
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        has_body = case.media_type is not None
        body = json.dumps(case.body) if has_body else ""
        query = {name: str(value) for name, value in (case.query or {}).items()}
        sound(
            client.generic(
                case.method, address(case), body, content_type="application/json", query_params=query or None
            )
        )

    ask()


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.method == "post"], ids=lambda each: each.label
)
def test_every_operation_answers_any_bytes(operation: Any, client: Client):
    path = operation.path.replace("{feed}", "bj").replace("{key}", "26112000000219703940")

    @FEW
    @given(
        body=st.binary(max_size=300),
        kind=st.sampled_from(("application/json", "text/plain", "multipart/form-data; boundary=x")),
    )
    def ask(body: bytes, kind: str) -> None:
        sound(client.generic("POST", path, body, content_type=kind))

    ask()


@pytest.mark.parametrize("path", UPLOADS)
def test_uploads_of_any_bytes_are_answered(path: str, client: Client):
    @FEW
    @given(data=st.binary(max_size=300), name=st.text(min_size=1, max_size=20))
    def ask(data: bytes, name: str) -> None:
        safe = "".join(sign for sign in name if sign.isprintable()) or "file"
        sound(client.post(path, {"file": SimpleUploadedFile(safe, data)}))

    ask()


@pytest.mark.parametrize(
    "query", ["after=99999999999999999999", "after=-1", "limit=-1", "limit=0", "limit=x", "after=1e3"]
)
@pytest.mark.parametrize(
    "path", ["/api/v1/invoices", "/api/v1/imports/1/rows", "/api/v1/imports/99999999999999999999"]
)
def test_absurd_numbers_are_answered(path: str, query: str, client: Client):
    batch = client.post("/api/v1/imports", {"file": SimpleUploadedFile("a.txt", b"x")}).json()["id"]
    sound(client.get(f"{path.replace('{batch}', str(batch))}?{query}"))
