"""What the tests of status share: nothing of another test is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No snapshot of another test, and a database that has not just failed."""
    from jingpiao.status import reaching, snapshot
    from jingpiao.sync import timelines

    monkeypatch.setattr(reaching, "_failed_at", float("-inf"))
    monkeypatch.setattr(timelines, "_timelines", {})
    snapshot.place().unlink(missing_ok=True)
    yield
    snapshot.place().unlink(missing_ok=True)
