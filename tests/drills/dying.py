"""The web service, with one worker that is killed where a header says: before it commits, or before it answers."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingpiao.settings")

from django.db.backends.base.base import BaseDatabaseWrapper

from jingpiao.wsgi import application as real

_fate = threading.local()
_commit = BaseDatabaseWrapper.commit


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying_commit(self: BaseDatabaseWrapper) -> None:
    if getattr(_fate, "before", False):
        _die()
    _commit(self)


BaseDatabaseWrapper.commit = _dying_commit  # type: ignore[method-assign]


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer, unless told to die."""
    wish = environ.get("HTTP_X_DIE", "")
    _fate.before = wish == "before the commit"
    reply = real(environ, start_response)
    if wish == "before the answer":
        _die()
    return reply


if __name__ == "__main__":
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "drills.dying:application",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        log_access=False,
    ).serve()
