"""upload (人工上传): files that people bring themselves; nothing is fetched, the connection gives them their feed."""

from __future__ import annotations

from typing import Annotated

import msgspec

from jingpiao.sync.source import Health, Source, asks


class UploadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of an upload (上传设置)."""

    asked_of: Annotated[
        str,
        asks(
            "由谁上传", "Who uploads", hint="例如：财务部每周五", hint_en="For example: accounts, on Fridays"
        ),
    ] = ""


def probe(settings: UploadSettings) -> Health:
    """Say that there is nothing to reach: the door is the platform's own."""
    return Health(ok=True, message="等待人工上传，无需连接", message_en="Waits for uploads; nothing to reach")


SOURCE = Source(
    key="upload",
    label="人工上传",
    label_en="Upload by hand",
    what="有人定期在这里上传文件：给这些文件一个自己的出处",
    what_en="Somebody uploads files here from time to time: it gives these files an origin of their own",
    settings=UploadSettings,
    collect=None,
    probe=probe,
    uploads=True,
)
