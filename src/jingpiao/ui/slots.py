"""Slots (插槽): places in a page that a room above may fill, without the page's own room knowing of it.

A room registers what it has to say when it is set up (`fill`); the template says where (``{% slot "answer" token %}``).
Imports go down only, and so do words: the page below asks the slot, and the slot asks whoever has registered.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from django.db import Error

Filling = Callable[[Mapping[Any, Any], Any], str]
_fillings: dict[str, list[Filling]] = defaultdict(list)
log = logging.getLogger("jingpiao.ui")


def fill(name: str, filling: Filling) -> None:
    """Register what fills a slot: ``filling(context, subject)`` returns HTML that is safe to show, or nothing."""
    if filling not in _fillings[name]:
        _fillings[name].append(filling)


def filled(name: str, context: Mapping[Any, Any], subject: Any) -> str:
    """Return what fills a slot. A filling whose data cannot be read leaves its place empty: the page matters more."""
    parts = []
    for filling in _fillings[name]:
        try:
            parts.append(filling(context, subject))
        except Error:
            log.warning("slot %s could not be filled", name)
    return "".join(parts)
