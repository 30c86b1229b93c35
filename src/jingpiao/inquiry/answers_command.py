"""The command `jingpiao answers` (留存答复命令): what is past its retention, shown or deleted by hand."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from jingpiao.cli import EXIT_OK, Command

if TYPE_CHECKING:
    from jingpiao.inquiry.expiring import Expired


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=("expire",), help="expire 删除超过保留期的 delete what is past its time"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="只看会删什么，不删 show what would go, delete nothing"
    )


def _answers(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.expiring import expire_all, would_expire

    result = (would_expire if args.dry_run else expire_all)(datetime.now(UTC))
    if args.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(_told(result, dry=args.dry_run, english=args.lang == "en"))
    return EXIT_OK


def _told(result: Expired, *, dry: bool, english: bool) -> str:
    if result.before is None:
        return (
            "JINGPIAO_ANSWERS_KEPT_DAYS is 0: answers are kept for good"
            if english
            else "JINGPIAO_ANSWERS_KEPT_DAYS 为 0：答复一直保存"
        )
    day = f"{result.before:%Y-%m-%d}"
    if english:
        counts = f"{result.answers} answers, {result.watches} watches, {result.parts} shared parts, {result.replies} kept replies"
        held = f"; {result.held} older ones are still needed" if result.held else ""
        return f"{'Would delete' if dry else 'Deleted'} what was asked before {day}: {counts}{held}"
    counts = f"答复 {result.answers} 份、守候 {result.watches} 个、公共部分 {result.parts} 个、请求回复 {result.replies} 份"
    held = f"；另有 {result.held} 份还有人需要，暂不删" if result.held else ""
    return f"{'将删除' if dry else '已删除'} {day} 以前的：{counts}{held}"


COMMAND = Command(
    name="answers",
    help="按保留期清理旧答复",
    help_en="delete answers past their retention",
    configure=_configure,
    run=_answers,
)
