"""Recalling (重现): the circumstances in which an answer was given, from the situation kept beside it.

Where none was kept they are gathered anew as of the answer's moment: every fact carries the time it was learnt, so the
same moment gives the same situation.
"""

from __future__ import annotations

import msgspec

from fapiao.asking import understand
from fapiao.circumstances import Circumstances
from fapiao.claim import Claim
from jingpiao.inquiry.gather import gather
from jingpiao.inquiry.models import KeptAnswer
from jingpiao.inquiry.situations import MissingPartError, opened_situation
from jingpiao.sync.timelines import current_timeline


def recalled(kept: KeptAnswer) -> Circumstances:
    """Return the circumstances of a kept answer."""
    try:
        situation = opened_situation(kept)
    except MissingPartError:
        situation = None
    if situation is None:
        claim = msgspec.json.decode(kept.claim, type=Claim)
        situation = gather(understand(claim), kept.as_of, current_timeline())
    return Circumstances(situation)
