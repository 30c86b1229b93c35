"""The platform's own door without a socket between: the real routes, token check and application, called in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client

from jingpiao.outbound.addresses import OutboundError
from jingpiao.status.door import Door
from jingpiao.status.passes import Pass


class Knocker:
    """Posts to the application, and notes where; ``away`` while nothing answers there."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.token, self.posted, self.away = Pass(clock), [], False

    def door(self) -> Door:
        """The door for one round."""
        return Door(self._call, self.token)

    def _call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.posted.append(path)
        if self.away:
            raise OutboundError("unreachable", "nobody listens")
        client = Client(raise_request_exception=False)
        reply = client.post(
            path,
            body,
            content_type=headers["Content-Type"],
            headers={"authorization": headers["Authorization"]},
        )
        return reply.status_code, reply.getvalue()
