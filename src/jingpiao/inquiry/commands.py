"""Commands of inquiry (查询命令): `jingpiao answers`, `check`, `explain-answer`, `receipt`, `verify`.

Models are imported inside the functions: the command line is built before the home is known.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from fapiao.asking import claim_from_mapping
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command
from jingpiao.inquiry.answers_command import COMMAND as ANSWERS
from jingpiao.inquiry.verifying import COMMAND as VERIFY

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
    parser.add_argument("--keep", action="store_true", help="批量答复也留存 keep a batch's answers too")


def _check(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.lessons import learn_all

    learn_all(datetime.now(UTC))
    return _check_many(args) if args.claims else _check_one(args)


def _check_one(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.printing import print_answer
    from jingpiao.inquiry.scope import OPERATOR
    from jingpiao.inquiry.services import answer_claim

    told: dict[str, Any] = {
        name.replace("-", "_"): getattr(args, name.replace("-", "_")) for name in _OPTIONS
    }
    told["issued_on"] = told.pop("date")
    told["text"] = args.text
    claim = claim_from_mapping(told)
    answered = answer_claim(claim, now=datetime.now(UTC), keep=True, scope=OPERATOR)
    if args.json:
        print(answered.json().decode())
    else:
        print_answer(answered, args.lang)
    return EXIT_OK


def _check_many(args: argparse.Namespace) -> int:
    from jingpiao.inquiry.claim_files import claim_rows
    from jingpiao.inquiry.scope import OPERATOR
    from jingpiao.inquiry.services import answer_claims
    from jingpiao.inquiry.together import answer_together

    claims, now = map(_claim_of, claim_rows(args.claims)), datetime.now(UTC)
    answers = (
        answer_claims(claims, now=now, keep=True, scope=OPERATOR)
        if args.keep
        else answer_together(claims, now=now, scope=OPERATOR)
    )
    out, failed = sys.stdout.buffer, 0
    for line in answers:
        failed += line.startswith(b'{"error"')
        out.write(line + b"\n")
    out.flush()
    return EXIT_ROWS_FAILED if failed else EXIT_OK


def _claim_of(row: dict[str, Any] | FapiaoError) -> Claim | FapiaoError:
    if isinstance(row, FapiaoError):
        return row
    try:
        return claim_from_mapping(row)
    except FapiaoError as slip:
        return slip


def _configure_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("token", help="答复编号 an answer's id")


def _explain(args: argparse.Namespace) -> int:
    """Work a kept answer out again; 1 when it does not come out the same."""
    from jingpiao.inquiry.expired import expired_answer, told, told_in_chinese
    from jingpiao.inquiry.explaining import explain_answer
    from jingpiao.inquiry.selectors import kept_answer

    kept = kept_answer(args.token)
    mark = None if kept else expired_answer(args.token)
    if mark is not None:
        raise FapiaoError("answer-expired", told_in_chinese(mark), told(mark))
    if kept is None:
        raise FapiaoError("usage", f"没有编号为 {args.token} 的答复", f"no answer has the id {args.token}")
    explained = explain_answer(kept)
    if args.json:
        print(msgspec.json.encode(explained).decode())
    else:
        print(_SAME[args.lang][explained.reason or explained.same])
        print("\n".join(f"  ≠ {name}" for name in explained.differences))
    return EXIT_OK if explained.same else EXIT_ROWS_FAILED


_SAME: dict[str, dict[str | bool, str]] = {
    "zh": {
        True: "用留存的依据重算，得到同样的答复",
        False: "用留存的依据重算，答复不同了（程序在那之后改过）：",
        "not-kept": "这份答复的依据没有留存（过大）",
        "incomplete": "这份答复的依据不完整，无法重算",
    },
    "en": {
        True: "Worked out again from what it rests on: the same answer",
        False: "Worked out again from what it rests on: another answer (the program has changed since):",
        "not-kept": "What this answer rests on was not kept (too large)",
        "incomplete": "What this answer rests on is incomplete and cannot be worked out again",
    },
}


def _configure_receipt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=("verify", "keys", "rotate"), help="verify 核验, keys 公钥, rotate 换密钥"
    )
    parser.add_argument("file", nargs="?", help="回执文件，- 为标准输入 receipt file")
    parser.add_argument("--keys", help="公钥文件（默认用本机的）key set file")
    parser.add_argument(
        "--answer", metavar="FILE", help="核对这份答复是不是签过的那份 the saved answer to compare"
    )


def _receipt(args: argparse.Namespace) -> int:
    from jingpiao.inquiry import receipt_keys, receipts

    if args.action == "keys":
        print(json.dumps(receipts.jwks(), indent=2))
        return EXIT_OK
    if args.action == "rotate":
        print(json.dumps({"kid": receipt_keys.rotate(int(datetime.now(UTC).timestamp()))}))
        return EXIT_OK
    if not args.file:
        raise FapiaoError("usage", "请给出回执文件", "name the receipt file")
    text = sys.stdin.read() if args.file == "-" else _text(args.file)
    keys = _object(args.keys) if args.keys else receipts.jwks()
    answer = _object(args.answer) if args.answer else None
    result = receipts.verify(_receipt_in(text), keys, answer)
    print(msgspec.json.encode(result).decode())
    return EXIT_OK if result["ok"] else EXIT_ROWS_FAILED


def _object(name: str) -> dict[str, Any]:
    """Return the JSON object of a file. Errors: `file-not-found`, `usage`."""
    try:
        told = json.loads(_text(name))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise FapiaoError("usage", f"{name} 不是一个 JSON 对象", f"{name} is not a JSON object")
    return told


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
    ANSWERS,
    Command(
        name="check", help="查一张或一批发票", help_en="answer claims", configure=_configure_check, run=_check
    ),
    Command(
        name="explain-answer",
        help="用留存的依据复核一份答复",
        help_en="work a kept answer out again",
        configure=_configure_explain,
        run=_explain,
    ),
    Command(
        name="receipt",
        help="核验查询回执、换密钥",
        help_en="verify a signed receipt, rotate the key",
        configure=_configure_receipt,
        run=_receipt,
        database=False,
    ),
    VERIFY,
]
