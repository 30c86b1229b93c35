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
    problems: list[dict[str, str]] = []
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
            problems = [_problem(each) for each in slip.error_list]
    return render(
        request,
        "accounts/first.html",
        {"problems": problems, "typed": request.POST},
        status=422 if problems else 200,
    )


_FIELDS = (("一次性代码", "code"), ("用户名", "username"), ("密码", "password"))


_PASSWORD = {
    "password_too_short": (
        "密码太短，至少 12 位；可以用一句话",
        "The password is too short: at least 12 signs; a sentence is fine",
    ),
    "password_too_common": ("这个密码太常见，请换一个", "This password is too common: choose another"),
}


def _problem(slip: ValidationError) -> dict[str, str]:
    """Return a slip in words, with the field that it is about; what only Chinese says stays Chinese."""
    if slip.code in _PASSWORD:
        zh, en = _PASSWORD[slip.code]
        return {"field": "password", "message": zh, "message_en": en}
    message = slip.messages[0]
    field = next((name for word, name in _FIELDS if word in message), "password")
    return {"field": field, "message": message}


_WRONG = {
    "field": "username",
    "message": "用户名或密码不对。请重新输入；多次输错会暂停一会儿",
    "message_en": "User name or password is wrong. Try again; many wrong tries pause the door for a while",
}


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
        {"problems": [_WRONG] if wrong else [], "next": after, "typed": request.POST},
        status=422 if wrong else 200,
    )


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session at once."""
    logout(request)
    return redirect("/")
