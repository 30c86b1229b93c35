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
from jingpiao.api.problem import ApiProblem
from jingpiao.api.rates import Bucket, per_second, spend
from jingpiao.api.tokens import Asker, asker_of
from jingpiao.inquiry import receipts
from jingpiao.inquiry.selectors import kept_answer
from jingpiao.inquiry.services import answer_claim, answer_claims

router = Router(tags=["checks"])
MOST_CLAIMS = 100_000
MOST_UPLOAD = 200 * 2**20
CHECKS = Bucket(per_second("CHECK", 50), burst=200)


@router.post("/checks", summary="claim → answer / 查一张发票", openapi_extra={"x-schema": "claim"})
def check(request: HttpRequest) -> HttpResponse:
    """Answer one claim (contract §2 → §4). No token needed; limited by rate."""
    asker = asker_of(request)
    if asker.role == "stranger":
        spend(CHECKS, request)
    claim = claim_of(request.body, asker)
    answered = answer_claim(claim, now=datetime.now(UTC), keep=True)
    reply = HttpResponse(answered.json(), content_type="application/json")
    reply.headers["Location"] = f"/api/v1/checks/{answered.token}"
    return reply


@router.post("/checks/batch", summary="JSON Lines of claims → JSON Lines of answers / 批量查验")
def check_batch(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Answer many claims in order, streamed; at most 100,000 a request. A bad line gets an error line in its place."""
    asker = asker_of(request)
    lines = request.body.splitlines()
    if len(lines) > MOST_CLAIMS:
        raise ApiProblem("too-large", f"At most {MOST_CLAIMS} claims a request.")
    if asker.role == "stranger":
        spend(CHECKS, request, cost=min(len(lines), CHECKS.burst))
    return StreamingHttpResponse(_answers(lines, asker), content_type="application/jsonl")


@router.get("/checks/{token}", summary="an earlier answer, with its receipt / 以前的答复")
def earlier(request: HttpRequest, token: str) -> HttpResponse:
    """Give an earlier answer again, exactly as it was given."""
    kept = kept_answer(token)
    if kept is None:
        raise ApiProblem("not-found")
    return HttpResponse(kept.answer, content_type="application/json")


@router.post("/files/read", summary="multipart file → readings / 读取文件")
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
    if not isinstance(raw, dict):
        raise ApiProblem("invalid", "The body must be one JSON object.")
    return msgspec.structs.replace(claim_from_mapping(raw), tax_ids=asker.tax_ids)


def _answers(lines: list[bytes], asker: Asker) -> Iterator[bytes]:
    def understood() -> Iterator[Claim | FapiaoError | ApiProblem]:
        for line in lines:
            try:
                yield claim_of(line, asker)
            except (FapiaoError, ApiProblem) as slip:
                yield slip

    for row in answer_claims(understood(), now=datetime.now(UTC)):
        yield row + b"\n"
