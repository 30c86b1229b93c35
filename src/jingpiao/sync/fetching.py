"""Fetching (取数): one HTTP request of a source, its failures told as `SourceError`."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from jingpiao.outbound.addresses import OutboundError
from jingpiao.outbound.http import MOST_BYTES, Reply, send
from jingpiao.sync.source import SourceError

OUTBOUND = {
    "address": "source-address",
    "unreachable": "source-unreachable",
    "timeout": "source-timeout",
    "too-large": "source-too-large",
    "answer": "source-answer",
}
_STATUS = {
    401: "source-refused",
    403: "source-refused",
    404: "source-not-found",
    410: "source-cursor",
    413: "source-too-large",
    429: "source-busy",
    503: "source-busy",
}


def fetch(
    url: str,
    *,
    token: str = "",
    accept: tuple[str, ...],
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    most: int = MOST_BYTES,
) -> Reply:
    """Return a good reply of one of the accepted content types. Errors: `SourceError` with its code.

    A 200 with an HTML page (a sign-in form, an error page of a proxy) is no answer: nothing of it is used.
    """
    given = {"Accept": ", ".join(accept), **(headers or {})}
    if token:
        given["Authorization"] = f"Bearer {token}"
    try:
        reply = send(method, url, headers=given, body=body, most=most)
    except OutboundError as slip:
        raise SourceError(OUTBOUND[slip.code], message_en=str(slip)) from None
    if reply.status != 200:
        raise _refusal(reply)
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in accept:
        raise SourceError(
            "source-answer",
            f"来源答复的是“{kind or '未说明的类型'}”，不是约定的数据（可能是登录页或错误页）",
            f"the source answered with {kind or 'an unnamed type'}, not with data (a sign-in or error page?)",
        )
    return reply


def _refusal(reply: Reply) -> SourceError:
    code = _STATUS.get(reply.status)
    if code is None:
        code = "source-fault" if reply.status >= 500 else "source-answer"
    return SourceError(
        code,
        f"来源答复状态 {reply.status}",
        f"the source answered with status {reply.status}",
        wait_seconds=_wait(reply),
    )


def _wait(reply: Reply) -> float | None:
    text = reply.headers.get("retry-after", "")
    if text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        sent = parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, (until - sent).total_seconds())
