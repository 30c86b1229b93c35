"""Commands of the ledger (台账命令): `jingpiao quarantine list|show|look|correct|shelve|undo|retry`."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from fapiao.errors import FapiaoError
from fapiao.reasons import reason
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command, shared

if TYPE_CHECKING:
    from jingpiao.ledger.models import Quarantined


def _configure(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="操作 act")
    listed = _act(acts, "list", _list, "列出 what waits")
    for name in ("reason", "feed", "text", "state", "sort"):
        listed.add_argument(f"--{name}", default="")
    _numbered(_act(acts, "show", _show, "一条的全部 one row in full"))
    for name, run, words in (
        ("look", _look, "看更正后的结果，不入账 how it would read, nothing is kept"),
        ("correct", _correct, "更正后入账 correct and take in"),
    ):
        one = _numbered(_act(acts, name, run, words))
        one.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="更正 a correction"
        )
        if name == "correct":
            one.add_argument("--why", default="", help="理由 the reason")
    for name, run, words in (
        ("shelve", _shelve, "搁置 set aside for good"),
        ("undo", _undo, "撤销上一步 take the last step back"),
    ):
        _numbered(_act(acts, name, run, words)).add_argument("--why", default="", help="理由 the reason")
    tried = _act(acts, "retry", _retry, "重试 try again")
    tried.add_argument("row", type=int, nargs="?")
    tried.add_argument("--reason", default="", help="同一原因的全部 all that wait for this reason")
    tried.add_argument("--feed", default="")


def _act(
    acts: Any, name: str, run: Callable[[argparse.Namespace], int], words: str
) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = acts.add_parser(name, help=words)
    shared(made, suppress=True)
    made.set_defaults(act_run=run)
    return made


def _numbered(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("row", type=int, help="编号 number of the row")
    return parser


def _list(args: argparse.Namespace) -> int:
    from jingpiao.ledger.quarantine_lists import QuarantineFilter, rows

    for row in rows(QuarantineFilter({name: getattr(args, name) for name in _NAMES})).iterator(
        chunk_size=500
    ):
        _tell(row, args)
    return EXIT_OK


_NAMES = ("reason", "feed", "text", "state", "sort")


def _show(args: argparse.Namespace) -> int:
    from jingpiao.ledger.quarantining import row_of

    row = row_of(args.row)
    _tell(row, args)
    if not args.json:
        print(row.body)
    return EXIT_OK


def _look(args: argparse.Namespace) -> int:
    from jingpiao.ledger import quarantining

    read, taken = quarantining.look(quarantined=args.row, fields=_fields(args))
    return _result(args, taken.result, taken.reasons, read.changed)


def _correct(args: argparse.Namespace) -> int:
    from jingpiao.ledger import quarantining

    taken = quarantining.correct(quarantined=args.row, fields=_fields(args), **_who(args))
    return _result(args, taken.result, taken.reasons)


def _shelve(args: argparse.Namespace) -> int:
    from jingpiao.ledger import quarantining

    quarantining.shelve(quarantined=args.row, **_who(args))
    return _result(args, "shelved")


def _undo(args: argparse.Namespace) -> int:
    from jingpiao.ledger import quarantining

    quarantining.undo(quarantined=args.row, **_who(args))
    return _result(args, "waiting")


def _retry(args: argparse.Namespace) -> int:
    from jingpiao.ledger import quarantining
    from jingpiao.ledger.quarantine_lists import QuarantineFilter, rows

    if args.row is not None:
        numbers = [quarantining.row_of(args.row).pk]
    else:
        found = rows(QuarantineFilter({"reason": args.reason, "feed": args.feed}))
        numbers = list(found.values_list("pk", flat=True))
    counts = quarantining.retry_many(numbers, now=datetime.now(UTC))
    if args.json:
        print(msgspec.json.encode(counts).decode())
    elif args.lang == "en":
        print(f"{counts['taken']} taken in, {counts['waiting']} still wait")
    else:
        print(f"入账 {counts['taken']} 条，仍待处理 {counts['waiting']} 条")
    return EXIT_OK if not counts["waiting"] else EXIT_ROWS_FAILED


def _fields(args: argparse.Namespace) -> dict[str, str]:
    told = dict(each.partition("=")[::2] for each in args.set)
    if not told:
        raise FapiaoError(
            "correction-field", "请用 --set 项=值 写明更正", "say what to correct: --set FIELD=VALUE"
        )
    return told


def _who(args: argparse.Namespace) -> dict[str, Any]:
    return {"actor": f"command:{getpass.getuser()}", "why": args.why, "now": datetime.now(UTC)}


def _result(
    args: argparse.Namespace, result: str, reasons: tuple[str, ...] = (), changed: tuple[str, ...] = ()
) -> int:
    if args.json:
        told = {"row": args.row, "result": result, "reasons": reasons, "changed": changed}
        print(msgspec.json.encode(told).decode())
    else:
        print(" ".join([result, *(reason(code, args.lang) for code in reasons)]))
    return EXIT_ROWS_FAILED if result == "quarantined" else EXIT_OK


def _tell(row: Quarantined, args: argparse.Namespace) -> None:
    from jingpiao.ledger.quarantine_lists import state_of

    if args.json:
        told = {
            "row": row.pk,
            "number": row.key or None,
            "state": state_of(row),
            "feed": row.feed,
            "origin": row.origin,
            "known_at": row.known_at,
            "reasons": row.reasons,
            "body": row.body,
        }
        print(msgspec.json.encode(told).decode())
    else:
        why = "; ".join(reason(code, args.lang) for code in row.reasons)
        print(f"{row.pk}\t{state_of(row)}\t{row.key or '-'}\t{row.feed}\t{why}")


def _run(args: argparse.Namespace) -> int:
    code: int = args.act_run(args)
    return code


COMMANDS = [
    Command(
        name="quarantine",
        help="隔离区：查看、更正、搁置、撤销、重试",
        help_en="the quarantine: look, correct, set aside, undo, retry",
        configure=_configure,
        run=_run,
    )
]
