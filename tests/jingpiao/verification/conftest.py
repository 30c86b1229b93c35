"""The stand-in service, started for the tests that ask it, and a platform that knows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jingpiao.verification.service import Service, read
from standing.baidu import KEY, SECRET, StandIn


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    one = StandIn()
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", f"127.0.0.1:{one.port}")
    yield one
    one.close()


@pytest.fixture
def settings_file(stand_in: StandIn, tmp_path: Path) -> Path:
    file = tmp_path / "verifier.json"
    settings = {"api_key": KEY, "secret_key": SECRET, "address": stand_in.address, "seconds": 2}
    file.write_text(json.dumps({"verifier": "baidu", "settings": settings}), "utf-8")
    file.chmod(0o600)
    return file


@pytest.fixture
def service(settings_file: Path) -> Service:
    return read(settings_file)
