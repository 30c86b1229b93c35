"""An answer as of a moment uses only what was known at it: for every cause, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fapiao.cause import CAUSES
from telling.moments import ELSE, TURNS, at, world
from telling.story import lines

ASKING = """
import json, sys
from datetime import datetime, UTC
from pathlib import Path
import msgspec
from fapiao.asking import claim_from_mapping
from jingpiao.inquiry.services import answer_claim
from jingpiao.sync.services import load_events
told = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
asked = json.loads(Path(sys.argv[2]).read_text())
now = datetime.now(UTC)
def answer(question):
    got = json.loads(answer_claim(claim_from_mapping(question), now=now).json())
    return {name: value for name, value in got.items() if name not in ("id", "receipt", "took_ms")}
then = {}
for moment in sorted({each["as_of"] for each in asked}):
    due = [each for each in told if each["at"] <= moment]
    told = told[len(due):]
    load_events([json.dumps(each).encode() for each in due], source="test", now=now)
    then |= {each["ref"]: answer(each) for each in asked if each["as_of"] == moment}
load_events([json.dumps(each).encode() for each in told], source="test", now=now)
later = {each["ref"]: answer(each) for each in asked}
print(json.dumps({"then": then, "later": later}))
"""


@pytest.fixture
def answers(platform: Any, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Every question answered when only what was known then was there, and again when everything is."""
    asked = [
        {**turn.asked, "as_of": at(moment), "ref": f"{turn.cause} {side}"}
        for turn in TURNS
        for side, (moment, _) in (("before", turn.before), ("after", turn.after))
    ]
    events, questions = tmp_path / "events.jsonl", tmp_path / "asked.json"
    events.write_bytes(lines(world()))
    questions.write_text(json.dumps(asked), "utf-8")
    platform.run("init")
    code = f"import sys\nsys.argv = ['', {str(events)!r}, {str(questions)!r}]\n{ASKING}"
    found: dict[str, dict[str, Any]] = json.loads(platform.python(code))
    return found


def first(answer: dict[str, Any]) -> str | None:
    return answer["causes"][0]["code"] if answer["causes"] else None


def test_before_and_after_differ_as_they_must_and_nothing_later_is_used(answers: dict[str, dict[str, Any]]):
    later = answers["later"]
    for turn in TURNS:
        for side, (_, wanted) in (("before", turn.before), ("after", turn.after)):
            got = first(later[f"{turn.cause} {side}"])
            assert got != turn.cause if wanted == ELSE else got == wanted, (turn.cause, side, got)
    differing = {name: then for name, then in answers["then"].items() if then != later[name]}
    assert differing == {}
    missing = [answer for answer in later.values() if answer["existence"] != "found" and answer["causes"]]
    assert all("unknown" in [cause["code"] for cause in answer["causes"]] for answer in missing)


def test_every_cause_has_its_turn():
    assert {turn.cause for turn in TURNS} == set(CAUSES) - {"unknown"}
    for turn in TURNS:
        assert turn.before[1] != turn.after[1]
        assert turn.cause in (turn.before[1], turn.after[1])
        assert turn.before[0] < turn.after[0]
