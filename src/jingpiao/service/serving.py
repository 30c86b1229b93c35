"""Serving (启动服务): granian in this process's children, the worker beside it, clean ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jingpiao.accounts.services import first_code
from jingpiao.api.patience import MOST_OPEN
from jingpiao.status.door import served_at

STATIC = Path(__file__).resolve().parents[1] / "ui" / "static"


class PortTakenError(OSError):
    """The port is in use (端口被占用)."""


def check_port(host: str, port: int) -> None:
    """Raise `PortTakenError` when nothing can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise PortTakenError(f"端口要在 0 到 65535 之间 / no such port: {port}") from None
        except OSError:
            raise PortTakenError(
                f"端口 {port} 已被占用，请用 --port 换一个 / port {port} is in use"
            ) from None


def tell_first_code() -> None:
    """Print the one-time code while there is no operator yet."""
    code = first_code(datetime.now(UTC))
    if code:
        print(f"第一次使用：打开 /sign-in/first，输入一次性代码 one-time code: {code}", flush=True)


def serve(host: str, port: int, workers: int, beside: Sequence[Sequence[str]] = ()) -> int:
    """Serve until told to stop. ``beside`` are further commands that live and end with the service."""
    environment = {"JINGPIAO_DOOR": served_at(host, port), **os.environ}
    children = [
        subprocess.Popen([sys.executable, "-m", *command], env=environment)  # noqa: S603
        for command in (["jingpiao.cli", "worker"], *beside)
    ]
    try:
        _granian(host, port, workers)
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
    return 0


def _granian(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingpiao.settings")
    Granian(
        "jingpiao.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        respawn_failed_workers=True,
        backpressure=64,
        static_path_route=["/static"],
        static_path_mount=[STATIC],
        static_path_expires=3600,
        log_access=False,
        log_level=LogLevels.warning,
        blocking_threads=2 * MOST_OPEN,
    ).serve()
