"""Others' imports: a party sees its own, the operator all, and of another's not even that there is one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fapiao.einvoice import write_element
from jingpiao.api.tokens import make_token
from making.plain import one

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)


def bearer(role: str, **more: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {make_token(label='same label', role=role, now=NOW, **more)}"}


def test_a_party_sees_its_own_imports_only():
    client = Client()
    mine, others = (
        bearer("party", tax_ids=[tax_id]) for tax_id in ("91110000600037341L", "91330106673959654P")
    )
    file = SimpleUploadedFile("one.xml", write_element(one(1)))
    batch = client.post("/api/v1/imports", {"file": file}, headers=mine).json()["id"]
    for path in (f"/api/v1/imports/{batch}", f"/api/v1/imports/{batch}/rows"):
        assert client.get(path, headers=mine).status_code == 200
        assert client.get(path, headers=bearer("operator")).status_code == 200
        reply = client.get(path, headers=others)
        assert (reply.status_code, reply.json()["code"]) == (404, "not-found")
