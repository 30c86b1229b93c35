"""The API of inquiry (查询接口): one claim, many claims, an earlier answer, a file, the receipt keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Router

from fapiao.asking import claim_from_mapping
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from fapiao.format import read_bytes
from jingpiao.api.bodies import lines_body, too_deep
from jingpiao.api.declaring import lines, one, says, uploads
from jingpiao.api.idempotency import once
from jingpiao.api.problem import ApiProblem
from jingpiao.api.rates import Bucket, per_second, spend
from jingpiao.api.tokens import Asker, asker_of, require
from jingpiao.inquiry import receipts
from jingpiao.inquiry.expired import for_api, lost_to_api
from jingpiao.inquiry.explaining import explain_answer
from jingpiao.inquiry.scope import scope_of
from jingpiao.inquiry.services import answer_claim, answer_claims
from jingpiao.inquiry.watchers import is_his, watcher_of
from jingpiao.inquiry.watching import stop, watch, watch_of, watch_report

router = Router(tags=["checks"])
MOST_CLAIMS = 100_000
MOST_UPLOAD = 200 * 2**20
CHECKS = Bucket(per_second("CHECK", 50), burst=200)


@router.post(
    "/checks",
    summary="claim → answer / 查一张发票",
    openapi_extra=says(
        "答复一个提问（约定第 2 节 → 第 4 节）。不需要令牌，限速。答复会保存；同一人再问同样的问题，`changed_since` 说明变了什么。",
        takes=one("claim"),
        gives={200: one("answer")},
        refuses=("invalid", "claim-empty", "claim-field", "too-large", "unauthorized", "rate-limited"),
        keyed=True,
    ),
)
def check(request: HttpRequest) -> HttpResponse:
    """Answer one claim (contract §2 → §4). No token needed; limited by rate.

    The answer is kept; asked again by the same party, ``changed_since`` says what became different.
    """
    asker = asker_of(request)
    if asker.role == "stranger":
        spend(CHECKS, request)
    if "Idempotency-Key" in request.headers:
        return once(request, asker, datetime.now(UTC), lambda: _check(request, asker))
    return _check(request, asker)


def _check(request: HttpRequest, asker: Asker) -> HttpResponse:
    claim = claim_of(request.body, asker)
    answered = answer_claim(claim, now=datetime.now(UTC), keep=True, scope=scope_of(asker))
    reply = HttpResponse(answered.json(), content_type="application/json")
    reply.headers["Location"] = f"/api/v1/checks/{answered.token}"
    return reply


@router.post(
    "/checks/batch",
    summary="JSON Lines of claims → JSON Lines of answers / 批量查验",
    openapi_extra=says(
        "按顺序逐行答复，边算边送；一次最多 100,000 行。读不懂的一行，在它的位置给出原因。`keep=true` 时保存每个答复（需要令牌）。",
        takes=lines("claim"),
        gives={200: lines("answer-line")},
        refuses=("too-large", "invalid", "unauthorized", "forbidden", "rate-limited"),
    ),
)
def check_batch(request: HttpRequest, keep: bool = False) -> HttpResponse | StreamingHttpResponse:
    """Answer many claims in order, streamed; at most 100,000 a request. A bad line gets an error line in its place.

    With ``?keep=true`` each answer can be had again under its ``id`` (needs a token).
    """
    asker = require(request, "operator", "party") if keep else asker_of(request)
    claims = lines_body(request).splitlines()
    if len(claims) > MOST_CLAIMS:
        raise ApiProblem("too-large", f"At most {MOST_CLAIMS} claims a request.")
    if asker.role == "stranger":
        spend(CHECKS, request, cost=min(len(claims), CHECKS.burst))
    return StreamingHttpResponse(_answers(claims, asker, keep), content_type="application/jsonl")


@router.get(
    "/checks/{token}",
    summary="an earlier answer, with its receipt / 以前的答复",
    openapi_extra=says(
        "原样给出以前的答复和回执。", gives={200: one("answer")}, refuses=("not-found", "answer-expired")
    ),
)
def earlier(request: HttpRequest, token: str) -> HttpResponse:
    """Give an earlier answer again, exactly as it was given."""
    return HttpResponse(for_api(token).answer, content_type="application/json")


@router.get(
    "/checks/{token}/situation",
    summary="what an answer rests on, worked out again / 答复的依据与复核",
    openapi_extra=says(
        "给出答复所依据的情形，并重新推算一次，看结果是否相同。情形含未脱敏的发票，只给运维人员。",
        gives={200: one("explanation")},
        refuses=("unauthorized", "forbidden", "not-found", "answer-expired"),
        who=("operator",),
    ),
)
def situation(request: HttpRequest, token: str) -> HttpResponse:
    """Give the situation that an answer was kept with, and whether the same answer comes out of it again.

    For operators only: a situation holds invoices unmasked.
    """
    require(request, "operator")
    return HttpResponse(msgspec.json.encode(explain_answer(for_api(token))), content_type="application/json")


@router.post(
    "/checks/{token}/watch",
    summary="wait for it / 到了告诉我",
    openapi_extra=says(
        "发票一到，或到了 `recheck_at`，自动再查一次；重复请求给出同一个守候。每人同时守候的张数有上限。",
        gives={200: one("watch")},
        refuses=("not-found", "answer-expired", "watch-limit", "unauthorized", "rate-limited"),
    ),
)
def begin_watch(request: HttpRequest, token: str) -> HttpResponse:
    """Ask this claim again by itself when its invoice arrives or its ``recheck_at`` passes; a repeat gives the same watch."""
    asker = asker_of(request)
    if asker.role == "stranger":
        spend(CHECKS, request, cost=5)
    held = watch(for_api(token), now=datetime.now(UTC), by=watcher_of(asker, request))
    report = watch_report(held)
    return HttpResponse(msgspec.json.encode(report), content_type="application/json")


@router.get(
    "/checks/{token}/watch",
    summary="how the waiting goes / 守候情况",
    openapi_extra=says(
        "给出守候的状态、最新的答复，以及走到那里的每一次复查。",
        gives={200: one("watch")},
        refuses=("not-found", "answer-expired"),
    ),
)
def see_watch(request: HttpRequest, token: str) -> HttpResponse:
    """Tell the state of a watch, its newest answer, and the chain of answers that led there."""
    held = watch_of(token)
    if held is None:
        raise lost_to_api(token)
    return HttpResponse(msgspec.json.encode(watch_report(held)), content_type="application/json")


@router.delete(
    "/checks/{token}/watch",
    summary="wait no longer / 停止守候",
    openapi_extra=says(
        "停止守候，只给开始守候的人和运维人员；已经结束的守候不变，重复无害。",
        gives={200: one("watch")},
        refuses=("not-found", "answer-expired", "unauthorized", "forbidden"),
    ),
)
def end_watch(request: HttpRequest, token: str) -> HttpResponse:
    """Wait no longer; for whoever began it, and for operators. A watch that is over stays as it is."""
    asker, held = asker_of(request), watch_of(token)
    if held is None:
        raise lost_to_api(token)
    if not is_his(held, watcher_of(asker, request)):
        raise ApiProblem("forbidden", "Somebody else began this watch.")
    report = watch_report(stop(held, now=datetime.now(UTC)))
    return HttpResponse(msgspec.json.encode(report), content_type="application/json")


@router.post(
    "/files/read",
    summary="multipart file → readings / 读取文件",
    openapi_extra=says(
        "读出上传文件里的每张发票，什么都不保存。读不出的文件也有一行，写明原因。",
        takes=uploads(),
        gives={200: lines("reading")},
        refuses=("invalid", "too-large", "rate-limited"),
        always=("internal",),
    ),
)
def read_file(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Read every invoice out of the uploaded files; nothing is kept. JSON Lines of readings (contract §3)."""
    spend(CHECKS, request, cost=5)
    files = [file for _, group in request.FILES.lists() for file in group]
    if not files:
        raise ApiProblem("invalid", "Send at least one file as multipart/form-data.")
    if sum(file.size or 0 for file in files) > MOST_UPLOAD:
        raise ApiProblem("too-large")
    readings = (reading for file in files for reading in read_bytes(file.read(), file.name or "upload"))
    body = b"".join(msgspec.json.encode(reading) + b"\n" for reading in readings)
    return HttpResponse(body, content_type="application/jsonl")


def jwks(request: HttpRequest) -> HttpResponse:
    """Publish the keys that receipts verify against."""
    return HttpResponse(msgspec.json.encode(receipts.jwks()), content_type="application/jwk-set+json")


def claim_of(body: bytes, asker: Asker) -> Claim:
    """Return the claim that a body states, for this asker. Errors: `invalid`, and what `claim_from_mapping` raises."""
    try:
        raw = msgspec.json.decode(body)
    except msgspec.DecodeError as slip:
        raise ApiProblem("invalid", f"The body is not JSON: {slip}") from None
    except RecursionError:
        raise ApiProblem("invalid", "The body nests too deep.") from None
    if too_deep(body, raw):
        raise ApiProblem("invalid", "The body nests too deep.")
    if not isinstance(raw, dict):
        raise ApiProblem("invalid", "The body must be one JSON object.")
    return msgspec.structs.replace(claim_from_mapping(raw), tax_ids=asker.tax_ids)


def _answers(claims: list[bytes], asker: Asker, keep: bool) -> Iterator[bytes]:
    def understood() -> Iterator[Claim | FapiaoError | ApiProblem]:
        for line in claims:
            try:
                yield claim_of(line, asker)
            except (FapiaoError, ApiProblem) as slip:
                yield slip

    for row in answer_claims(understood(), now=datetime.now(UTC), keep=keep, scope=scope_of(asker)):
        yield row + b"\n"
