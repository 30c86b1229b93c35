"""Services of accounts (账户): the first operator is made with a one-time code shown in the terminal."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from jingpiao.home import home

LIFETIME = timedelta(hours=24)
MOST_TRIES = 10


def first_code(now: datetime) -> str | None:
    """Return a fresh one-time code while there is no operator yet, else ``None``. Only its digest is kept."""
    if get_user_model().objects.exists():
        return None
    code = "-".join(secrets.token_hex(2) for _ in range(4))
    _keep({"digest": _digest(code), "until": (now + LIFETIME).isoformat(), "tries": 0})
    return code


def make_first_operator(*, code: str, username: str, password: str, now: datetime) -> User:
    """Make the first operator's account. Errors: `ValidationError` with a code and what to do."""
    held = _held()
    if held is None or get_user_model().objects.exists():
        raise ValidationError("没有等待使用的一次性代码；如果还没有账户，请重新启动服务", code="code-none")
    if datetime.fromisoformat(held["until"]) < now or held["tries"] >= MOST_TRIES:
        raise ValidationError("一次性代码已失效，请重新启动服务取得新代码", code="code-expired")
    if not hmac.compare_digest(held["digest"], _digest(code.strip().lower())):
        _keep({**held, "tries": held["tries"] + 1})
        raise ValidationError("一次性代码不对，请照终端里显示的输入", code="code-wrong")
    if not username.strip():
        raise ValidationError("请填写用户名", code="username-missing")
    validate_password(password)
    with transaction.atomic():
        user: User = get_user_model().objects.create_user(username=username.strip(), password=password)
    (home() / "secrets" / "first-code").unlink(missing_ok=True)
    return user


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _keep(told: dict[str, Any]) -> None:
    path = home() / "secrets" / "first-code"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(told), "utf-8")


def _held() -> dict[str, Any] | None:
    path = home() / "secrets" / "first-code"
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told
