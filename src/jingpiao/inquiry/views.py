"""Views of inquiry (查询页面): one box, an answer, an answer's receipt, the live take-apart of a number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fapiao.asking import claim_from_mapping, split_text
from fapiao.errors import FapiaoError
from fapiao.explain import explain_text
from fapiao.format import MOST_BYTES, Problem, read_bytes
from fapiao.invoice import Invoice
from jingpiao.inquiry.receipt_codes import qr_path, receipt_text
from jingpiao.inquiry.scope import remember, scope_of_visitor
from jingpiao.inquiry.selectors import kept_answer
from jingpiao.inquiry.services import answer_claim
from jingpiao.inquiry.watching import watch, watch_of
from jingpiao.inquiry.way import way
from jingpiao.sync.selectors import feed_rows
from jingpiao.sync.timelines import current_timeline
from jingpiao.ui.access import public

MOST_AT_ONCE = 50
FIELDS = ("issued_on", "total", "amount", "seller_tax_id", "code")


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show the box, and how far each feed has come."""
    rows = [row for row in feed_rows(current_timeline(), datetime.now(UTC)) if row["complete"]][:4]
    return render(
        request, "inquiry/home.html", {"feeds": rows, "typed": {"text": request.GET.get("text", "")}}
    )


@public
def check(request: HttpRequest) -> HttpResponse:
    """Answer what was pasted, dropped or scanned: one invoice leads to its answer, several become a list."""
    if request.method != "POST" and not request.GET.get("text"):
        return redirect("home")
    given = request.POST if request.method == "POST" else request.GET
    claims, problems = _claims(request, given)
    if not claims:
        return _again(request, given, problems)
    asked = [_answered(claim, request) for claim in claims[:MOST_AT_ONCE]]
    kept = [each for each in asked if isinstance(each, str)]
    problems += [each for each in asked if isinstance(each, Problem)]
    if not kept:
        return _again(request, given, problems)
    if len(kept) == 1 and not problems:
        return remember(request, redirect("answer", token=kept[0]))
    answers = [msgspec.json.decode(found.answer) for token in kept if (found := kept_answer(token))]
    told = {"answers": answers, "problems": problems, "more": len(claims) - len(kept)}
    return remember(request, render(request, "inquiry/list.html", told))


def _claims(request: HttpRequest, given: Any) -> tuple[list[dict[str, Any]], list[Problem]]:
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _of_file(file)
    told = {name: given.get(name) for name in FIELDS if given.get(name)}
    text = given.get("text", "").strip()
    parts = split_text(text) if text else []
    if len(parts) > 1:
        return [{"text": part} for part in parts], []
    return [{"text": text, **told}] if text else [], [] if text else [_EMPTY]


_EMPTY = Problem(
    code="claim-empty",
    message="请先粘贴发票号码，或选择一个文件",
    message_en="Paste a number or choose a file first",
)


def _of_file(file: UploadedFile[Any]) -> tuple[list[dict[str, Any]], list[Problem]]:
    if (file.size or 0) > MOST_BYTES:
        return [], [
            Problem(
                code="file-too-large", message="文件太大，请拆分后再试", message_en="The file is too large"
            )
        ]
    claims, problems = [], []
    for reading in read_bytes(file.read(), file.name or "upload"):
        if reading.error:
            problems.append(reading.error)
        elif reading.invoice:
            claims.append(_claim_of(reading.invoice))
        if len(claims) > MOST_AT_ONCE:
            break
    return claims, problems


def _claim_of(invoice: Invoice) -> dict[str, Any]:
    return {
        "code": invoice.code,
        "number": invoice.digital_number or invoice.number,
        "issued_on": invoice.issued_on,
        "amount": invoice.amount,
        "total": invoice.total,
        "kind": invoice.kind,
        "check_code": invoice.check_code,
        "seller_tax_id": invoice.seller.tax_id,
        "buyer_tax_id": invoice.buyer.tax_id,
    }


def _answered(claim: dict[str, Any], request: HttpRequest) -> str | Problem:
    claim["tax_ids"] = None if request.user.is_authenticated else []
    try:
        asked, scope = claim_from_mapping(claim), scope_of_visitor(request)
        return answer_claim(asked, now=datetime.now(UTC), keep=True, scope=scope).token
    except FapiaoError as slip:
        return Problem(code=slip.code, message=slip.message, message_en=slip.message_en)


def _again(request: HttpRequest, given: Any, problems: list[Problem]) -> HttpResponse:
    rows = [row for row in feed_rows(current_timeline(), datetime.now(UTC)) if row["complete"]][:4]
    told = [msgspec.to_builtins(each) for each in problems]
    return render(request, "inquiry/home.html", {"feeds": rows, "typed": given, "problems": told}, status=422)


@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show an answer: verdict, way, causes with their evidence, next step. One that is waited for shows its newest.

    ``?first`` shows an answer as it was given.
    """
    held = None if request.GET.get("first") else watch_of(token)
    kept = kept_answer(held.newest if held else token)
    if kept is None:
        raise Http404
    told = msgspec.json.decode(kept.answer)
    claim = msgspec.json.decode(kept.claim)
    context = {
        "answer": told,
        "way": way(told),
        "mood": _mood(told),
        "claim": claim,
        "asked_again": _typed(claim),
        "watch": held,
        "can_watch": _can_wait(told),
    }
    return render(request, "inquiry/answer.html", context)


def _can_wait(told: dict[str, Any]) -> bool:
    """Tell whether waiting can help: some cause gives a time by which it will have come."""
    return told["existence"] != "found" and any(cause["recheck_at"] for cause in told["causes"])


@public
def watching(request: HttpRequest, token: str) -> HttpResponse:
    """Begin to wait for an answer's invoice (POST); give the fragment that says how it goes (GET).

    The fragment has the page loaded anew once it shows an answer that is no longer the newest.
    """
    if request.method == "POST":
        return _begin(request, token)
    held = watch_of(token)
    if held is None:
        raise Http404
    reply = render(request, "inquiry/watch.html", {"watch": held})
    turned = held.state != "waiting" or request.GET.get("shown") != held.newest
    if turned and "HX-Request" in request.headers:
        reply.headers["HX-Refresh"] = "true"
    return reply


def _begin(request: HttpRequest, token: str) -> HttpResponse:
    kept = kept_answer(token)
    if kept is None:
        raise Http404
    return redirect("answer", token=watch(kept, now=datetime.now(UTC)).token)


def _typed(claim: dict[str, Any]) -> str:
    """Return what was asked as one text that can be asked again."""
    if claim.get("text"):
        return str(claim["text"])
    parts = [
        claim.get("code"),
        claim.get("number"),
        claim.get("issued_on"),
        claim.get("total") and f"价税合计 {claim['total']}",
    ]
    return " ".join(str(part) for part in parts if part)


def _mood(told: dict[str, Any]) -> str:
    if told["existence"] == "found":
        clean = not told["causes"] and told["validity"] == "normal"
        return "here" if clean else "act"
    waiting = {"sync-delay", "too-early", "source-outage", "platform-fault", "external-service"}
    return "wait" if told["causes"] and told["causes"][0]["code"] in waiting else "act"


@public
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show an answer's signed receipt, to print, copy or save."""
    kept = kept_answer(token)
    if kept is None:
        raise Http404
    told = msgspec.json.decode(kept.answer)
    text = receipt_text(told["receipt"], token)
    size, path = qr_path(text)
    context = {"answer": told, "size": size, "path": path, "whole": text == told["receipt"]}
    return render(request, "inquiry/receipt.html", context)


@public
def explain(request: HttpRequest) -> HttpResponse:
    """Take what is being typed apart, as a fragment under the box."""
    text = request.GET.get("text", "")[:4000]
    parts = split_text(text) if text.strip() else []
    told = explain_text(parts[0]) if len(parts) == 1 else None
    return render(request, "inquiry/explained.html", {"told": told, "count": len(parts)})
