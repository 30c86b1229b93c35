"""Pacing (页面限流): a guest at the page spends from the same bucket as one at the API; in a hurry, he is told to wait."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from jingpiao.api.problem import ApiProblem
from jingpiao.api.rates import spend
from jingpiao.inquiry.api import CHECKS
from jingpiao.ui.errors import slow_down

View = Callable[..., HttpResponse]
FILE_COST = 5.0
"""What a file costs: it is read before it is asked about, and may hold many invoices."""


def paced(view: View) -> View:
    """Let a guest post to a page only as fast as to the API."""

    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            try:
                spend(CHECKS, request, cost=FILE_COST if request.FILES else 1.0)
            except ApiProblem as slip:
                return slow_down(request, slip.headers)
        return view(request, *args, **kwargs)

    return held
