"""The backtest (回测): yesterday's answers scored against what came, and the labelled questions answered anew.

Two questions. *Kept*: were the answers that people were given right, by what is known since? *Recomputed*: what do today's
weights make of the questions whose causes were confirmed, each from what was known at its moment? The second is the one to
run before and after a weight is changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from fapiao.asking import understand
from fapiao.claim import Claim
from fapiao.errors import FapiaoError
from fapiao.scoring import Score, Truth, told_answer
from fapiao.situation import Situation
from fapiao.wording import BEIJING
from jingpiao import sql
from jingpiao.columns import from_micros, to_micros
from jingpiao.inquiry.gather import gather
from jingpiao.inquiry.lessons import learn_all
from jingpiao.sync.timeline import Timeline
from jingpiao.sync.timelines import current_timeline
from jingpiao.upkeep.comparing import Comparison, held_back_from, told_of
from jingpiao.upkeep.models import Backtest
from jingpiao.upkeep.truths import Came, Outcomes, came, existence_of, keys_of, truth_of

CHUNK = 500
COMPARED = ("claims", "cause_first", "cause_among_three", "wrong_and_sure", "calibration_error", "brier")
"""What is set beside the run before."""
UNDEFINED = "-"
"""The group of claims of which a feed or kind cannot be told."""


class _Scores:
    """Figures in all, by feed and by kind (总体与分组得分)."""

    def __init__(self) -> None:
        self.all = Score()
        self.feeds: dict[str, Score] = defaultdict(Score)
        self.kinds: dict[str, Score] = defaultdict(Score)
        self.unjudged: Counter[str] = Counter()

    def add(self, answer: dict[str, Any], truth: Truth) -> None:
        """Count one answer everywhere it belongs."""
        told = told_answer(answer)
        coverage = answer["coverage"]
        feed = coverage[0]["feed"] if len(coverage) == 1 else UNDEFINED
        kind = answer["asked"].get("kind") or UNDEFINED
        for score in (self.all, self.feeds[feed], self.kinds[kind]):
            score.add(told, truth)

    def figures(self) -> dict[str, Any]:
        """Return all of it as JSON has it."""
        return {
            **self.all.figures(),
            "feeds": {name: _short(score) for name, score in sorted(self.feeds.items())},
            "kinds": {name: _short(score) for name, score in sorted(self.kinds.items())},
            "unjudged": dict(self.unjudged),
        }


def _short(score: Score) -> dict[str, Any]:
    return {
        name: value
        for name, value in score.figures().items()
        if name not in ("reliability", "confusion", "validity")
    }


def run_backtest(*, until: datetime, now: datetime) -> dict[str, Any]:
    """Score what was answered up to ``until`` by what is known ``now``, keep the report and return it.

    ``before`` in it holds what the run before this one made of the labelled questions: for a weight that was changed since.
    """
    learn_all(now)
    outcomes, timeline = Outcomes(), current_timeline()
    recomputed, comparison = _recomputed(until, outcomes, timeline)
    report = {
        "before": _before(),
        "until": until.isoformat(),
        "made_at": now.isoformat(),
        "kept": _kept(until, outcomes, timeline).figures(),
        "recomputed": recomputed.figures(),
        "learning": comparison.report(timeline.outcomes.table(to_micros(until))),
    }
    Backtest.objects.create(made_at=now, until=until, report=report)
    return report


def _before() -> dict[str, Any] | None:
    former = Backtest.objects.order_by("-made_at", "-id").first()
    if former is None:
        return None
    told = former.report["recomputed"]
    figures = {name: told[name] for name in COMPARED}
    return {"made_at": former.report["made_at"], "until": former.report["until"], **figures}


def end_of_day(text: str) -> datetime:
    """Return the end of a Beijing day given as ``YYYY-MM-DD``, or a moment with an offset. Errors: `usage`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or (moment.tzinfo is None and len(text) != 10):
        raise FapiaoError("usage", f"日期写法不对：{text}", f"not a day or a moment with an offset: {text}")
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING) + timedelta(days=1)


def _kept(until: datetime, outcomes: Outcomes, timeline: Timeline) -> _Scores:
    scores = _Scores()
    for rows in _kept_answers(until):
        claims = [msgspec.json.decode(row[1], type=Claim) for row in rows]
        keys = keys_of(claims)
        arrivals = came(keys)
        states = _states([name for arrived in arrivals.values() for name in arrived.names])
        for (_, _, told, as_of), claim, key in zip(rows, claims, keys, strict=True):
            answer, moment = msgspec.json.decode(told), from_micros(as_of)
            truth = truth_of(answer, claim, key, moment, (outcomes, arrivals, timeline))
            if truth is None:
                scores.unjudged[answer["existence"]] += 1
                continue
            if truth.existence == "found" and key in arrivals:
                told_of = sorted(row for name in arrivals[key].names for row in states.get(name, ()))
                truth = msgspec.structs.replace(truth, validity=_state_at(told_of, as_of))
            scores.add(answer, truth)
    return scores


def _kept_answers(until: datetime) -> Iterator[list[tuple[Any, ...]]]:
    """Yield kept answers given up to a moment, a chunk at a time. One given about the past is judged by that past."""
    seen = 0
    while chunk := sql.rows(
        "SELECT id, claim, answer, as_of FROM inquiry_keptanswer WHERE id > %s AND as_of < %s"
        f" ORDER BY id LIMIT {CHUNK}",
        [seen, to_micros(until)],
    ):
        yield chunk
        seen = chunk[-1][0]


def _states(keys: Sequence[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Return the states of these invoices, with the moments from which they held, in the order in which they count."""
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for key, effective, known, state in sql.rows(
        f"SELECT key, effective_at, known_at, state FROM ledger_invoicestate WHERE {sql.among('key')}"
        " ORDER BY effective_at, known_at",
        [sql.texts(sorted(set(keys)))],
    ):
        found[key].append((effective, known, state))
    return found


def _state_at(states: Sequence[tuple[int, int, str]], micros: int) -> str:
    """Return the state that was known at a moment: what was learnt later could not be told."""
    known = [state for _, known_at, state in states if known_at <= micros]
    return known[-1] if known else "normal"


def _recomputed(until: datetime, outcomes: Outcomes, timeline: Timeline) -> tuple[_Scores, Comparison]:
    """Answer every labelled question anew; the later half also with less learned, for what learning is worth."""
    scores = _Scores()
    asked = [(claim, cause) for _, claim, cause in outcomes.rows if claim.as_of and claim.as_of < until]
    comparison = Comparison(held_back_from([claim for claim, _ in asked]))
    scores.unjudged["without-as-of"] = sum(claim.as_of is None for _, claim, _ in outcomes.rows)
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        keys = keys_of([claim for claim, _ in part])
        arrivals = came(keys)
        for (claim, cause), key in zip(part, keys, strict=True):
            situation = _situation(claim, timeline)
            truth = _labelled(claim, cause, arrivals.get(key))
            scores.add(told_of(situation), truth)
            comparison.add(situation, truth)
    return scores, comparison


def _situation(claim: Claim, timeline: Timeline) -> Situation:
    assert claim.as_of is not None
    return gather(understand(claim), claim.as_of.astimezone(BEIJING), timeline)


def _labelled(claim: Claim, cause: str, arrived: Came | None) -> Truth:
    assert claim.as_of is not None
    later = arrived.known_at if arrived and arrived.known_at > claim.as_of else None
    return Truth(cause=cause, existence=existence_of(cause), arrives_at=later)
