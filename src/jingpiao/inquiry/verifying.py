"""Verifying (查验): a claim's situation, then the outside service if nothing here decides; and the command `jingpiao verify`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from fapiao.asking import claim_from_mapping, understand
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from fapiao.vocabulary import RESULTS
from jingpiao.cli import EXIT_ENVIRONMENT, EXIT_OK, EXIT_ROWS_FAILED, EXIT_USAGE, Command, complain

if TYPE_CHECKING:
    from jingpiao.verification.service import Service
    from jingpiao.verification.services import Verified


def verify_claim(claim: Claim, *, service: Service, now: datetime, by: str = "") -> Verified:
    """Verify one claim as things stand now; it costs a query only when nothing here decides it."""
    from jingpiao.inquiry.gather import gather
    from jingpiao.sync.timelines import current_timeline
    from jingpiao.verification.services import verify

    understood = understand(msgspec.structs.replace(claim, as_of=None))
    return verify(gather(understood, now, current_timeline()), service=service, now=now, by=by)


def told(verified: Verified) -> dict[str, Any]:
    """Return what came of it as plain values, with the words for each result."""
    verdict, row = verified.verdict, None
    if verdict:
        kind = RESULTS[verdict.result]
        row = {
            "result": verdict.result,
            "label": kind.label,
            "label_en": kind.label_en,
            "state": verdict.state,
            "code": verdict.code,
            "message": verdict.message,
        }
    return {
        "decided": msgspec.to_builtins(verified.decided) if verified.decided else None,
        "verdict": row,
        "known_at": verified.known_at,
        "asks": verified.asks,
        "left": verified.left,
    }


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--claims", metavar="FILE", required=True, help="JSON Lines、CSV 或 Excel 的提问，- 为标准输入"
    )


def _run(args: argparse.Namespace) -> int:
    from jingpiao.verification.service import ServiceError, configured

    try:
        service = configured()
    except ServiceError as slip:
        return complain(
            "verifier-settings", slip.message if args.lang == "zh" else slip.message_en, EXIT_USAGE
        )
    if service is None:
        said = (
            "没有可用的外部查验服务：请在“外部查验”页设置或恢复，或用 JINGPIAO_VERIFIER 指明设置文件",
            "no outside service: set it up or resume it at /operate/verification, or name its file in JINGPIAO_VERIFIER",
        )
        return complain("verifier-unset", said[args.lang != "zh"], EXIT_ENVIRONMENT)
    failed = 0
    for row in _rows(args.claims, service):
        failed += "error" in row
        sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n" if args.json else _line(row, args.lang))
        sys.stdout.flush()
    return EXIT_ROWS_FAILED if failed else EXIT_OK


def _rows(name: str, service: Service) -> Iterator[dict[str, Any]]:
    from jingpiao.inquiry.claim_files import claim_rows

    for row in claim_rows(name):
        try:
            claim = claim_from_mapping(row) if isinstance(row, dict) else None
            if claim is None:
                raise row  # type: ignore[misc]
            now = datetime.now(UTC)
            yield {"ref": claim.ref, **told(verify_claim(claim, service=service, now=now, by="command"))}
        except FapiaoError as slip:
            yield {"error": {"code": slip.code, "message": slip.message, "message_en": slip.message_en}}


def _line(row: dict[str, Any], lang: str) -> bytes:
    tail = "" if lang == "zh" else "_en"
    if "error" in row:
        text = f"✕ {row['error']['message' + tail]}"
    elif row["verdict"]:
        text = f"{row['verdict']['label' + tail]} · {row['asks']}/{row['left']}"
    else:
        text = f"{row['decided']['message' + tail]} · {row['asks']}/{row['left']}"
    return f"{row.get('ref') or ''} {text}".strip().encode() + b"\n"


COMMAND = Command(
    name="verify",
    help="向外部查验服务查一批发票，能在本地判断的不花次数",
    help_en="verify claims outside; what is decided here costs nothing",
    configure=_configure,
    run=_run,
)
