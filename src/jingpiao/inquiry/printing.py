"""Printing (打印): an answer for people at a terminal: verdict, causes with their evidence, what to do."""

from __future__ import annotations

from fapiao import wording
from jingpiao.inquiry.services import Answered

_AGREE = {
    "full": ("完全一致", "full agreement"),
    "partial": ("部分一致", "partial agreement"),
    "none": ("不一致", "no agreement"),
    "not-compared": ("未比对", "not compared"),
}


def print_answer(answered: Answered, lang: str) -> None:
    """Print an answer in Chinese or English, with what changed since it was asked before."""
    answer, since, chinese = answered.answer, answered.changed_since, lang == "zh"
    print(answer.headline if chinese else answer.headline_en)
    print(
        f"  {'截至' if chinese else 'as of'} {wording.moment(answer.as_of) if chinese else wording.moment_en(answer.as_of)}"
        f" · {_AGREE[answer.agreement][not chinese]}"
    )
    for difference in answer.differences:
        print(
            f"  ≠ {difference.field}: {difference.claimed}"
            + (f" → {difference.held}" if difference.held else "")
        )
    for cause in answer.causes:
        print(f"  {cause.probability:5.0%}  {cause.label if chinese else cause.label_en}")
        for piece in cause.evidence[:3]:
            print(f"         · {piece.message if chinese else piece.message_en}")
    for candidate in answer.candidates:
        print(f"  ? {candidate.code or ''} {candidate.number} ({candidate.probability:.0%})")
    print(f"→ {answer.next_step if chinese else answer.next_step_en}")
    if since:
        when = wording.moment(since.at) if chinese else wording.moment_en(since.at)
        print(f"自 {when} 以来：" if chinese else f"since {when}:")
        for change in since.changes:
            print(f"  · {change.message if chinese else change.message_en}")
        if not since.changes:
            print(f"  · {'没有变化' if chinese else 'nothing changed'}")
