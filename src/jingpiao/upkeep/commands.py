"""Commands of upkeep (运维命令): `jingpiao rebuild`, `jingpiao backtest`, `jingpiao doctor`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

import msgspec

from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command

SHOWN = 20


def _configure_rebuild(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--compare",
        action="store_true",
        help="与现有台账逐行比较，有差异时退出码为 1 compare with the ledger",
    )


def _rebuild(args: argparse.Namespace) -> int:
    from jingpiao.upkeep.rebuild import rebuild

    result = rebuild(compare=args.compare)
    if args.json:
        print(msgspec.json.encode(result).decode())
    else:
        chinese = args.lang == "zh"
        rows = sum(result.rows.values())
        print(
            f"从 {result.entries} 条流水重建出 {rows} 行，用时 {result.seconds} 秒"
            if chinese
            else f"{rows} rows rebuilt from {result.entries} journal entries in {result.seconds} s"
        )
        if result.compared:
            count = len(result.differences)
            print(
                (f"与台账有 {count} 处不同" if chinese else f"{count} differences")
                if count
                else _SAME[args.lang]
            )
        for each in result.differences[:SHOWN]:
            print(f"  {each['table']} {each['only_in']}: {msgspec.json.encode(each['row']).decode()[:300]}")
    return EXIT_ROWS_FAILED if result.differences else EXIT_OK


def _configure_backtest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--until",
        metavar="DATE",
        help="评到这一天为止（北京时间，含当天）的答复，默认到现在 score what was answered up to this day",
    )


def _backtest(args: argparse.Namespace) -> int:
    from jingpiao.upkeep.backtest import end_of_day, run_backtest
    from jingpiao.upkeep.printing import print_backtest

    now = datetime.now(UTC)
    report = run_backtest(until=end_of_day(args.until) if args.until else now, now=now)
    if args.json:
        print(msgspec.json.encode(report).decode())
    else:
        print_backtest(report, args.lang)
    return EXIT_OK


def _nothing(parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments of its own."""


def _doctor(args: argparse.Namespace) -> int:
    from jingpiao.upkeep.doctor import examine

    found = examine(datetime.now(UTC))
    well = all(each.ok for each in found)
    if args.json:
        print(msgspec.json.encode({"ok": well, "examinations": found}).decode())
    else:
        for each in found:
            print(
                f"{'✓' if each.ok else '✕'} {each.name}  {each.seen if args.lang == 'zh' else each.seen_en}"
            )
    return EXIT_OK if well else EXIT_ROWS_FAILED


_SAME = {"zh": "与台账完全一致", "en": "the same as the ledger, row by row"}

COMMANDS = [
    Command(
        name="backtest",
        help="用后来的事实给以前的答复打分",
        help_en="score earlier answers by what came",
        configure=_configure_backtest,
        run=_backtest,
    ),
    Command(
        name="doctor",
        help="体检：数据库、磁盘、密钥、时钟、后台任务",
        help_en="examine database, disk, keys, clock, background work",
        configure=_nothing,
        run=_doctor,
    ),
    Command(
        name="rebuild",
        help="由流水重建台账并比较",
        help_en="rebuild from the journal and compare",
        configure=_configure_rebuild,
        run=_rebuild,
    ),
]
