"""Progress (进度): a line on the terminal once work has lasted a second; nothing where output is not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def with_progress(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, telling on stderr how many have gone by."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from items
        return
    began = shown = time.monotonic()
    count = 0
    for item in items:
        count += 1
        yield item
        now = time.monotonic()
        if now - began > 1 and now - shown > 0.2:
            shown = now
            sys.stderr.write(f"\r{count} …")
            sys.stderr.flush()
    if shown != began:
        sys.stderr.write(f"\r{count} ✓\n")
