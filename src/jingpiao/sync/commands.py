"""Commands of sync (同步命令): `jingpiao load`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from fapiao.errors import FapiaoError
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command
from jingpiao.sync import source_commands
from jingpiao.sync.event import MOST_BYTES

if TYPE_CHECKING:
    from jingpiao.sync.models import ImportBatch
    from jingpiao.sync.services import LoadSummary


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
            _tell(name, summary, english=args.lang == "en")
    return EXIT_ROWS_FAILED if failed else EXIT_OK


def _tell(name: str, summary: LoadSummary, *, english: bool) -> None:
    counts = (
        summary.lines,
        summary.new,
        summary.repeats,
        summary.flagged,
        summary.quarantined,
        summary.unread,
    )
    words = (
        ("行", "lines"),
        ("新", "new"),
        ("重复", "repeats"),
        ("同号异文", "same id, other content"),
        ("隔离", "set aside"),
        ("读不懂", "unread"),
    )
    if english:
        said = ", ".join(f"{count} {en}" for count, (_, en) in zip(counts, words, strict=True))
        print(f"{name}: {said}")
    else:
        said = "，".join(f"{zh} {count}" for count, (zh, _) in zip(counts[1:], words[1:], strict=True))
        print(f"{name}：{counts[0]} 行，{said}")
    for line in summary.unread_lines:
        number = f"line {line['line']}: " if english else f"第 {line['line']} 行："
        print(f"  {number}{line['reason']}")


def _lines(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from _bounded(sys.stdin.buffer)
        return
    try:
        with open(name, "rb") as file:
            yield from _bounded(file)
    except (FileNotFoundError, IsADirectoryError):
        raise FapiaoError("file-not-found", f"找不到文件 {name}", f"no such file: {name}") from None


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's lines; of one that is too long to be an event only so much that it is seen to be so."""
    while line := file.readline(MOST_BYTES + 1):
        rest = line
        while len(line) > MOST_BYTES and rest and not rest.endswith(b"\n"):
            rest = file.readline(2**20)
        yield line


COMMANDS = [
    Command(name="load", help="载入来源事件", help_en="append feed events", configure=_configure, run=_load),
]


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="文件或文件夹 files or folders")
    parser.add_argument("--connection", metavar="KEY", help="归入这个来源连接 under this source's feed")


def _import(args: argparse.Namespace) -> int:
    from fapiao.reading import files_of
    from jingpiao.sync import selectors
    from jingpiao.sync.connecting import connection_of
    from jingpiao.sync.documents import upload
    from jingpiao.sync.services import start_import

    found = [_Named(file) for path in args.paths for file in files_of(Path(path))]
    missing = [str(file.name) for file in found if not file.readable]
    files = [file for file in found if file.readable]
    if not files:
        named = missing or args.paths
        raise FapiaoError(
            "file-not-found",
            f"没有可导入的文件：{'、'.join(named[:3])}",
            f"no file to import: {', '.join(named[:3])}",
        )
    now = datetime.now(UTC)
    if args.connection:
        batch = upload(files, connection=connection_of(args.connection), by="command", now=now)
    else:
        batch = start_import(files, by="command", now=now)
    _run(batch)
    for row in (*map(_missing_row, missing), *selectors.import_row_results(batch.pk)):
        _print_row(row, args)
    sys.stdout.flush()
    progress = selectors.import_progress(batch.pk) or {}
    counts = progress["counts"]
    counts["failed"] += len(missing)
    if not args.json:
        for file in progress["files"]:
            for export in file["exports"]:
                print(f"{file['name']}：{export['message' if args.lang == 'zh' else 'message_en']}")
        print(_sum_up(counts, args.lang))
    return EXIT_ROWS_FAILED if counts["failed"] or counts["quarantined"] else EXIT_OK


def _run(batch: ImportBatch) -> None:
    """Work the batch through here, or wait for the worker that was first; a terminal shows the rows so far."""
    from jingpiao.sync.importing import claim, run_batch

    began, count = time.monotonic(), 0

    def tell(rows: int) -> None:
        nonlocal count
        count += rows
        if sys.stderr.isatty() and time.monotonic() - began > 1:
            sys.stderr.write(f"\r{count} …")
            sys.stderr.flush()

    while not type(batch).objects.filter(pk=batch.pk, state="done").exists():
        if claim(batch, datetime.now(UTC)):
            run_batch(batch, tell)
        else:
            time.sleep(0.2)
    if sys.stderr.isatty() and time.monotonic() - began > 1:
        sys.stderr.write(f"\r{count} ✓\n")


_RESULTS = {
    "new": ("新", "new"),
    "duplicate": ("重复", "duplicate"),
    "conflict": ("冲突", "conflict"),
    "quarantined": ("隔离", "quarantined"),
    "failed": ("失败", "failed"),
}


def _print_row(row: dict[str, Any], args: argparse.Namespace) -> None:
    if args.json:
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
    elif row["result"] != "new":
        english = args.lang == "en"
        error = row["error"] or {}
        number = f"#{row['row']}" if english else f" 第 {row['row']} 行"
        words = (
            f"{row['file']}{number if row['row'] else ''}：{_RESULTS[row['result']][english]}",
            row["number"] or "",
            f"[{error['code']}] {error.get('message_en' if english else 'message', '')}" if error else "",
        )
        print(" ".join(word for word in words if word))


def _missing_row(name: str) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(("ref", "row", "number", "code", "original"))
    slip = FapiaoError("file-not-found", f"找不到或读不了文件 {name}", f"no such file, or unreadable: {name}")
    error = {"code": slip.code, "message": slip.message, "message_en": slip.message_en}
    return {**empty, "file": name, "result": "failed", "findings": [], "error": error}


def _sum_up(counts: dict[str, int], lang: str) -> str:
    english = lang == "en"
    parts = [f"{_RESULTS[name][english]} {count}" for name, count in counts.items() if count]
    return ("，", ", ")[english].join(parts) or ("没有读到发票", "no invoice was read")[english]


class _Named:
    """A file with its path as name, given block by block as an upload is."""

    def __init__(self, path: Path) -> None:
        self.name = os.fsencode(path).decode("utf-8", "replace")
        self._path = path

    @property
    def readable(self) -> bool:
        """Tell whether it is a file that may be read."""
        return self._path.is_file() and os.access(self._path, os.R_OK)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks of 1 MB."""
        with self._path.open("rb") as file:
            while block := file.read(2**20):
                yield block


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
    source_commands.COMMAND,
]
