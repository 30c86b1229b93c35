"""The two sources of this folder as members: what each fetches, how each says that it is well or not."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from jingpiao.sync import connecting
from jingpiao.sync.configuration import SettingsError
from jingpiao.sync.source import SOURCES
from jingpiao.sync.sources.mailbox import MailboxSettings
from standing.imap import StandIn


def test_an_official_export_is_brought_by_people_and_never_fetched():
    source = SOURCES["official-export"]
    assert source.collect is None
    health = source.probe(source.settings())
    assert (health.ok, "导入" in health.message) == (True, True)


def test_an_official_export_refuses_settings_that_it_does_not_have():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"exported_by": 7}, SOURCES["official-export"].settings)


def test_a_mailbox_is_fetched_and_says_that_it_is_well(mailbox: StandIn, settings: MailboxSettings):
    source = SOURCES["mailbox"]
    assert source.collect is not None
    assert source.probe(settings).ok


def test_a_mailbox_that_is_not_there_says_so(settings: MailboxSettings):
    health = SOURCES["mailbox"].probe(msgspec.structs.replace(settings, port=1))
    assert not health.ok
    assert health.message
    assert health.message_en


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_without_a_password_is_not_added():
    with pytest.raises(SettingsError):
        connecting.add(
            key="in", member="mailbox", feed="in", given={"host": "a", "user": "b"}, now=datetime.now(UTC)
        )
