"""Views of accounts (账户页面): first account, sign in, sign out."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth import authenticate, get_user_model, login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jingpiao.accounts.services import make_first_operator
from jingpiao.ui.access import public

BACKEND = "django.contrib.auth.backends.ModelBackend"


@public
@sensitive_post_parameters("password", "code")
def first(request: HttpRequest) -> HttpResponse:
    """Make the first operator's account with the code from the terminal."""
    errors: list[str] = []
    if request.method == "POST":
        try:
            user = make_first_operator(
                code=request.POST.get("code", ""),
                username=request.POST.get("username", ""),
                password=request.POST.get("password", ""),
                now=datetime.now(UTC),
            )
            login(request, user, backend=BACKEND)
            return redirect("/")
        except ValidationError as slip:
            errors = list(slip.messages)
    return render(
        request,
        "accounts/first.html",
        {"errors": errors, "typed": request.POST},
        status=422 if errors else 200,
    )


@public
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in. The same words for a wrong name and a wrong password; many tries are slowed down."""
    if not get_user_model().objects.exists():
        return redirect("first")
    after = request.POST.get("next") or request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts=None) or not after.startswith("/"):
        after = "/"
    wrong = False
    if request.method == "POST":
        user = authenticate(
            request, username=request.POST.get("username", ""), password=request.POST.get("password", "")
        )
        if user is not None:
            login(request, user)
            return redirect(after)
        wrong = True
    return render(
        request,
        "accounts/sign_in.html",
        {"wrong": wrong, "next": after, "typed": request.POST},
        status=422 if wrong else 200,
    )


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session at once."""
    logout(request)
    return redirect("/")
