"""Digits (逐位对照): a number in groups of four, with the places that were typed otherwise marked."""

from __future__ import annotations

from typing import Any

import msgspec

from fapiao.neighbours import masked

Group = tuple[tuple[str, bool], ...]
SIZE = 4


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """A near miss ready to show (候选): its groups of marked digits, and the text that asks for it where it may be seen."""

    groups: tuple[Group, ...]
    ask: str
    probability: float
    tail: str


def meant(answer: dict[str, Any]) -> list[Meant]:
    """Return an answer's candidates with their differing digits marked."""
    asked = answer["asked"]
    typed = f"{asked.get('code') or ''}{asked.get('number') or ''}"
    return [_meant(typed, each, asked) for each in answer["candidates"]]


def _meant(typed: str, candidate: dict[str, Any], asked: dict[str, Any]) -> Meant:
    whole = f"{candidate['code'] or ''}{candidate['number']}"
    hidden = "*" in whole
    return Meant(
        groups=marked(typed, whole),
        ask="" if hidden else _question(candidate, asked),
        probability=candidate["probability"],
        tail=whole[-SIZE:],
    )


def marked(typed: str, held: str) -> tuple[Group, ...]:
    """Return a held number in groups, each sign with whether it was typed otherwise."""
    signs = held if "*" in held else masked(typed, held)
    pairs = [(sign, mark == "*") for sign, mark in zip(held, signs, strict=True)]
    return tuple(tuple(pairs[at : at + SIZE]) for at in range(0, len(pairs), SIZE))


def _question(candidate: dict[str, Any], asked: dict[str, Any]) -> str:
    parts = [candidate["code"], candidate["number"], asked.get("issued_on")]
    parts.append(f"价税合计 {asked['total']}" if asked.get("total") else None)
    return " ".join(str(part) for part in parts if part)
