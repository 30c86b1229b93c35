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


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="文件或文件夹 files or folders")


def _import(args: argparse.Namespace) -> int:
    from fapiao.reading import files_of
    from jingpiao.sync import selectors
    from jingpiao.sync.importing import run_batch
    from jingpiao.sync.services import start_import

    files = [file for path in args.paths for file in files_of(Path(path))]
    missing = [str(file) for file in files if not file.is_file()]
    if missing or not files:
        raise FapiaoError(
            "file-not-found",
            f"找不到文件 {'、'.join(missing[:3])}",
            f"no such file: {', '.join(missing[:3])}",
        )
    batch = start_import([_Named(file) for file in files], by="command", now=datetime.now(UTC))
    run_batch(batch)
    for row in selectors.import_row_results(batch.pk):
        if args.json:
            sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
        elif row["result"] != "new":
            place = f"{row['file']}" + (f" 第 {row['row']} 行" if row["row"] else "")
            print(
                f"{place}：{row['result']} {row['number'] or ''} {(row['error'] or {}).get('message', '')}".rstrip()
            )
    sys.stdout.flush()
    counts = (selectors.import_progress(batch.pk) or {})["counts"]
    if not args.json:
        print("，".join(f"{name} {count}" for name, count in counts.items() if count) or "没有读到发票")
    return EXIT_ROWS_FAILED if counts["failed"] or counts["quarantined"] else EXIT_OK


class _Named:
    """A file with its path as name, as an upload has it."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path

    def read(self) -> bytes:
        """Return the bytes. Errors: `file-too-large`."""
        from fapiao.format import MOST_BYTES, too_large

        size = self._path.stat().st_size
        if size > MOST_BYTES:
            raise too_large(size)
        return self._path.read_bytes()


def _nothing(parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments of its own."""


def _init(args: argparse.Namespace) -> int:
    from jingpiao.home import home

    print(home())
    return EXIT_OK


COMMANDS += [
    Command(
        name="import",
        help="把文件导入台账",
        help_en="bring files into the ledger",
        configure=_configure_import,
        run=_import,
    ),
    Command(
        name="init", help="建立空的数据目录", help_en="make an empty home", configure=_nothing, run=_init
    ),
]
