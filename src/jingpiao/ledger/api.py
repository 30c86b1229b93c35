"""The API of the ledger (台账接口): list, one, into the bin and back."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from fapiao import mask
from jingpiao.api.declaring import both, one, says
from jingpiao.api.idempotency import once
from jingpiao.api.problem import ApiProblem
from jingpiao.api.tokens import require
from jingpiao.ledger import selectors, services
from jingpiao.ledger.forms import NAMES, FilterForm
from jingpiao.ledger.models import Invoice

router = Router(tags=["invoices"])
MOST = 500
FILTERS = [
    {"in": "query", "name": name, "required": False, "schema": {"type": "string"}, **both(*words)}
    for name, words in NAMES.items()
]
"""The filters of the list (筛选条件), as `FilterForm` reads them."""


@router.get(
    "/invoices",
    summary="the ledger: filter, sort, page by cursor / 台账",
    openapi_extra=says(
        "按入账顺序列出在账发票，从编号 `after` 之后开始；筛选条件与页面相同。",
        gives={200: one("ledger-page")},
        refuses=("unauthorized", "forbidden", "invalid"),
        who=("operator",),
    )
    | {"parameters": FILTERS},
)
def list_invoices(request: HttpRequest, after: int = 0, limit: int = 100) -> HttpResponse:
    """List held invoices in order of arrival, from id ``after`` on. Filters as on the page."""
    require(request, "operator")
    limit = max(1, min(limit, MOST))
    found = selectors.invoices(FilterForm(request.GET).wanted(), "old").filter(pk__gt=after)[:limit]
    rows = [_told(row) for row in found]
    body = {"invoices": rows, "next": rows[-1]["id"] if len(rows) == limit else None}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.get(
    "/invoices/{key}",
    summary="one invoice / 一张发票",
    openapi_extra=says(
        "按号码（或代码紧接号码）给出一张发票和它的经过。",
        gives={200: one("held-invoice")},
        refuses=("unauthorized", "forbidden", "not-found"),
        who=("operator",),
    ),
)
def one_invoice(request: HttpRequest, key: str) -> HttpResponse:
    """Give one invoice by its number (or code directly followed by number), with its story."""
    require(request, "operator")
    held = selectors.invoice(key)
    if not held:
        raise ApiProblem("not-found")
    body = _told(held[0]) | {"story": selectors.story(held[0]), "versions": len(held)}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.delete(
    "/invoices/{key}",
    summary="into the recycle bin / 移到回收站",
    openapi_extra=says(
        "把一张发票移到回收站；重复无害。",
        gives={204: None},
        refuses=("unauthorized", "forbidden", "not-found"),
        who=("operator",),
    ),
)
def delete_invoice(request: HttpRequest, key: str) -> HttpResponse:
    """Move an invoice into the recycle bin; again is harmless."""
    asker = require(request, "operator")
    if not selectors.invoice(key):
        raise ApiProblem("not-found")
    services.move_to_bin(key=key, actor=asker.name, now=datetime.now(UTC))
    return HttpResponse(status=204)


@router.post(
    "/invoices/{key}/restoration",
    summary="out of the recycle bin / 还原",
    openapi_extra=says(
        "把一张发票从回收站还原。",
        gives={200: one("restoration")},
        refuses=("unauthorized", "forbidden", "not-found"),
        who=("operator",),
        keyed=True,
    ),
)
def restore_invoice(request: HttpRequest, key: str) -> HttpResponse:
    """Take an invoice out of the recycle bin."""
    asker = require(request, "operator")
    if not selectors.invoice(key):
        raise ApiProblem("not-found")

    def act() -> HttpResponse:
        moved = services.restore(key=key, actor=asker.name, now=datetime.now(UTC))
        return HttpResponse(
            msgspec.json.encode({"key": key, "restored": moved}), content_type="application/json"
        )

    return once(request, asker, datetime.now(UTC), act)


def _told(row: Invoice) -> dict[str, object]:
    invoice = mask.for_party(msgspec.json.decode(row.body))
    return {
        "id": row.pk,
        "key": row.key,
        "feed": row.feed,
        "known_at": row.known_at,
        "version": row.version,
        "invoice": invoice,
    }
