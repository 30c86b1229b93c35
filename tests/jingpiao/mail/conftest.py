"""A mailbox to read from: the stand-in's process, and settings that reach it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jingpiao.sync.sources.mailbox import MailboxSettings
from standing.imap import PASSWORD, USER, StandIn


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    one = StandIn()
    monkeypatch.setenv("JINGPIAO_OUTBOUND_ALLOW", "127.0.0.1")
    yield one
    one.close()


@pytest.fixture
def settings(mailbox: StandIn) -> MailboxSettings:
    return MailboxSettings(
        host="127.0.0.1", port=mailbox.port, security="plain", user=USER, password=PASSWORD, seconds=3
    )
