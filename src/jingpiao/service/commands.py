"""Commands of the service (服务命令): `jingpiao serve`, `jingpiao demo`, `jingpiao token`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from jingpiao.cli import EXIT_ENVIRONMENT, EXIT_OK, Command, complain


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)


def _serve(args: argparse.Namespace) -> int:
    from jingpiao.service.serving import PortTakenError, check_port, serve, tell_first_code

    try:
        check_port(args.host, args.port)
    except PortTakenError as slip:
        return complain("port", str(slip), EXIT_ENVIRONMENT)
    tell_first_code()
    print(f"京票 http://{args.host}:{args.port}/", flush=True)
    return serve(args.host, args.port, args.workers)


def _demo(args: argparse.Namespace) -> int:
    from jingpiao.service.demonstration import live_command, prepare, tell_examples
    from jingpiao.service.serving import PortTakenError, check_port, serve, tell_first_code

    try:
        check_port(args.host, args.port)
    except PortTakenError as slip:
        return complain("port", str(slip), EXIT_ENVIRONMENT)
    prepare()
    tell_first_code()
    print(f"京票 http://{args.host}:{args.port}/", flush=True)
    tell_examples(f"http://{args.host}:{args.port}")
    sys.stdout.flush()
    beside = [live_command(f"http://{args.host}:{args.port}"), ["jingpiao.cli", "examples"]]
    return serve(args.host, args.port, args.workers, beside=beside)


def _configure_token(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--role", choices=("operator", "party", "feed", "federation"), default="")
    what.add_argument("--list", action="store_true", help="列出令牌 every token, without its text")
    what.add_argument("--revoke", type=int, metavar="NUMBER", help="吊销 end a token at once")
    parser.add_argument(
        "--feed", default="", help="feed；federation 可写多个，用逗号分隔 several for federation"
    )
    parser.add_argument("--tax-ids", default="")
    parser.add_argument("--label", default="")


def _token(args: argparse.Namespace) -> int:
    from jingpiao.accounts import tokens

    now = datetime.now(UTC)
    if args.role:
        tax_ids = [each for each in args.tax_ids.split(",") if each]
        print(tokens.issue(label=args.label, role=args.role, feed=args.feed, tax_ids=tax_ids, now=now))
        return EXIT_OK
    held = tokens.tokens() if args.revoke is None else [tokens.revoke(args.revoke, now=now)]
    for each in held:
        ended = f"{each.revoked_at:%Y-%m-%dT%H:%M:%SZ}" if each.revoked_at else "-"
        print(f"{each.pk}\t{each.role}\t{each.feed or '-'}\t{each.label or '-'}\t{ended}")
    return EXIT_OK


def _examples(args: argparse.Namespace) -> int:
    from jingpiao.service.demonstration import follow_examples

    follow_examples()
    return EXIT_OK


def _nothing(parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments of its own."""


def _worker(args: argparse.Namespace) -> int:
    from jingpiao.jobs.working import work
    from jingpiao.schedule import SCHEDULE

    work(SCHEDULE)
    return EXIT_OK


COMMANDS = [
    Command(
        name="examples",
        help="演示：不断给出还在路上的例子",
        help_en="demonstration: keep naming one invoice that is on its way",
        configure=_nothing,
        run=_examples,
    ),
    Command(name="worker", help="后台任务", help_en="background work alone", configure=_nothing, run=_worker),
    Command(name="serve", help="启动网页服务", help_en="the web service", configure=_configure, run=_serve),
    Command(
        name="demo",
        help="建立演示世界并启动",
        help_en="make a demonstration world and serve it",
        configure=_configure,
        run=_demo,
    ),
    Command(
        name="token",
        help="发放访问令牌",
        help_en="make an access token",
        configure=_configure_token,
        run=_token,
    ),
]
