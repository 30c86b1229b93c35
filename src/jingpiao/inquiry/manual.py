"""Manual check (人工查验页面): the claim's fields in the national platform's order, and what the person saw there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fapiao import screens
from fapiao.asking import understand
from fapiao.claim import Claim, Understood
from fapiao.verification.deciding import Decided, Rules, decide
from fapiao.verification.question import MOST_A_DAY, fields_of, kind_of
from fapiao.vocabulary import RESULTS, STATES
from jingpiao.api.rates import Bucket, per_second
from jingpiao.inquiry.expired import for_page
from jingpiao.inquiry.gather import gather
from jingpiao.inquiry.verifying import told, verify_claim
from jingpiao.ledger import arrivals
from jingpiao.sync.timelines import current_timeline
from jingpiao.ui.access import operator_only, public
from jingpiao.verification import manual as recording
from jingpiao.verification import quota
from jingpiao.verification.selectors import asking_of, askings
from jingpiao.verification.service import ServiceError, configured

GUESTS = Bucket(rate=per_second("EVIDENCE", 0.05), burst=12)
"""What guests may record from one address: a dozen at once, then three a minute."""
PLATFORM = "https://inv-veri.chinatax.gov.cn/"
NOT_SHOWN = {"incomplete", "found"}
"""Reasons that are no reason against looking: a field may be on paper, and the state of a held invoice is worth a look."""


@public
def manual(request: HttpRequest, token: str) -> HttpResponse:
    """Show the fields to copy and the asks left today; take down the outcome with its picture."""
    claim, understood = _asked(token)
    error = None
    if request.method == "POST":
        error = _record(request, token, understood)
        if error is None:
            return redirect("answer", token=token)
    context = {
        "token": token,
        "fields": [msgspec.to_builtins(each) for each in fields_of(understood, kind_of(understood))],
        "kind": kind_of(understood),
        "left": quota.left(understood.key, datetime.now(UTC)) if understood.key else 0,
        "most": MOST_A_DAY,
        "decided": _decided(claim),
        "platform": PLATFORM,
        "outcomes": [RESULTS[code] for code in recording.OUTCOMES],
        "states": [
            {"code": code, "label": STATES[code][0], "label_en": STATES[code][1]} for code in recording.STATES
        ],
        "records": askings(understood, tokens=(token,), everything=request.user.is_authenticated),
        "typed": request.POST,
        "outside": request.user.is_authenticated and _outside(),
        "error": {"message": error.message, "message_en": error.message_en} if error else None,
    }
    return render(request, "inquiry/manual.html", context, status=422 if error else 200)


def _outside() -> bool:
    """Tell whether there is an outside service to ask."""
    try:
        return configured() is not None
    except ServiceError:
        return False


def _asked(token: str) -> tuple[Claim, Understood]:
    claim = msgspec.json.decode(for_page(token).claim, type=Claim)
    return claim, understand(claim)


def _record(request: HttpRequest, token: str, understood: Understood) -> recording.OutcomeError | None:
    file = request.FILES.get("picture")
    operator = request.user.is_authenticated
    try:
        if not operator and GUESTS.rate and GUESTS.wait_for(request.META.get("REMOTE_ADDR", "")):
            raise recording.OutcomeError("记录得太快了，请过一会儿再记", "too many at once: wait a little")
        if file is not None and (file.size or 0) > screens.MOST_BYTES:
            raise recording.OutcomeError("图片超过 8 MB", "the picture is over 8 MB")
        recording.record(
            understood,
            token=token,
            result=request.POST.get("result", ""),
            state=request.POST.get("state", ""),
            picture=file.read() if file is not None else None,
            by=request.user.get_username() if operator else "",
            trusted=operator,
            now=datetime.now(UTC),
        )
    except recording.OutcomeError as slip:
        return slip
    return None


def _decided(claim: Claim) -> dict[str, Any] | None:
    """Return why an ask would be wasted, where something here already decides it."""
    now = datetime.now(UTC)
    asked = understand(msgspec.structs.replace(claim, as_of=None))
    found = decide(gather(asked, now, current_timeline()), Rules())
    if isinstance(found, Decided) and found.code not in NOT_SHOWN:
        return {"message": found.message, "message_en": found.message_en}
    return None


@public
def picture(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Give the picture of a record of this answer; only who has the answer's address can ask for it."""
    row = asking_of(token, number)
    if row is None or row.picture is None:
        raise Http404
    data = arrivals.read(row.picture)
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    reply = HttpResponse(data, content_type=kind)
    reply.headers["Cache-Control"] = "private, max-age=3600"
    reply.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reply


@operator_only
def verification(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the outside service for this answer's claim: one press, one query at most."""
    if request.method != "POST":
        return redirect("manual", token=token)
    claim, _ = _asked(token)
    now = datetime.now(UTC)
    try:
        service = configured()
    except ServiceError:
        service = None
    if service is None:
        said: dict[str, Any] = {"unset": True}
    else:
        said = told(verify_claim(claim, service=service, now=now, by=request.user.get_username()))
    return render(request, "inquiry/verified.html", {"token": token, "said": said})
