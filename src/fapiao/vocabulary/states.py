"""States (发票状态): the words other systems use, and the contract's validity words."""

from __future__ import annotations

STATES: dict[str, tuple[str, str]] = {
    "normal": ("正常", "normal"),
    "voided": ("已作废", "voided"),
    "reversed": ("已全额红冲", "fully reversed"),
    "partly-reversed": ("已部分红冲", "partly reversed"),
    "abnormal": ("异常", "abnormal"),
    "out-of-control": ("失控", "out of control"),
    "unknown": ("未知", "unknown"),
}
_WORDS = (
    ("部分红冲", "partly-reversed"),
    ("红冲-部分", "partly-reversed"),
    ("红冲", "reversed"),
    ("冲红", "reversed"),
    ("作废", "voided"),
    ("失控", "out-of-control"),
    ("异常", "abnormal"),
    ("正常", "normal"),
)
_CODES = {
    "0": "normal",
    "1": "out-of-control",
    "2": "voided",
    "3": "reversed",
    "4": "abnormal",
    "7": "partly-reversed",
    "8": "reversed",
}


def state_from_text(text: str) -> str:
    """Return the contract's validity word for another system's word or code; ``unknown`` when it says neither."""
    bare = text.strip()
    if bare in STATES:
        return bare
    return _CODES.get(bare) or next((state for word, state in _WORDS if word in bare), "unknown")
