"""Passes (探针通行证): the token with which canaries come in at the door: it opens nothing else, and does not last.

The platform makes it for itself and keeps its text in the memory of the worker alone; each new one ends those before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from jingpiao.accounts import tokens
from jingpiao.audit.asking import job

ROLE = "canary"
LASTS = timedelta(days=1)
BY = job("status")


class Pass:
    """The present token (通行证), made when it is first needed and anew after a day or when it was refused."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._text, self._made_at = clock, "", clock()

    def text(self) -> str:
        """Return the token's text."""
        now = self._clock()
        if not self._text or now - self._made_at >= LASTS:
            self._text, self._made_at = tokens.renew(label="probe", role=ROLE, now=now, who=BY), now
        return self._text

    def drop(self) -> None:
        """Use the present token no more."""
        self._text = ""
