"""A likelihood (似然): how far confirmed outcomes move what a piece of evidence weighs, away from the judgement stated in the code.

Every piece of evidence of every cause has a shift, 0 before anything is learnt. It is the sum of four: of all questions, of those
that hang on the same feed, of these the same kind's, of these the same channel's; each leans on 0 with a stated
strength, so a cell with few outcomes says what its parent says, and the parent what the judgement says. A confirmed
outcome moves the shifts by the gap between what was true and what was said, as one step of a Bayesian regression with the ranking itself as
its model: evidence that always comes together shares one correction instead of getting it twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from fapiao.learning import Likeness, prior

EDITION = 2
"""Counts up whenever a stated weight or a code of evidence changes: outcomes are then replayed with what is stated now."""
TEMPERATURE = 1.35
"""Evidence is not independent: weights count a little less than they say, so that certainty is not overstated."""
SPREADS = (0.7, 0.7, 0.35, 0.35)
"""How far off, as a standard deviation, a stated weight is thought to be: in all, for one feed, then its kinds and channels. With
these some forty outcomes that were said with nine tenths weigh as much as the judgement, as they do for the shares."""
MOST_SHIFT = 4.0
"""No number of outcomes moves a weight further: odds of nineteen to one at the temperature above."""
HALF_LIFE = 180.0
"""Days after which half of what was learnt is forgotten: offices and feeds change their ways within a year."""
TRIED = 0.998
"""What an outcome still counts for, one outcome later, in the trial of learned against stated weights: some 350 at a time."""
BEHIND = -2.0
"""The trial is lost from here on: the outcomes say seven to one that the stated weights foretell better."""
LEAST_SHARE = 1e-4
"""A confirmed cause that was said with less than this counts as said with this: one odd outcome decides no trial."""
LEAST_SHIFT = 0.005
"""Shifts under this change no answer and are left out."""


class Cell(NamedTuple):
    """Where a question belongs (归属): the one feed it hangs on, its kind, and the function it was asked in; empty where not known."""

    feed: str
    kind: str
    channel: str

    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Return the keys of the four levels, the most general first."""
        return (), self[:1], self[:2], self[:3]


class Spoken(msgspec.Struct, frozen=True):
    """What one cause said of a question (一个原因的证据): its built-in share, and its evidence with the stated weights."""

    cause: str
    share: float
    episodic: bool
    pieces: tuple[tuple[str, float], ...]


class Lesson(msgspec.Struct, frozen=True):
    """What a confirmed outcome teaches (一次结论): every cause that could be, as it spoke when the question was asked.

    ``asked`` is the Beijing day of asking as a proleptic ordinal; ``question`` tells the same question confirmed twice.
    """

    cause: str
    question: str
    asked: int
    like: Likeness
    cell: Cell
    causes: tuple[Spoken, ...]


class Shift(NamedTuple):
    """How far one level moves one piece of evidence (修正): its mean, how unsure that is, and the day it is of."""

    mean: float
    variance: float
    day: int


class Tally(NamedTuple):
    """How often a piece of evidence was there (计数): in how many outcomes, in how many its cause was true, and the sum of its stated weights."""

    seen: int = 0
    true: int = 0
    stated: float = 0.0

    def with_one(self, stated: float, *, true: bool) -> Tally:
        """Return the same with one outcome more."""
        return Tally(self.seen + 1, self.true + true, self.stated + stated)


def name_of(cause: str, code: str, stated: float) -> str:
    """Return the name under which a piece of evidence is learned: one that can speak both for and against is two."""
    return f"{cause}/{'-' if stated < 0 else '+'}{code}"


def shifted(stated: float, shift: float) -> float:
    """Return a weight after learning: stronger, weaker or nothing, but never the opposite of what its sentence says."""
    if stated > 0:
        return max(0.0, stated + shift)
    return min(0.0, stated + shift) if stated < 0 else 0.0


def shares_of(scores: list[float]) -> list[float]:
    """Return the probabilities that go with log scores."""
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    whole = sum(odds)
    return [each / whole for each in odds]


class Likelihoods:
    """What a run of confirmed outcomes taught (似然表). The same lessons in the same order always give the same."""

    def __init__(self) -> None:
        self.outcomes = 0
        self.tallies: dict[tuple[str, tuple[str, ...]], Tally] = {}
        self._shifts: dict[tuple[str, tuple[str, ...]], Shift] = {}
        self._counts: dict[tuple[str, ...], dict[str, float]] = {}
        self._episodes: dict[tuple[str, int], int] = {}
        self._questions: frozenset[str] = frozenset()
        self._day = 0
        self._ahead = 0.0

    @property
    def trusted(self) -> bool:
        """Whether the learned weights have not foretold the confirmed causes clearly worse than the stated ones would have.

        Each cause counts as it was foretold before it was learned from.
        """
        return self._ahead > BEHIND

    def copy(self) -> Likelihoods:
        """Return the same, to be taught further on its own."""
        twin = Likelihoods()
        twin.outcomes, twin._day, twin._ahead = self.outcomes, self._day, self._ahead
        twin._questions = self._questions
        twin.tallies, twin._shifts, twin._episodes = (
            self.tallies.copy(),
            self._shifts.copy(),
            self._episodes.copy(),
        )
        twin._counts = {level: counts.copy() for level, counts in self._counts.items()}
        return twin

    def teach(self, lessons: Iterable[tuple[int, Lesson]]) -> None:
        """Learn from outcomes in the order in which they were confirmed, each with its Beijing day as an ordinal."""
        asked = set(self._questions)
        for day, lesson in lessons:
            self._day = max(day, self._day)
            if lesson.question in asked or lesson.cause not in {each.cause for each in lesson.causes}:
                continue  # told twice, or ruled out by a fact: impossible stays impossible
            asked.add(lesson.question)
            self._learn(lesson)
        self._questions = frozenset(asked)

    def shifts(self, cell: Cell) -> dict[str, float]:
        """Return what is to be added to each stated weight for questions of a cell, by `name_of`; without those of no account.

        Nothing, while what was learned foretells worse than what is stated.
        """
        if not self.trusted:
            return {}
        levels = cell.levels()
        moved = {name: self._shift(name, levels) for name, level in self._shifts if not level}
        return {name: round(shift, 3) for name, shift in moved.items() if abs(shift) >= LEAST_SHIFT}

    def own_shift(self, name: str, level: tuple[str, ...]) -> float:
        """Return what one level alone adds to one stated weight."""
        found = self._shifts.get((name, level))
        return found.mean * _kept(self._day - found.day) if found else 0.0

    def _shift(self, name: str, levels: tuple[tuple[str, ...], ...]) -> float:
        whole = sum(self.own_shift(name, level) for level in levels)
        return _bounded(whole)

    def _learn(self, lesson: Lesson) -> None:
        levels = lesson.cell.levels()
        stated = [self._stated(each, lesson.like) for each in lesson.causes]
        learned = [self._learned(each, levels) for each in lesson.causes]
        shares = shares_of([before + moved for before, moved in zip(stated, learned, strict=True)])
        weight = self._weight(lesson)
        self._try(lesson, shares_of(stated), shares, weight)
        moves = [
            _Move(
                spoken=each,
                gap=weight * ((each.cause == lesson.cause) - share),
                doubt=weight * share * (1 - share),
            )
            for each, share in zip(lesson.causes, shares, strict=True)
        ]
        yielding = 1.0 + sum(move.doubt * self._variance(move.spoken, levels) for move in moves)
        for move in moves:
            self._move(move, levels, yielding)
        self._count(lesson)

    def _stated(self, spoken: Spoken, like: Likeness) -> float:
        """Return a cause's log score by the stated weights, its share learned from the outcomes before."""
        counts = [self._counts.get(level, {}) for level in like.levels()]
        share = spoken.share if spoken.episodic else prior(spoken.cause, spoken.share, counts)
        return math.log(share) + sum(stated for _, stated in spoken.pieces) / TEMPERATURE

    def _learned(self, spoken: Spoken, levels: tuple[tuple[str, ...], ...]) -> float:
        """Return what the shifts add to that score."""
        moved = (
            shifted(stated, self._shift(name_of(spoken.cause, code, stated), levels)) - stated
            for code, stated in spoken.pieces
        )
        return sum(moved) / TEMPERATURE

    def _try(self, lesson: Lesson, stated: list[float], learned: list[float], weight: float) -> None:
        """Set what the learned weights said of the true cause beside what the stated ones would have said."""
        place = [each.cause for each in lesson.causes].index(lesson.cause)
        before, after = (max(LEAST_SHARE, shares[place]) for shares in (stated, learned))
        self._ahead = TRIED * self._ahead + weight * math.log(after / before)

    def _weight(self, lesson: Lesson) -> float:
        """Return what an outcome counts for: the n-th asked during one episode of a feed tells little that is new."""
        if not any(each.episodic for each in lesson.causes):
            return 1.0
        episode = (lesson.cell.feed, lesson.asked)
        self._episodes[episode] = self._episodes.get(episode, 0) + 1
        return 1.0 / math.sqrt(self._episodes[episode])

    def _variance(self, spoken: Spoken, levels: tuple[tuple[str, ...], ...]) -> float:
        """Return how unsure the sum of a cause's evidence is, in squared log odds."""
        places = [
            (name_of(spoken.cause, code, stated), level) for code, stated in spoken.pieces for level in levels
        ]
        return sum(self._at(place).variance for place in places) / TEMPERATURE**2

    def _move(self, move: _Move, levels: tuple[tuple[str, ...], ...], yielding: float) -> None:
        for code, stated in move.spoken.pieces:
            name = name_of(move.spoken.cause, code, stated)
            if _at_its_end(stated, self._shift(name, levels), move.gap):
                continue
            for level in levels:
                held = self._at((name, level))
                gain = held.variance / (TEMPERATURE * yielding)
                self._shifts[name, level] = Shift(
                    held.mean + gain * move.gap,
                    held.variance - gain * move.doubt * held.variance / TEMPERATURE,
                    self._day,
                )

    def _at(self, place: tuple[str, tuple[str, ...]]) -> Shift:
        """Return a shift as it stands today: what was learnt long ago has gone back towards the judgement."""
        widest = SPREADS[len(place[1])] ** 2
        found = self._shifts.get(place)
        if found is None or found.day == self._day:
            return found or Shift(0.0, widest, self._day)
        kept = _kept(self._day - found.day)
        return Shift(found.mean * kept, widest - (widest - found.variance) * kept**2, self._day)

    def _count(self, lesson: Lesson) -> None:
        self.outcomes += 1
        for level in lesson.like.levels():
            counts = self._counts.setdefault(level, {})
            counts[lesson.cause] = counts.get(lesson.cause, 0.0) + 1.0
        for spoken in lesson.causes:
            for code, stated in spoken.pieces:
                for level in lesson.cell.levels()[:2]:
                    place = (name_of(spoken.cause, code, stated), level)
                    held = self.tallies.get(place, Tally())
                    self.tallies[place] = held.with_one(stated, true=spoken.cause == lesson.cause)


class _Move(msgspec.Struct, frozen=True, kw_only=True):
    """How an outcome pulls at one cause: by the gap between true and said; the more in doubt it was, the more is learnt."""

    spoken: Spoken
    gap: float
    doubt: float


def _at_its_end(stated: float, shift: float, gap: float) -> bool:
    """Tell whether a weight can follow no further: it is nothing already, or as far as it may be moved."""
    spent = not shifted(stated, shift) and gap * stated <= 0
    return spent or (abs(shift) >= MOST_SHIFT and gap * shift > 0)


def _bounded(shift: float) -> float:
    return min(MOST_SHIFT, max(-MOST_SHIFT, shift))


def _kept(days: int) -> float:
    """Return what share of something learnt so many days ago still counts."""
    return math.exp(-math.log(2) * days / HALF_LIFE) if days > 0 else 1.0


Row = dict[str, float | int | str]


def explained(table: Likelihoods) -> tuple[Row, ...]:
    """Return every weight that outcomes spoke of: stated and learned on average, and how many stand behind it; by cause and code.

    ``feed`` is empty for all questions; a feed has a row where it goes its own way by more than `OWN_WAY`.
    """
    rows: list[Row] = []
    for (name, level), tally in sorted(table.tallies.items(), key=lambda each: each[0]):
        own = table.own_shift(name, level)
        if level and (not level[0] or abs(own) < OWN_WAY):
            continue
        shift = own + (table.own_shift(name, ()) if level else 0.0)
        stated = tally.stated / tally.seen
        cause, _, code = name.partition("/")
        rows.append(
            {
                "cause": cause,
                "evidence": code[1:],
                "feed": level[0] if level else "",
                "outcomes": tally.seen,
                "confirmed": tally.true,
                "stated": round(stated, 2),
                "learned": round(shifted(stated, _bounded(shift)), 2),
            }
        )
    return tuple(rows)


OWN_WAY = 0.3
"""A feed's own shift from which on it is shown to operators beside the general one."""
