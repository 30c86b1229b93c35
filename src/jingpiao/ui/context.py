"""What every page template can use (页面公共变量)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables shared by all pages."""
    return {}
