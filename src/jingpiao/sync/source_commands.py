"""The command `jingpiao source` (来源命令): list, add, probe, pause, resume, rewind, visit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from fapiao.errors import FapiaoError
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command, shared

STATES = {
    "well": ("正常", "well"),
    "behind": ("追赶中", "catching up"),
    "new": ("尚未来访", "not visited yet"),
    "waiting": ("等待送来", "waits to be sent"),
    "paused": ("已暂停", "paused"),
    "failing": ("出错重试中", "failing, retried"),
    "open": ("熔断中", "circuit open"),
}


def _configure(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="action", required=True, metavar="动作 action")
    sub.add_parser("list", help="全部来源连接 all connections").set_defaults(act=_list)
    sub.add_parser("kinds", help="可用的来源种类 kinds of sources").set_defaults(act=_kinds)
    adding = sub.add_parser("add", help="新增来源连接 add a connection")
    adding.add_argument("key", help="代号 key")
    adding.add_argument("--member", required=True, help="来源种类 kind, see `source kinds`")
    adding.add_argument("--feed", help="来源标识 feed, by default the key")
    adding.add_argument("--label", default="")
    adding.add_argument("--every", type=int, default=60, help="秒 seconds between visits")
    adding.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="一项设置；=@文件 从文件读，=@- 从标准输入读（密码用它） a setting; =@FILE or =@- reads it, for secrets",
    )
    adding.set_defaults(act=_add)
    for name, text, act in (
        ("probe", "测试连接 look how it is", _probe),
        ("pause", "暂停 pause", _pause),
        ("resume", "恢复 resume", _resume),
        ("rewind", "从头再取 read again from the start", _rewind),
    ):
        one = sub.add_parser(name, help=text)
        one.add_argument("key")
        one.set_defaults(act=act)
    visiting = sub.add_parser("visit", help="立即来访，直到追上 visit now, until caught up")
    visiting.add_argument("key")
    visiting.add_argument("--once", action="store_true", help="只来访一次 one visit only")
    visiting.set_defaults(act=_visit)
    for each in sub.choices.values():
        shared(each, suppress=True)


def _run(args: argparse.Namespace) -> int:
    act: Callable[[argparse.Namespace], int] = args.act
    return act(args)


def _say(args: argparse.Namespace, told: dict[str, Any], text: str, text_en: str) -> None:
    print(msgspec.json.encode(told).decode() if args.json else text_en if args.lang == "en" else text)


def _list(args: argparse.Namespace) -> int:
    from jingpiao.sync import connections

    rows = connections.rows(datetime.now(UTC))
    if not rows and not args.json:
        print("no source yet: source add" if args.lang == "en" else "还没有来源连接，用 source add 新增一个")
    for row in rows:
        day, (state, state_en) = row["day"], STATES[row["state"]]
        slip = row["last_error"] or {"message": "", "message_en": ""}
        _say(
            args,
            row,
            f"{row['key']}（{row['member_label']}，{row['feed']}）：{state}，24 小时 {day['lines']} 行、"
            f"{day['documents']} 个文件，缺口 {len(row['gaps'])}"
            + (f"；{slip['message']}" if row["last_error"] else ""),
            f"{row['key']} ({row['member_label_en']}, {row['feed']}): {state_en}; in 24 h {day['lines']} lines, "
            f"{day['documents']} files; gaps {len(row['gaps'])}; {slip['message_en']}".rstrip("; "),
        )
    return EXIT_OK


def _kinds(args: argparse.Namespace) -> int:
    from jingpiao.sync.configuration import fields
    from jingpiao.sync.source import SOURCES

    for key, source in SOURCES.items():
        asked = fields(source)
        settings = "，".join(f"{each.name}（{each.label}）" for each in asked)
        settings_en = ", ".join(f"{each.name} ({each.label_en})" for each in asked)
        names = {each.name: each.label for each in asked}
        told = {"key": key, "label": source.label, "label_en": source.label_en, "settings": names}
        text = f"{key}：{source.label}。设置：{settings or '无'}"
        _say(args, told, text, f"{key}: {source.label_en}. Settings: {settings_en or 'none'}")
    return EXIT_OK


def _add(args: argparse.Namespace) -> int:
    from jingpiao.sync import connecting, connections
    from jingpiao.sync.configuration import SettingsError

    now = datetime.now(UTC)
    try:
        made = connecting.add(
            key=args.key,
            member=args.member,
            feed=args.feed or args.key,
            given=dict(_given(each) for each in args.set),
            label=args.label,
            every_seconds=args.every,
            now=now,
        )
    except SettingsError as slip:
        raise FapiaoError(
            "source-setting", f"设置不对：{slip}", f"wrong settings: {slip.message_en}"
        ) from None
    _say(args, connections.row(made, now), f"已新增 {made.key}", f"added {made.key}")
    return EXIT_OK


def _given(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise FapiaoError("source-setting", f"请写成 名称=值：{text}", f"write NAME=VALUE: {text}")
    if value == "@-":
        return name, sys.stdin.read().strip()
    if value.startswith("@"):
        try:
            return name, Path(value[1:]).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise FapiaoError(
                "file-not-found", f"找不到文件 {value[1:]}", f"no such file: {value[1:]}"
            ) from None
    return name, value


def _probe(args: argparse.Namespace) -> int:
    from jingpiao.sync.connecting import probe

    health = probe(args.key)
    told, took = msgspec.to_builtins(health), f"{health.took_ms} ms"
    _say(args, told, f"{health.message}（{took}）", f"{health.message_en} ({took})")
    return EXIT_OK if health.ok else EXIT_ROWS_FAILED


def _pause(args: argparse.Namespace) -> int:
    from jingpiao.sync.connecting import pause

    pause(args.key, now=datetime.now(UTC))
    _say(args, {"key": args.key, "paused": True}, f"{args.key} 已暂停", f"{args.key} is paused")
    return EXIT_OK


def _resume(args: argparse.Namespace) -> int:
    from jingpiao.sync.connecting import resume

    resume(args.key, now=datetime.now(UTC))
    _say(args, {"key": args.key, "paused": False}, f"{args.key} 已恢复", f"{args.key} is resumed")
    return EXIT_OK


def _rewind(args: argparse.Namespace) -> int:
    from jingpiao.sync.connecting import rewind

    rewind(args.key, now=datetime.now(UTC))
    _say(
        args,
        {"key": args.key, "cursor": ""},
        f"{args.key} 将从头再取；已有的不会重复入库",
        f"{args.key} is read from the start; what is held changes nothing",
    )
    return EXIT_OK


def _visit(args: argparse.Namespace) -> int:
    from jingpiao.sync import connections
    from jingpiao.sync.connecting import connection_of
    from jingpiao.sync.leasing import take_over
    from jingpiao.sync.polling import visit

    connection_of(args.key)
    failed = False
    while True:
        record = visit(take_over(args.key, datetime.now(UTC)))
        if record is None:
            told = {"key": args.key, "dropped": True}
            _say(
                args, told, "另一个进程接手了，本次作废", "another process took over; this visit was dropped"
            )
            return EXIT_ROWS_FAILED
        failed = record.error is not None
        error = record.error or {}
        text = error.get("message", f"{record.lines} 行，新 {record.fresh}")
        text_en = error.get("message_en", f"{record.lines} lines, {record.fresh} new")
        told = {"key": args.key, **connections.told(record)}
        _say(args, told, f"{args.key}：{text}", f"{args.key}: {text_en}")
        if failed or args.once or connection_of(args.key).due_at > datetime.now(UTC):
            return EXIT_ROWS_FAILED if failed else EXIT_OK


COMMAND = Command(
    name="source", help="来源连接", help_en="connections to sources", configure=_configure, run=_run
)
