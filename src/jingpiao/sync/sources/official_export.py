"""official-export (官方导出): the workbook that a taxpayer exports from the tax account; brought by import, never fetched.

Nothing here opens the tax bureau's site: its terms want a person there. What the file tells is read in
`fapiao.official_export`; `jingpiao.sync.exporting` makes it a feed of its own.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from jingpiao.sync.source import Health, Source, asks


class OfficialExportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the official export (官方导出设置)."""

    exported_by: Annotated[
        str,
        asks(
            "由谁导出",
            "Who exports",
            hint="例如：张会计，每周一导出取得发票和开具发票",
            hint_en="For example: accounts, both directions, on Mondays",
        ),
    ] = ""


def probe(settings: OfficialExportSettings) -> Health:
    """Say that there is nothing to reach: a person exports, and imports the file here."""
    return Health(
        ok=True,
        message="由人在电子税务局导出后导入，无需连接",
        message_en="A person exports and imports; nothing to reach",
    )


SOURCE = Source(
    key="official-export",
    label="官方导出",
    label_en="Official export",
    what="会计从税务数字账户导出“全量发票查询”：不用连接，到“导入”页上传就行；在这里只记由谁导出",
    what_en="The accountant exports the list of all invoices from the tax account: nothing to connect, import the file; here only who exports is noted",
    settings=OfficialExportSettings,
    collect=None,
    probe=probe,
)
