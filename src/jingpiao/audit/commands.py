"""Commands of audit (审计命令): `jingpiao audit verify`."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from fapiao.errors import FapiaoError
from jingpiao.cli import EXIT_OK, EXIT_ROWS_FAILED, Command, shared


def _configure(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="操作 act")
    verify = acts.add_parser("verify", help="核验审计记录 verify the trail against its checkpoints")
    shared(verify, suppress=True)
    verify.add_argument(
        "--checkpoints",
        action="append",
        default=[],
        metavar="FILE",
        help="另存的检查点 copies kept elsewhere",
    )
    verify.add_argument("--key", default="", help="公钥（十六进制） public key in hex")


def _run(args: argparse.Namespace) -> int:
    from jingpiao.audit import checkpoints

    paths = [Path(name) for name in args.checkpoints]
    for path in paths:
        if not path.is_file():
            raise FapiaoError("file-not-found", f"找不到文件 {path}", f"no such file: {path}")
    found = checkpoints.verify(paths, key=args.key)
    if args.json:
        print(msgspec.json.encode(found).decode())
    elif found.ok:
        english = args.lang == "en"
        print(f"{found.entries} entries, whole" if english else f"{found.entries} 条记录，完整无缺")
    else:
        english = args.lang == "en"
        at = f"first bad entry {found.first_bad}" if english else f"第 {found.first_bad} 条有问题"
        print(f"{at}: {found.reason}")
    return EXIT_OK if found.ok else EXIT_ROWS_FAILED


COMMANDS = [
    Command(
        name="audit", help="核验审计记录", help_en="verify the audit trail", configure=_configure, run=_run
    )
]
