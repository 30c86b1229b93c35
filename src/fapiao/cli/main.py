"""Parsing the command line (命令行) and running one sub-command.

Exit: 0 done, 1 some rows failed, 2 wrong use or unusable input, 3 the environment failed. Every error is one line.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from fapiao.check import check_invoice
from fapiao.cli.printing import print_explained, print_reading
from fapiao.cli.progress import with_progress
from fapiao.errors import FapiaoError
from fapiao.explain import explain_text
from fapiao.format import FORMATS, Problem, Reading
from fapiao.invoice import Invoice
from fapiao.reading import read_paths

MOST_STDIN = 16 * 2**20


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with a code, as all others."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command and stop with status 2."""
        self.exit(2, f"error[usage]: {message} (--help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    args = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = args.run
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        return run(args)
    except FapiaoError as slip:
        return _complain(slip.code, slip.message if args.lang == "zh" else slip.message_en, 2)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as slip:
        return _complain("environment", str(slip), 3)


def _complain(code: str, message: str, status: int) -> int:
    print(f"error[{code}]: {' '.join(message.split())}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    top = _Parser(
        prog="fapiao", description="发票：读文件、验数据、拆号码、造样票 / invoices in files and numbers"
    )
    sub = top.add_subparsers(dest="command", required=True, metavar="命令 command")
    read = sub.add_parser("read", help="读出文件里的每张发票 read every invoice out of files")
    read.add_argument("paths", nargs="+", metavar="PATH")
    read.set_defaults(run=_read)
    check = sub.add_parser("check-file", help="只看疑点 only the findings")
    check.add_argument("paths", nargs="+", metavar="PATH")
    check.set_defaults(run=_check_file)
    explain = sub.add_parser("explain", help="拆解号码或二维码 take a number or QR payload apart")
    explain.add_argument("texts", nargs="+", metavar="TEXT")
    explain.set_defaults(run=_explain)
    make = sub.add_parser("make", help="生成发票文件 write an invoice as a file")
    make.add_argument("invoice", metavar="INVOICE.json")
    make.add_argument("--format", required=True, dest="format_key", metavar="KEY")
    make.add_argument("-o", "--output", metavar="FILE")
    make.set_defaults(run=_make)
    _shared(top, json=False, lang="zh")
    for each in (read, check, explain, make):
        _shared(each, json=argparse.SUPPRESS, lang=argparse.SUPPRESS)
    return top


def _shared(parser: argparse.ArgumentParser, *, json: bool | str, lang: str) -> None:
    """Add the options that stand before the command or behind it; the defaults belong to the place before."""
    parser.add_argument("--json", action="store_true", default=json, help="JSON Lines")
    parser.add_argument("--lang", choices=("zh", "en"), default=lang, help="语言 language")


def checked_readings(paths: Sequence[str]) -> Iterator[Reading]:
    """Yield readings with what the checks find added to what the reader found."""
    for reading in read_paths(paths):
        found = check_invoice(reading.invoice) if reading.invoice else ()
        yield msgspec.structs.replace(reading, findings=(*reading.findings, *found)) if found else reading


def _read(args: argparse.Namespace) -> int:
    return _output(args, checked_readings(args.paths))


def _check_file(args: argparse.Namespace) -> int:
    def without_lines() -> Iterator[Reading]:
        for reading in checked_readings(args.paths):
            invoice = reading.invoice
            yield msgspec.structs.replace(
                reading, invoice=msgspec.structs.replace(invoice, lines=()) if invoice else None
            )

    return _output(args, without_lines())


def _output(args: argparse.Namespace, readings: Iterator[Reading]) -> int:
    good = failed = 0
    missing: Problem | None = None
    for reading in with_progress(readings):
        if reading.error is None:
            good += 1
        else:
            failed += 1
            missing = reading.error if reading.error.code == "file-not-found" else missing
        if args.json:
            sys.stdout.buffer.write(msgspec.json.encode(reading) + b"\n")
        else:
            print_reading(reading, args.lang)
    sys.stdout.flush()
    if missing and not good:
        raise FapiaoError(missing.code, missing.message, missing.message_en)
    if not good and not failed:
        raise FapiaoError("file-not-found", "文件夹里没有文件", "there is no file in the folder")
    return 1 if failed else 0


def _explain(args: argparse.Namespace) -> int:
    for text in _texts(args.texts):
        told = explain_text(text)
        if args.json:
            sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        else:
            print_explained(told, args.lang)
    sys.stdout.flush()
    return 0


def _texts(given: Sequence[str]) -> Iterator[str]:
    """Yield the texts as valid Unicode; ``-`` stands for the lines of standard input."""
    for text in given:
        if text == "-":
            lines = sys.stdin.buffer.read(MOST_STDIN).decode("utf-8", "replace").splitlines()
            yield from (line for line in lines if line.strip())
        else:
            yield text.encode("utf-8", "replace").decode()


def _make(args: argparse.Namespace) -> int:
    if args.format_key not in FORMATS:
        raise FapiaoError("format-unknown", f"没有格式 {args.format_key}", f"no format {args.format_key}")
    write = FORMATS[args.format_key].write
    if write is None:
        raise FapiaoError("format-read-only")
    data = write(_invoice(args.invoice))
    if args.output:
        Path(args.output).write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
    return 0


def _invoice(name: str) -> Invoice:
    try:
        raw = sys.stdin.buffer.read(MOST_STDIN) if name == "-" else Path(name).read_bytes()
    except OSError:
        raise FapiaoError("file-not-found", f"找不到文件 {name}", f"no such file: {name}") from None
    try:
        told = msgspec.json.decode(raw)
        inner = told.get("invoice") or told if isinstance(told, dict) else told
        if isinstance(inner, dict):
            inner = {
                key: value
                for key, value in inner.items()
                if value is not None or key in Invoice.__struct_fields__
            }
            inner |= {side: inner.get(side) or {} for side in ("buyer", "seller")}
            inner["lines"] = inner.get("lines") or []
        invoice = msgspec.convert(inner, Invoice)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as slip:
        raise FapiaoError(
            "invoice-field", f"发票数据有误：{slip}", f"the invoice is malformed: {slip}"
        ) from None
    if not invoice.number:
        raise FapiaoError("invoice-field", "发票数据里没有号码（number）", "the invoice has no number")
    return invoice
