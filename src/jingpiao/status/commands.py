"""Commands of status (状态命令): `jingpiao status`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

import msgspec

from fapiao.wording import moment, moment_en
from jingpiao.cli import EXIT_OK, Command

_WORDS = {
    "current": ("正常", "current"),
    "delayed": ("延迟", "delayed"),
    "outage": ("故障", "outage"),
    "unknown": ("不知道", "not known"),
}


def _nothing(parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments of its own."""


def _status(args: argparse.Namespace) -> int:
    from jingpiao.status.board import NOT_SERVED, live
    from jingpiao.status.lines import measuring
    from jingpiao.status.telling import PATH_LABEL, PATH_LABEL_EN

    board = live(now=datetime.now(UTC), how=measuring())
    opened = [each for each in board["incidents"] if not each["closed_at"]]
    for row in board["feeds"]:
        touching = [each for each in opened if each["feed"] in (None, row["feed"])]
        if args.json:
            print(msgspec.json.encode(row | {"incidents": touching}).decode())
        else:
            print(_told(row, touching, english=args.lang == "en"))
    if not args.json and any(row["path"]["reason"] for row in board["feeds"]):
        print(f"{PATH_LABEL_EN}: {NOT_SERVED[1]}" if args.lang == "en" else f"{PATH_LABEL}：{NOT_SERVED[0]}")
    return EXIT_OK


def _told(row: dict[str, Any], touching: list[dict[str, Any]], *, english: bool) -> str:
    word, mark = _WORDS[row["state"]][english], row["watermark"]
    if english:
        titles = "".join(f"; incident: {each['title_en']}" for each in touching)
        return f"{row['label']}: {word}, complete to {moment_en(mark) if mark else '—'}{titles}"
    titles = "".join(f"；故障事件：{each['title']}" for each in touching)
    return f"{row['label']}：{word}，数据到 {moment(mark) if mark else '—'}{titles}"


COMMANDS = [
    Command(
        name="status",
        help="来源、水位、延迟、故障",
        help_en="feeds, watermarks, lag, incidents",
        configure=_nothing,
        run=_status,
    ),
]
