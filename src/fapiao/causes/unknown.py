"""unknown (原因不明): none of the other causes is supported by evidence."""

from __future__ import annotations

from fapiao.cause import Cause, Weighed
from fapiao.circumstances import Circumstances


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh nothing: this cause keeps its prior share whatever happens."""
    return Weighed()


CAUSE = Cause(
    code="unknown",
    label="原因不明",
    label_en="Not known",
    meaning="上面这些原因都没有证据支持，请人工看一下",
    meaning_en="No evidence supports any of the other causes: a person should look",
    actor="desk",
    remedy="请一键反馈，由人工核查后答复您",
    remedy_en="Send feedback: a person will look into it and answer you",
    when="both",
    prior=0.03,
    weigh=weigh,
)
