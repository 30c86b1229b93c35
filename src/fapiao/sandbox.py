"""The sandbox (沙箱): a worker process with bounded memory and time, in which native parsers read untrusted files.

One worker is kept and reused; after a crash, a time-out or too much memory it is replaced. Only functions inside
``fapiao`` can be called.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import select
import struct
import subprocess
import sys
import threading
import time
from typing import Any, BinaryIO

import msgspec

from fapiao.errors import FapiaoError

MEMORY = 1_500 * 2**20
SECONDS, PATIENCE = 10.0, 6.0
"""Seconds of the worker's own computing that a call may take; on a busy machine it may wait so many times as long."""
LOOK_EVERY = 0.25
_TICKS = os.sysconf("SC_CLK_TCK")
_SIZE = struct.Struct(">Q")


class Sandbox:
    """A worker process and the way to call functions in it (隔离进程). Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self.close)

    def call(self, function: str, *arguments: Any, seconds: float = SECONDS) -> Any:
        """Call ``module:name`` in the worker and return its plain result.

        Errors: what the function raises as `FapiaoError`; `file-timeout`, `file-too-costly`, `file-damaged` when the
        worker had to be stopped, ran out of memory, or died.
        """
        with self._lock:
            worker = self._ready()
            try:
                _send(worker.stdin, [function, arguments])
                reply = _receive(worker, _Budget(worker.pid, seconds))
            except TimeoutError:
                self.close()
                raise FapiaoError("file-timeout") from None
            except (EOFError, OSError):
                self.close()
                raise FapiaoError(
                    "file-damaged", "文件让解析器崩溃了", "the file crashed its parser"
                ) from None
        return _result(reply)

    def close(self) -> None:
        """Stop the worker; the next call starts another."""
        worker, self._worker = self._worker, None
        if worker is not None and self._owner == os.getpid():
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._owner != os.getpid() or self._worker.poll() is not None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "fapiao.sandbox"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            self._owner = os.getpid()
        return self._worker


SANDBOX = Sandbox()


def _send(pipe: Any, message: Any) -> None:
    body = msgspec.msgpack.encode(message)
    pipe.write(_SIZE.pack(len(body)))
    pipe.write(body)
    pipe.flush()


class _Budget:
    """How long a worker may still compute (时限)."""

    def __init__(self, worker: int, seconds: float) -> None:
        self._worker, self._seconds = worker, seconds
        self._begun, self._spent = time.monotonic(), _computed(worker)

    def check(self) -> None:
        """Raise `TimeoutError` when it is used up."""
        waited = time.monotonic() - self._begun
        now = _computed(self._worker)
        computed = waited if now is None or self._spent is None else now - self._spent
        if computed > self._seconds or waited > self._seconds * PATIENCE:
            raise TimeoutError


def _computed(process: int) -> float | None:
    """Return the seconds that a process has computed, ``None`` where the system does not tell."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _receive(worker: subprocess.Popen[bytes], budget: _Budget) -> Any:
    assert worker.stdout is not None
    size = _SIZE.unpack(_exactly(worker.stdout, _SIZE.size, budget))[0]
    return msgspec.msgpack.decode(_exactly(worker.stdout, size, budget))


def _exactly(pipe: Any, size: int, budget: _Budget) -> bytes:
    blocks, missing = [], size
    while missing:
        while not select.select([pipe], [], [], LOOK_EVERY)[0]:
            budget.check()
        block = os.read(pipe.fileno(), min(missing, 2**20))
        if not block:
            raise EOFError
        blocks.append(block)
        missing -= len(block)
    return b"".join(blocks)


def _result(reply: Any) -> Any:
    state, value = reply
    if state == "ok":
        return value
    if state == "error":
        raise FapiaoError(*value)
    raise FapiaoError("file-too-costly")


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer calls until the pipe closes: the worker's whole life."""
    while head := requests.read(_SIZE.size):
        function, arguments = msgspec.msgpack.decode(requests.read(_SIZE.unpack(head)[0]))
        _send(replies, _answer(function, arguments))


def _answer(function: str, arguments: list[Any]) -> tuple[str, Any]:
    module, _, name = function.partition(":")
    if not module.startswith("fapiao."):
        return "error", ("file-damaged", "", "")
    try:
        return "ok", getattr(importlib.import_module(module), name)(*arguments)
    except FapiaoError as slip:
        return "error", (slip.code, slip.message, slip.message_en)
    except MemoryError:
        return "costly", None
    except Exception as slip:  # the parser's own slip: the file is to blame, and the worker lives on
        return "error", (
            "file-damaged",
            f"文件打不开：{type(slip).__name__}",
            f"cannot be opened: {type(slip).__name__}",
        )


if __name__ == "__main__":
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    serve(sys.stdin.buffer, sys.stdout.buffer)
