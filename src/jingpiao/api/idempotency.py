"""Idempotency (幂等): a repeat of a creating request gives the first reply, errors included.

Key, deed and reply are one transaction: whoever is killed before it ends has done nothing, and whoever is killed after it,
with the reply still unsent, finds it kept when he asks again. A second request with the key waits for the first to end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from fapiao.errors import FapiaoError
from jingpiao.api.models import KeptReply
from jingpiao.api.problem import ApiProblem, fapiao_response, problem_response
from jingpiao.api.tokens import Asker


def once(request: HttpRequest, asker: Asker, now: datetime, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Run ``act`` once for this Idempotency-Key and return its reply, or the kept one.

    Without the header ``act`` simply runs. Errors: `conflict` when the key came before with other content.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return act()
    digest = request_digest(request)
    with transaction.atomic():
        kept, first = _claim(asker, request.path, key, digest, now)
        if not first:
            return _repeat(kept, digest)
        reply = _answered(request, act)
        KeptReply.objects.filter(pk=kept.pk).update(status=reply.status_code, body=reply.content)
    return reply


def _answered(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the reply of ``act``; where it ends in a problem, that, with nothing else done."""
    try:
        with transaction.atomic():
            return act()
    except ApiProblem as slip:
        return problem_response(request, slip)
    except FapiaoError as slip:
        return fapiao_response(request, slip)


def request_digest(request: HttpRequest) -> str:
    """Return a digest of what was sent: the body, or for uploads the files' bytes and the form's fields."""
    sha = hashlib.sha256()
    if request.FILES:
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                sha.update(f"{name}={file.name}\0".encode())
                for block in file.chunks():
                    sha.update(block)
                file.seek(0)
        sha.update(repr(sorted(request.POST.lists())).encode())
    else:
        sha.update(request.body)
    return sha.hexdigest()


def forget_replies(*, before: datetime, most: int) -> int:
    """Drop replies that were kept for keys used before a moment, at most so many; return how many went.

    The oldest have the smallest numbers, so that only so many are looked at.
    """
    oldest = KeptReply.objects.order_by("pk").values_list("pk", "made_at")[:most]
    old = [number for number, made_at in oldest if made_at < before]
    return KeptReply.objects.filter(pk__in=old).delete()[0]


def count_replies(*, before: datetime) -> int:
    """Return how many replies are kept for keys used before a moment."""
    return KeptReply.objects.filter(made_at__lt=before).count()


def _claim(asker: Asker, route: str, key: str, digest: str, now: datetime) -> tuple[KeptReply, bool]:
    who = f"{asker.role}:{asker.name}"
    try:
        with transaction.atomic():
            kept = KeptReply.objects.create(
                asker=who, route=route, idempotency_key=key, request_digest=digest, made_at=now
            )
        return kept, True
    except IntegrityError:
        return KeptReply.objects.get(asker=who, route=route, idempotency_key=key), False


def _repeat(kept: KeptReply, digest: str) -> HttpResponse:
    if kept.request_digest != digest:
        raise ApiProblem("conflict")
    if kept.status is None:
        raise ApiProblem("in-progress")
    kind = "application/json" if kept.status < 400 else "application/problem+json"
    return HttpResponse(bytes(kept.body), status=kept.status, content_type=kind)
