"""Commands of inquiry (查询命令): `jingpiao check`, `jingpiao receipt`.

Models are imported inside the functions: the command line is built before the home is known.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from fapiao.asking import claim_from_mapping
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command

_OPTIONS = (
    "number",
    "code",
    "date",
    "total",
    "amount",
    "tax",
    "kind",
    "seller-tax-id",
    "seller-name",
    "buyer-tax-id",
    "buyer-name",
    "check-code",
    "lookup",
    "as-of",
    "ref",
    "tax-ids",
)


def _configure_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text", nargs="?", help="号码、二维码内容或粘贴的文字 number, QR payload or pasted text"
    )
    for name in _OPTIONS:
        parser.add_argument(f"--{name}")
    parser.add_argument("--claims", metavar="FILE", help="JSON Lines、CSV 或 Excel 的提问，- 为标准输入")


def _check(args: argparse.Namespace) -> int:
    return _check_many(args) if args.claims else _check_one(args)


def _check_one(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.printing import print_answer
    from jingpiao.inquiry.services import answer_claim

    told: dict[str, Any] = {
        name.replace("-", "_"): getattr(args, name.replace("-", "_")) for name in _OPTIONS
    }
    told["issued_on"] = told.pop("date")
    told["text"] = args.text
    answered = answer_claim(claim_from_mapping(told), now=datetime.now(UTC))
    if args.json:
        print(answered.json().decode())
    else:
        print_answer(answered.answer, args.lang)
    return EXIT_OK


def _check_many(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.claim_files import claim_rows
    from jingpiao.inquiry.services import answer_claims

    failed = 0

    def claims() -> Iterator[Claim | FapiaoError]:
        nonlocal failed
        for row in claim_rows(args.claims):
            try:
                yield claim_from_mapping(row) if isinstance(row, dict) else row
            except FapiaoError as slip:
                failed += 1
                yield slip

    out = sys.stdout.buffer
    for line in answer_claims(claims(), now=datetime.now(UTC)):
        out.write(line + b"\n")
    out.flush()
    return EXIT_ROWS_FAILED if failed else EXIT_OK


def _configure_receipt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("verify", "keys"), help="verify 核验, keys 公钥")
    parser.add_argument("file", nargs="?", help="回执文件，- 为标准输入 receipt file")
    parser.add_argument("--keys", help="公钥文件（默认用本机的）key set file")


def _receipt(args: argparse.Namespace) -> int:
    from jingpiao.inquiry import receipts

    if args.action == "keys":
        print(json.dumps(receipts.jwks(), indent=2))
        return EXIT_OK
    if not args.file:
        raise FapiaoError("usage", "请给出回执文件", "name the receipt file")
    text = sys.stdin.read() if args.file == "-" else _text(args.file)
    keys = json.loads(_text(args.keys)) if args.keys else receipts.jwks()
    result = receipts.verify(_receipt_in(text), keys)
    print(msgspec.json.encode(result).decode())
    return EXIT_OK if result["ok"] else EXIT_ROWS_FAILED


def _receipt_in(text: str) -> str:
    """A receipt file holds the JWS itself, or an answer with its receipt inside."""
    try:
        told = json.loads(text)
    except ValueError:
        return text
    return str(told.get("receipt", "")) if isinstance(told, dict) else ""


def _text(name: str) -> str:
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise FapiaoError("file-not-found", f"读不了文件 {name}", f"cannot read {name}") from None


COMMANDS = [
    Command(
        name="check", help="查一张或一批发票", help_en="answer claims", configure=_configure_check, run=_check
    ),
    Command(
        name="receipt",
        help="核验查询回执",
        help_en="verify a signed receipt",
        configure=_configure_receipt,
        run=_receipt,
    ),
]
