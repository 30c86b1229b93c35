"""Garbage (垃圾回收): the interpreter's collector, told that a batch of many small values is no leak.

With its default thresholds it walks every live object again and again while a chunk of rows is built: a fifth of the time of an
import, and nothing found. Reference counts free the rows as ever; only cycles wait longer.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 20


def calm() -> None:
    """Set what is loaded apart from what the collector walks, and let it walk less often."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
