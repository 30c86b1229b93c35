"""Explaining (复核): a kept answer, worked out once more from the situation it was kept with."""

from __future__ import annotations

from typing import Any

import msgspec

from fapiao.answer import Answer
from fapiao.diagnosis import diagnose
from fapiao.situation import Situation
from jingpiao.inquiry.models import KeptAnswer
from jingpiao.inquiry.situations import MissingPartError, opened_situation


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A kept answer beside what the same situation gives now (复核结果).

    ``same`` tells whether the very same answer comes out; ``differences`` names the fields that do not: then the program
    has changed since. ``reason`` says why nothing could be worked out: ``not-kept`` or ``incomplete``.
    """

    id: str
    as_of: Any
    same: bool
    differences: tuple[str, ...] = ()
    reason: str = ""
    situation: Situation | None = None
    answer: dict[str, Any] | None = None


def explain_answer(kept: KeptAnswer) -> Explanation:
    """Work a kept answer out again from its situation, and compare. Pure but for reading the situation."""
    told = msgspec.json.decode(kept.answer, type=dict[str, Any])
    try:
        situation = opened_situation(kept)
    except MissingPartError:
        return _nothing(kept, told, "incomplete")
    if situation is None:
        return _nothing(kept, told, "not-kept")
    again: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(diagnose(situation)))
    differing = tuple(name for name in Answer.__struct_fields__ if again.get(name) != told.get(name))
    return Explanation(
        id=kept.token,
        as_of=told["as_of"],
        same=not differing,
        differences=differing,
        situation=situation,
        answer=again,
    )


def _nothing(kept: KeptAnswer, told: dict[str, Any], reason: str) -> Explanation:
    return Explanation(id=kept.token, as_of=told["as_of"], same=False, reason=reason)
