"""What every page template can use (页面公共变量): language, type size, asset version, who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest

from fapiao.wording import BEIJING
from jingpiao.ui.assets import BUILT

LANGUAGE, LARGE = "lang", "large"


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables shared by all pages."""
    return {
        "lang": language(request),
        "large": request.COOKIES.get(LARGE) == "1",
        "assets": _version(),
        "operator": request.user.is_authenticated,
        "here": request.path,
        "back": request.get_full_path() if request.method == "GET" else request.path,
        "year": datetime.now(UTC).astimezone(BEIJING).year,
    }


def language(request: HttpRequest) -> str:
    """Return ``zh`` or ``en``: as chosen, Chinese otherwise."""
    return "en" if request.COOKIES.get(LANGUAGE) == "en" else "zh"


def said(request: HttpRequest, chinese: str, english: str) -> str:
    """Return a sentence in the page's language."""
    return english if language(request) == "en" else chinese


@lru_cache(maxsize=1)
def _version() -> str:
    mark = BUILT / "fingerprint"
    return mark.read_text("ascii")[:10] if mark.exists() else "0"
