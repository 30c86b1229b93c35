"""A verdict (验签结论): what one signature value proved, whose it is, and a sentence."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["valid", "invalid", "not-checked"]


class Verdict(msgspec.Struct, frozen=True):
    """What was found of one signature value (结论): never more than was checked."""

    state: State
    signer: str | None
    note: str
