"""Vocabulary (词汇): the codes and words of invoices, one map per source, because a code means nothing without it."""

from fapiao.vocabulary.kinds import (
    KINDS,
    Kind,
    kind_from_label,
    kind_from_qr,
    kind_from_title,
    label,
    qr_code_of,
)
from fapiao.vocabulary.results import RESULTS, Result
from fapiao.vocabulary.sources import SOURCES, kind_from_source
from fapiao.vocabulary.states import STATES, state_from_text

__all__ = [
    "KINDS",
    "RESULTS",
    "SOURCES",
    "STATES",
    "Kind",
    "Result",
    "kind_from_label",
    "kind_from_qr",
    "kind_from_source",
    "kind_from_title",
    "label",
    "qr_code_of",
    "state_from_text",
]
