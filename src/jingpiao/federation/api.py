"""The API of federation (联邦接口): pages of the journal for peers, for the feeds that their token names and no others."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router

from jingpiao.api.declaring import lines, says
from jingpiao.api.problem import ApiProblem
from jingpiao.api.tokens import require
from jingpiao.federation.pages import page
from jingpiao.ledger.own import is_closed

router = Router(tags=["federation"])


@router.get(
    "/federation/events",
    summary="shared feed events, signed / 联邦共享事件（签名）",
    openapi_extra=says(
        "给出共享来源在游标之后的流水，签名放在 `Jingpiao-Signature`。",
        gives={
            200: lines(
                "federated-entry",
                headers={"Jingpiao-Signature": ("内容与游标的签名（JWS）。", "JWS over body and cursor.")},
            )
        },
        refuses=("unauthorized", "forbidden", "invalid"),
        who=("federation",),
    ),
)
def events(request: HttpRequest, after: int = 0, limit: int = 1000) -> HttpResponse:
    """Give journal entries of the shared feeds after a cursor as JSON Lines, signed in ``Jingpiao-Signature``."""
    asker = require(request, "federation")
    feeds = [each for each in asker.feed.split(",") if each and not is_closed(each)]
    if not feeds:
        raise ApiProblem("forbidden", "This token shares no feed.")
    if not (0 <= after < 2**62 and 1 <= limit <= 5_000):
        raise ApiProblem("invalid", "after from 0 on; limit from 1 to 5000.")
    told = page(feeds, after=after, limit=limit, now=datetime.now(UTC))
    reply = HttpResponse(told.body, content_type="application/jsonl")
    reply.headers["Jingpiao-Signature"] = told.signature
    return reply
