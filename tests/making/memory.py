"""Memory of a process and all below it, watched while it runs: at each look the peaks so far of all that live are added up."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Watched(NamedTuple):
    """What a command did, and the megabytes that it and its children held at most."""

    returncode: int
    stdout: bytes
    stderr: bytes
    megabytes: int


def watch(command: Sequence[str], environment: Mapping[str, str], stdin: Path | None = None) -> Watched:
    """Run a command and watch its memory."""
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(stdin.open("rb")) if stdin else subprocess.DEVNULL
        process = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment)
        )
        peaks: list[int] = [0]
        done = threading.Event()
        watcher = threading.Thread(target=_look, args=(process.pid, peaks, done))
        watcher.start()
        try:
            stdout, stderr = process.communicate(timeout=300)
        finally:
            process.kill()
            done.set()
            watcher.join()
    return Watched(process.returncode, stdout, stderr, max(peaks) // 1024)


def _look(root: int, peaks: list[int], done: threading.Event) -> None:
    while not done.wait(0.02):
        peaks.append(sum(map(_peak, _tree(root))))


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 0


def _tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        with contextlib.suppress(OSError):
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return found
