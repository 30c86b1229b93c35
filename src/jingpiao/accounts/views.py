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

from jingpiao.accounts import guarding
from jingpiao.accounts.services import make_first_operator
from jingpiao.audit.services import record
from jingpiao.ui.access import public
from jingpiao.ui.errors import locked_out

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
            reply = redirect("/")
            guarding.mark_known(reply, request, user.get_username())
            return reply
        except ValidationError as slip:
            problems = [_problem(each) for each in slip.error_list]
    return render(
        request,
        "accounts/first.html",
        {"problems": problems, "typed": request.POST},
        status=422 if problems else 200,
    )


_WORDS = {
    "code-none": (
        "code",
        "没有等待使用的一次性代码；如果还没有账户，请重新启动服务",
        "No one-time code is waiting; if there is no account yet, start the service again",
    ),
    "code-expired": (
        "code",
        "一次性代码已失效，请重新启动服务取得新代码",
        "The one-time code has run out: start the service again for a new one",
    ),
    "code-wrong": (
        "code",
        "一次性代码不对，请照终端里显示的输入",
        "The one-time code is wrong: type it as the terminal shows it",
    ),
    "username-missing": ("username", "请填写用户名", "Give a user name"),
    "password_too_short": (
        "password",
        "密码太短，至少 12 位；可以用一句话",
        "The password is too short: at least 12 signs; a sentence is fine",
    ),
    "password_too_common": (
        "password",
        "这个密码太常见，请换一个",
        "This password is too common: choose another",
    ),
}
"""What can be wrong with a first account (错误说明): the field, and the words in both languages."""
_UNFIT = ("password", "这个密码不合要求，请换一个", "This password does not do: choose another")


def _problem(slip: ValidationError) -> dict[str, str]:
    """Return a slip in words, with the field that it is about."""
    field, chinese, english = _WORDS.get(slip.code or "", _UNFIT)
    return {"field": field, "message": chinese, "message_en": english}


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
        reply = _try(request, request.POST.get("username", ""), after)
        if reply:
            return reply
        wrong = True
    return render(
        request,
        "accounts/sign_in.html",
        {"problems": [_WRONG] if wrong else [], "next": after, "typed": request.POST},
        status=422 if wrong else 200,
    )


def _try(request: HttpRequest, name: str, after: str) -> HttpResponse | None:
    """Look at a password, unless too many were looked at lately; ``None`` where it is wrong."""
    now = datetime.now(UTC)
    begun = guarding.begin(request, name, now)
    if begun is None:
        if guarding.note_refusal(request, name, now):
            record("sign-in-locked", _known(name), now=now)
        return locked_out(request)
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        record("sign-in-refused", _known(name), now=now)
        return None
    begun.delete()
    login(request, user)
    record("sign-in", user.get_username(), now=now)
    reply = redirect(after)
    guarding.mark_known(reply, request, user.get_username())
    return reply


def _known(name: str) -> str:
    """Return a name that has an account; of any other nothing is kept, since people type passwords into that field."""
    return name if get_user_model().objects.filter(username=name).exists() else "?"


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session at once."""
    if request.user.is_authenticated:
        record("sign-out", request.user.get_username(), now=datetime.now(UTC))
    logout(request)
    return redirect("/")
