"""push (推送): the source sends its events itself, to the API's door for feeds; nothing is fetched."""

from __future__ import annotations

from typing import Annotated

import msgspec

from jingpiao.sync.source import Health, Source, asks


class PushSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a pushing source (推送设置)."""

    contact: Annotated[str, asks("来源方联系人", "Whom to call at the source")] = ""


def probe(settings: PushSettings) -> Health:
    """Say where the source has to send: what it sent last stands on the connection's page."""
    return Health(
        ok=True,
        message="等待来源推送到 /api/v1/feeds/来源标识/events",
        message_en="Waits for the source to send to /api/v1/feeds/FEED/events",
    )


SOURCE = Source(
    key="push",
    label="来源推送",
    label_en="Pushed by the source",
    what="对方自己把事件发到这里：发一个令牌给它，在这里看每次投递",
    what_en="They send events here themselves: give them a token, and see each delivery here",
    settings=PushSettings,
    collect=None,
    probe=probe,
)
