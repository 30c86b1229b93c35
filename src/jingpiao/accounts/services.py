"""Services of accounts (账户): the first operator is made with a one-time code shown in the terminal."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from jingpiao.audit.asking import Present, present
from jingpiao.audit.services import record
from jingpiao.home import home

LIFETIME = timedelta(hours=24)
MOST_TRIES = 10
MOST_CODES = 5
"""Codes that may wait at once: each start shows one of its own, and voids none of another start."""


def first_code(now: datetime) -> str | None:
    """Return a fresh one-time code while there is no operator yet, else ``None``. Only its digest is kept."""
    if get_user_model().objects.exists():
        return None
    code = "-".join(secrets.token_hex(2) for _ in range(4))
    fresh = {"digest": _digest(code), "until": (now + LIFETIME).isoformat(), "tries": 0}
    with _alone():
        _keep([*_usable(_held(), now), fresh][-MOST_CODES:])
    return code


def make_first_operator(*, code: str, username: str, password: str, now: datetime) -> User:
    """Make the first operator's account. Errors: `ValidationError` with a code and what to do."""
    with _alone():
        _look_at(code, now)
    if not username.strip():
        raise ValidationError("请填写用户名", code="username-missing")
    validate_password(password)
    with transaction.atomic():
        user: User = get_user_model().objects.create_user(username=username.strip(), password=password)
        place = present()
        who = Present(who=user.username, role="operator", address=place.address, request_id=place.request_id)
        record("first-account", user.username, now=now, who=who)
    (home() / "secrets" / "first-code").unlink(missing_ok=True)
    return user


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _look_at(code: str, now: datetime) -> None:
    """Raise `ValidationError` unless a code is one of those that wait; a wrong one costs each of them a try."""
    held = _held()
    if not held or get_user_model().objects.exists():
        raise ValidationError("没有等待使用的一次性代码；如果还没有账户，请重新启动服务", code="code-none")
    usable = _usable(held, now)
    if not usable:
        raise ValidationError("一次性代码已失效，请重新启动服务取得新代码", code="code-expired")
    digest = _digest(code.strip().lower())
    matches = [hmac.compare_digest(each["digest"], digest) for each in usable]
    if not any(matches):
        _keep([{**each, "tries": each["tries"] + 1} for each in held])
        raise ValidationError("一次性代码不对，请照终端里显示的输入", code="code-wrong")


def _usable(held: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    return [
        each for each in held if datetime.fromisoformat(each["until"]) >= now and each["tries"] < MOST_TRIES
    ]


def _keep(codes: list[dict[str, Any]]) -> None:
    path = home() / "secrets" / "first-code"
    path.touch(mode=0o600)
    path.write_text(json.dumps(codes), "utf-8")


def _held() -> list[dict[str, Any]]:
    path = home() / "secrets" / "first-code"
    told = json.loads(path.read_text("utf-8")) if path.exists() else []
    return told if isinstance(told, list) else [told]


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the codes' lock: two services may start, and two people type, at the same moment."""
    folder = home() / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(folder / "first-code.lock", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
