"""Views of inquiry (查询页面): one box, an answer, an answer's receipt, the live take-apart of a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fapiao.asking import claim_from_mapping, understand
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from fapiao.format import MOST_BYTES, Problem
from jingpiao.inquiry import recent
from jingpiao.inquiry.asked import MOST_AT_ONCE, asked_again, claims_of_file, claims_of_form
from jingpiao.inquiry.curve import draw
from jingpiao.inquiry.digits import meant
from jingpiao.inquiry.examples import examples
from jingpiao.inquiry.expired import for_page, lost
from jingpiao.inquiry.forms import Slip, of_problem
from jingpiao.inquiry.looked import looked
from jingpiao.inquiry.models import KeptAnswer
from jingpiao.inquiry.pacing import paced
from jingpiao.inquiry.reasons import reasons
from jingpiao.inquiry.recalling import recalled
from jingpiao.inquiry.receipt_codes import qr_path, receipt_text
from jingpiao.inquiry.retention import kept_until
from jingpiao.inquiry.scope import remember, scope_of_visitor
from jingpiao.inquiry.selectors import answer_mood, can_export_again, can_wait, first_offer
from jingpiao.inquiry.sentences import next_step, sentences
from jingpiao.inquiry.services import answer_claim
from jingpiao.inquiry.takeapart import take_apart
from jingpiao.inquiry.watchers import WatchLimit, is_his, watcher_at_page
from jingpiao.inquiry.watching import stop, waits, watch, watch_of
from jingpiao.inquiry.way import carrier, on_the_way, way
from jingpiao.ledger import selectors as ledger
from jingpiao.sync.selectors import feed_rows
from jingpiao.sync.timelines import current_timeline
from jingpiao.ui.access import public
from jingpiao.ui.context import said
from jingpiao.verification.selectors import askings

FEEDS_SHOWN = 5
BEIJING = "11"
"""The region whose feeds stand first; the others keep their order, those in trouble before the rest."""


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show the box, how far each feed has come, and what this session asked before."""
    return _home(request, {}, [])


@public
@paced
def check(request: HttpRequest) -> HttpResponse:
    """Answer what was pasted, dropped or scanned: one invoice leads to its answer, several become a list.

    With ``correct`` what was typed is shown in the box once more, to be put right: a number never stands in an address.
    """
    if request.method != "POST":
        return redirect("home")
    if "correct" in request.POST:
        return _home(request, request.POST, [])
    file = request.FILES.get("file")
    claims, wrong = claims_of_file(file) if isinstance(file, UploadedFile) else claims_of_form(request.POST)
    asked = [_answered(claim, request) for claim in claims[:MOST_AT_ONCE]]
    kept = [each for each in asked if isinstance(each, str)]
    wrong += [each for each in asked if isinstance(each, Slip)]
    for token in reversed(kept):
        recent.note(request, token)
    if not kept:
        return _home(request, request.POST, wrong)
    if len(kept) == 1 and not wrong:
        return remember(request, redirect("answer", token=kept[0]))
    return remember(request, _list(request, kept, wrong, len(claims) - len(asked)))


def _answered(claim: dict[str, Any], request: HttpRequest) -> str | Slip:
    claim["tax_ids"] = None if request.user.is_authenticated else []
    try:
        asked, scope = claim_from_mapping(claim), scope_of_visitor(request)
        return answer_claim(asked, now=datetime.now(UTC), keep=True, scope=scope).token
    except FapiaoError as slip:
        problem = Problem(code=slip.code, message=slip.message, message_en=slip.message_en)
        return of_problem(problem, field="text")


def _home(request: HttpRequest, typed: Mapping[str, Any], wrong: list[Slip]) -> HttpResponse:
    now = datetime.now(UTC)
    rows = [row for row in feed_rows(current_timeline(), now) if row["complete"]]
    rows.sort(key=lambda row: BEIJING not in row["regions"])
    context = {
        "feeds": rows[:FEEDS_SHOWN],
        "feeds_left": max(0, len(rows) - FEEDS_SHOWN),
        "typed": typed,
        "problems": wrong,
        "slips": {each.field: each for each in wrong},
        "recent": [(told, answer_mood(told)) for told in recent.recent(request)],
        "examples": examples(datetime.now(UTC)),
        "most_megabytes": MOST_BYTES // 2**20,
    }
    return render(request, "inquiry/home.html", context, status=422 if wrong else 200)


def _list(request: HttpRequest, tokens: list[str], wrong: list[Slip], more: int) -> HttpResponse:
    kept = {each.token: each for each in KeptAnswer.objects.filter(token__in=tokens)}
    answers = [msgspec.json.decode(kept[token].answer) for token in tokens]
    context = {
        "answers": [(told, answer_mood(told)) for told in answers],
        "problems": wrong,
        "more": more,
        "most": MOST_AT_ONCE,
        "found": sum(told["existence"] == "found" for told in answers),
    }
    return render(request, "inquiry/list.html", context)


@public
@require_POST
def forget_recent(request: HttpRequest) -> HttpResponse:
    """Empty the list of this session's questions."""
    recent.forget(request)
    return redirect("home")


@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show an answer: verdict, way, causes with their evidence, next step. One that is waited for shows its newest.

    ``?first`` shows an answer as it was given.
    """
    held = None if request.GET.get("first") else watch_of(token)
    kept = for_page(held.newest if held else token)
    told = msgspec.json.decode(kept.answer)
    circumstances = recalled(kept)
    steps = way(told, circumstances)
    context = {
        "answer": told,
        "mood": answer_mood(told),
        "sentences": sentences(told, circumstances),
        "next_step": next_step(told),
        "way": steps,
        "curve": draw(circumstances, carrier(circumstances)) if on_the_way(told) else None,
        "reasons": reasons(
            told, {code for each in circumstances.situation.set_aside for code in each.reasons}
        ),
        "meant": meant(told),
        "watch": held,
        "can_stop": held is not None and is_his(held, watcher_at_page(request)),
        "records": _records(kept.claim, {token, kept.token}, everything=request.user.is_authenticated),
        "can_watch": can_wait(told),
        "first": first_offer(told),
        "can_export_again": can_export_again(told),
        "looked": looked(circumstances),
        "again": asked_again(msgspec.json.decode(kept.claim)),
        **(_held(circumstances.match.key) if circumstances.match and request.user.is_authenticated else {}),
    }
    return render(request, "inquiry/answer.html", context)


def _held(key: str) -> dict[str, Any]:
    """Return what an operator sees of a held invoice beside its card: where it came from, and its story."""
    held = ledger.invoice(key)
    if not held:
        return {}
    return {
        "ledger_key": held[0].key,
        "held": held[0],
        "files": [each for each in held if each.arrival_id],
        "story": ledger.story(held[0]),
    }


@public
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show an answer's signed receipt, to print, copy or save."""
    kept = for_page(token)
    told = msgspec.json.decode(kept.answer)
    text = receipt_text(told["receipt"], token)
    size, path = qr_path(text)
    context = {
        "answer": told,
        "size": size,
        "path": path,
        "whole": text == told["receipt"],
        "mood": answer_mood(told),
        "kept_until": kept_until(kept.asked_at),
    }
    return render(request, "inquiry/receipt.html", context)


@public
@paced
def explain(request: HttpRequest) -> HttpResponse:
    """Take what is being typed apart, as a fragment under the box."""
    text = (request.POST if request.method == "POST" else request.GET).get("text", "")[:4000]
    return render(request, "inquiry/explained.html", {"told": take_apart(text)})


@public
@paced
def watching(request: HttpRequest, token: str) -> HttpResponse:
    """Begin to wait for an answer's invoice, or wait no longer (POST); give the fragment that says how it goes (GET).

    The fragment has the page loaded anew once it shows an answer that is no longer the newest.
    """
    if request.method == "POST":
        reply = _stop(request, token) if "stop" in request.POST else _begin(request, token)
        return remember(request, reply)
    held = watch_of(token)
    if held is None:
        raise lost(token)
    context = {"watch": held, "can_stop": is_his(held, watcher_at_page(request))}
    reply = render(request, "inquiry/watch.html", context)
    turned = held.state != "waiting" or request.GET.get("shown") != held.newest
    if turned and "HX-Request" in request.headers:
        reply.headers["HX-Refresh"] = "true"
    return reply


def _begin(request: HttpRequest, token: str) -> HttpResponse:
    watcher = watcher_at_page(request)
    try:
        held = watch(for_page(token), now=datetime.now(UTC), by=watcher)
    except WatchLimit as slip:
        context = {"token": token, "limit": slip, "waiting": waits(watcher)}
        return render(request, "inquiry/watch_limit.html", context, status=slip.kind.status)
    return redirect("answer", token=held.token)


def _stop(request: HttpRequest, token: str) -> HttpResponse:
    held = watch_of(token)
    if held is None:
        raise lost(token)
    if not is_his(held, watcher_at_page(request)):
        zh = "这个守候是别人开始的，只有本人或运维人员能停止。"
        en = "Somebody else began this watch; only he or an operator can stop it."
        messages.info(request, said(request, zh, en))
        return redirect("answer", token=held.token)
    return redirect("answer", token=stop(held, now=datetime.now(UTC)).token)


def _records(claim: str, tokens: set[str], *, everything: bool) -> list[dict[str, object]]:
    """Return what was verified outside of this claim."""
    understood = understand(msgspec.json.decode(claim, type=Claim))
    return askings(understood, tokens=tokens, everything=everything)
