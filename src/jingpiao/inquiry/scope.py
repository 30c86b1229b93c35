"""The scope of an asker (提问人范围): by what somebody who asks again is recognised.

Operators are one scope, since they see the same; parties are known by the taxpayers they act for; a guest by a random
number in a cookie of this site. A stranger without one cannot be recognised, and is never told of anybody's earlier question.
"""

from __future__ import annotations

import hashlib
import secrets

from django.http import HttpRequest, HttpResponse

from jingpiao.api.tokens import Asker

OPERATOR, NOBODY = "operator", ""
COOKIE, COOKIE_AGE = "asker", 180 * 86400
_LENGTH = 22


def scope_of(asker: Asker) -> str:
    """Return the scope of somebody who came with a token or a session; empty for a stranger."""
    if asker.tax_ids is None:
        return OPERATOR
    return "party:" + ",".join(sorted(asker.tax_ids)) if asker.tax_ids else NOBODY


def scope_of_visitor(request: HttpRequest) -> str:
    """Return the scope of somebody at the page: a signed-in operator, a guest seen before, or a new one.

    A new guest's number is noted on the request, for `remember` to set.
    """
    if request.user.is_authenticated:
        return OPERATOR
    known = request.COOKIES.get(COOKIE, "")
    if len(known) != _LENGTH or not known.isascii():
        known = secrets.token_urlsafe(16)
        request.META["jingpiao.new_guest"] = known
    return f"guest:{hashlib.sha256(known.encode()).hexdigest()[:32]}"


def remember(request: HttpRequest, reply: HttpResponse) -> HttpResponse:
    """Give a new guest the cookie that he is recognised by."""
    fresh = request.META.get("jingpiao.new_guest")
    if fresh:
        reply.set_cookie(
            COOKIE, fresh, max_age=COOKIE_AGE, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return reply


def question_of(scope: str, claim_digest: str) -> str:
    """Return the name of a question: the claim as understood and who asks it; empty for nobody."""
    if not scope:
        return ""
    return hashlib.blake2s(f"{scope}|{claim_digest}".encode(), digest_size=16).hexdigest()
