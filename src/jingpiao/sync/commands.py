"""Commands of sync (同步命令): `jingpiao load`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from fapiao.errors import FapiaoError
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines 文件，- 为标准输入 file or -")


def _load(args: argparse.Namespace) -> int:
    from jingpiao.sync.services import load_events

    failed = False
    for name in args.files:
        summary = load_events(_lines(name), source=f"load:{Path(name).name}", now=datetime.now(UTC))
        failed = failed or bool(summary.unread)
        if args.json:
            print(msgspec.json.encode({"file": name, **msgspec.to_builtins(summary)}).decode())
        else:
            print(
                f"{name}：{summary.lines} 行，新 {summary.new}，重复 {summary.repeats}，"
                f"同号异文 {summary.flagged}，隔离 {summary.quarantined}，读不懂 {summary.unread}"
            )
            for line in summary.unread_lines:
                print(f"  第 {line['line']} 行：{line['reason']}")
    return EXIT_ROWS_FAILED if failed else EXIT_OK


def _lines(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from sys.stdin.buffer
        return
    try:
        with open(name, "rb") as file:
            yield from file
    except (FileNotFoundError, IsADirectoryError):
        raise FapiaoError("file-not-found", f"找不到文件 {name}", f"no such file: {name}") from None


COMMANDS = [
    Command(name="load", help="载入来源事件", help_en="append feed events", configure=_configure, run=_load),
]
