"""Circumstances (情节): what follows from a situation, worked out once and shared by all causes.

Plain deductions only: which feeds would carry the invoice, how far they had come, when it must have been issued, which
held invoice it may have been meant for. Weights belong to the causes.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property
from typing import Any

from fapiao import feeds, flow
from fapiao.agreement import Difference, compare, is_another, supports
from fapiao.delay import BATCH_HOURS, FAULT_HOURS, NO_PAST, REST, DelayCurve, origin, rest_of
from fapiao.errors import NumberError
from fapiao.invoice import invoice_key
from fapiao.meant import suspects
from fapiao.moments import Moments, end_of, possible_moments, undated_moments
from fapiao.numbers import digital, legacy
from fapiao.series import kind_of, narrow
from fapiao.situation import FaultFact, FeedFacts, Held, Neighbour, Situation, Statement
from fapiao.vocabulary import KINDS

BEIJING = timezone(timedelta(hours=8))
DAY = 86400.0
TICKETS = frozenset({"51", "61"})
LATE_SHARE = 0.15
"""Longer delays than the watermark allows are set aside as late uploads, unless they are more than this share."""
BLOCK_REACH = 400
"""A gap in numbers up to which two invoices of one seller are taken to lie in one block."""
SLOWER = 2.0
"""By how much the next number of a block may take longer than the ones before it."""


class Circumstances:
    """A situation, thought through (情节)."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.as_of = situation.as_of
        self.claim = situation.understood.claim
        self.understood = situation.understood
        self.noted: dict[tuple[str, str], Any] = {}  # what several causes ask of one feed, worked out once

    # who asks
    @cached_property
    def askers(self) -> frozenset[str] | None:
        """The taxpayers the asker acts for; ``None`` is the operator."""
        return None if self.claim.tax_ids is None else frozenset(self.claim.tax_ids)

    def is_party(self, held: Held) -> bool:
        """Tell whether the asker is entitled to see this invoice: an operator, its buyer or its seller."""
        if self.askers is None:
            return True
        return bool(self.askers & {held.buyer_tax_id, held.seller_tax_id} - {""})

    @cached_property
    def asks_as_buyer(self) -> bool:
        """Tell whether a taxpayer looks for it as its buyer: among the received ones, or naming himself the buyer."""
        if not self.askers:
            return False
        return self.claim.lookup == "received" or self.claim.buyer_tax_id in self.askers

    # what is held
    @cached_property
    def match(self) -> Held | None:
        """The invoice that lies under the asked key; of conflicting contents the one that agrees best."""
        if self.situation.held:
            return min(self.situation.held, key=lambda held: (len(compare(self.claim, held)), held.version))
        fitting = [held for held in self.situation.tail if supports(self.claim, held) > 0]
        return fitting[0] if len(fitting) == 1 else None

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Where the claim and the held invoice disagree."""
        return compare(self.claim, self.match) if self.match else ()

    @cached_property
    def names_another(self) -> bool:
        """Tell whether the claim names another buyer than the held invoice does, and no slip of the pen leads there.

        Its seller and its buyer know whose it is: of them a wrong buyer is a wrong field.
        """
        held = self.match
        if held is None or (self.askers is not None and self.is_party(held)):
            return False
        return is_another(self.claim, held)

    # what was asked
    @cached_property
    def key(self) -> str:
        """The asked key, or the first offered one, or the bare signs."""
        understood = self.understood
        return understood.key or (understood.offered[0] if understood.offered else understood.typed)

    @cached_property
    def kind(self) -> str | None:
        """The kind as given or as the code tells; of a bare 数电 number as its series does."""
        return self.stated_kind or (kind_of(*self._near()) if self.digital_parts else None)

    @cached_property
    def stated_kind(self) -> str | None:
        """The kind that follows from the claim alone."""
        if self.claim.kind in KINDS:
            return self.claim.kind
        return legacy.kind_of(self.claim.code or "") if self._has_code else None

    @cached_property
    def region(self) -> str | None:
        """The issuing region that the number tells."""
        if self._has_code:
            return legacy.region_of(self.claim.code or "")
        return self.digital_parts.region if self.digital_parts else None

    @cached_property
    def digital_parts(self) -> digital.DigitalNumber | None:
        """The 20-digit number taken apart; ``None`` for code and number, also when they were typed in one run."""
        if self._has_code or not digital.is_valid(self.key) or self._pasted(self.key):
            return None
        return digital.explain(self.key)

    def _pasted(self, key: str) -> bool:
        """Tell whether 20 digits that no 数电 number can be are a code and the number behind it, typed in one run."""
        if self.claim.kind in KINDS and KINDS[self.claim.kind].era != "tax-control":
            return False
        return bool(digital.impossible(key) and legacy.run_together(key, newest_year=self.today.year % 100))

    @cached_property
    def _has_code(self) -> bool:
        code, number = self.claim.code or "", self.claim.number or ""
        return len(code) in legacy.CODE_LENGTHS and code.isdigit() and len(number) != digital.LENGTH

    @cached_property
    def today(self) -> date:
        """The day of asking, in Beijing."""
        return self.as_of.astimezone(BEIJING).date()

    @cached_property
    def issued_on(self) -> date | None:
        """The claimed day of issue."""
        return self.claim.issued_on

    # feeds
    @cached_property
    def carriers(self) -> tuple[FeedFacts, ...]:
        """Feeds that promise completeness and would carry this region and, as far as it can be told, this kind.

        Where some carry it for sure (their kinds are open, or the kind is known), the others do not count. Railway
        numbers have 9 as fifth digit: a number without it is not looked for in a feed of tickets alone.
        """
        able = [
            feed
            for feed in self.situation.feeds
            if feed.complete and feeds.carries(feed, self.region, self.kind)
        ]
        certain = [feed for feed in able if not feed.kinds or self.kind]
        if certain or self.kind:
            return flow.bringing(certain, self.kind, self.situation.flows)
        rail = self.digital_parts is not None and self.digital_parts.channel == "9"
        return tuple(feed for feed in able if rail == (set(feed.kinds) <= TICKETS))

    @cached_property
    def certain_carriers(self) -> tuple[FeedFacts, ...]:
        """Carriers that count for sure: not limited to kinds, or the kind is known."""
        return tuple(feed for feed in self.carriers if not feed.kinds or self.kind)

    @cached_property
    def in_window(self) -> tuple[FeedFacts, ...]:
        """Carriers that keep invoices as old as this one."""
        return tuple(feed for feed in self.carriers if self._keeps(feed))

    def _keeps(self, feed: FeedFacts) -> bool:
        return feed.since is None or self.issued_on is None or feed.since <= self.issued_on

    def open_faults(self, component: str) -> list[tuple[FeedFacts, FaultFact]]:
        """Faults of one component open on the carriers; of others only those whose lost batch names this invoice."""
        return [
            (feed, fault)
            for feed in self.situation.feeds
            for fault in feed.faults
            if fault.component == component and (feed in self.carriers or self.named_by(fault))
        ]

    def named_by(self, fault: FaultFact) -> bool:
        """Tell whether a lost batch lists this number, alone or with its code."""
        return any(self.key in (each, invoice_key(self.claim.code, each)) for each in fault.numbers)

    def something_else(self, feed: FeedFacts) -> bool:
        """Tell whether more than delay holds it up: a fault of platform or outside service, or an announcement."""
        faulty = any(fault.component != "feed" and not fault.batch for fault in feed.faults)
        return faulty or bool(self.suspended)

    def mends_by(self, what: str, begun: datetime | None) -> datetime:
        """Return the moment by which nine in ten such faults that have lasted so long will have ended."""
        past = [seconds for feed in self.situation.feeds for name, seconds in feed.mended if name == what]
        age = (self.as_of - begun).total_seconds() if begun else 0.0
        believed = BATCH_HOURS if what == "batch" else FAULT_HOURS
        return self.as_of + timedelta(seconds=rest_of(past, age, believed=believed))

    # when it was issued
    @cached_property
    def block(self) -> tuple[Neighbour | None, Neighbour | None]:
        """The nearest held numbers below and above that belong to the claimed seller (or, unnamed, to one seller)."""
        below, above = self._near()
        return (below[0] if below else None), (above[0] if above else None)

    def _near(self) -> tuple[list[Neighbour], list[Neighbour]]:
        """Return the held numbers on either side within a block's reach, of the claimed seller if one is claimed."""
        seller = self.claim.seller_tax_id
        below, above = (
            [each for each in side if each.gap <= BLOCK_REACH and seller in (None, "", each.seller_tax_id)]
            for side in (self.situation.below, self.situation.above)
        )
        return below, above

    @cached_property
    def in_block(self) -> bool:
        """Tell whether the number lies inside or right after a dense block of its seller."""
        return any(self.block)

    @cached_property
    def between(self) -> bool:
        """Tell whether held numbers of one seller lie closely on both sides."""
        below, above = self.block
        return bool(below and above and below.seller_tax_id == above.seller_tax_id)

    @cached_property
    def gap(self) -> bool:
        """Tell whether the number is one of the few that are missing between two held ones of one seller."""
        return self.between and narrow(*self.block)

    @cached_property
    def far_from_any(self) -> bool:
        """Tell whether no held number of any seller lies in reach of this one."""
        return not (self.situation.below or self.situation.above)

    @cached_property
    def others_block(self) -> bool:
        """Tell whether the number lies closely between held ones that are all of one seller other than the one claimed.

        Where sellers share a series, two of one seller stand side by side by chance: then nothing contradicts.
        """
        sides = (self.situation.below, self.situation.above)
        near = [[each for each in side if each.gap <= BLOCK_REACH] for side in sides]
        sellers = {each.seller_tax_id for side in near for each in side}
        claimed = self.claim.seller_tax_id
        return bool(claimed) and all(near) and len(sellers) == 1 and claimed not in sellers

    @cached_property
    def out_of_turn(self) -> bool:
        """Tell whether the claimed day lies outside those of the numbers on both sides: numbers are given out in turn."""
        below, above = self.block
        if not (self.between and below and above and self.issued_on):
            return False
        return not below.issued_on <= self.issued_on <= above.issued_on

    @cached_property
    def since_issue(self) -> float:
        """Return how many invoices of its block would have followed by now, at the pace of the ones before it."""
        below = self.block[0]
        if below is None or not self.moments:
            return 0.0
        earlier = [
            each.issued_at
            for each in self.situation.below
            if each.seller_tax_id == below.seller_tax_id and each.issued_at and each.gap <= BLOCK_REACH
        ]
        issued = sum((moment - self.as_of).total_seconds() * share for moment, share in self.moments)
        if not earlier:
            return 0.0
        first = min(earlier)
        span = max(DAY / 4, (self.as_of - first).total_seconds() + issued)
        reach = max(each.gap for each in self.situation.below if each.issued_at == first)
        return reach / span * -issued

    @cached_property
    def moments(self) -> Moments:
        """Moments at which the invoice may have been issued, with their shares; none after ``as_of``.

        Without a claimed day the neighbouring numbers bound them; of an older year nothing is said.
        """
        below, above = self.block
        low = below.issued_at if below else None
        high = above.issued_at if above else None
        if self.issued_on is not None:
            return possible_moments(self.issued_on, self.as_of, low, high)
        if self.understood.key is None or self._of_an_older_year(above):
            return ()
        low = low or (datetime.combine(below.issued_on, time.min, BEIJING) if below else None)
        high = high or (end_of(above.issued_on) if above else None)
        return undated_moments(self.as_of, low, high, self._next_within(below))

    def _of_an_older_year(self, above: Neighbour | None) -> bool:
        week_ago = (self.as_of - timedelta(days=7)).astimezone(BEIJING)
        return above is None and self.digital_parts is not None and self.digital_parts.year < week_ago.year

    def _next_within(self, below: Neighbour | None) -> float:
        """Return the seconds that the block took for as many numbers as lie between its last one and this one."""
        earlier = [each for each in self.situation.below if each.issued_at and below and each.gap > below.gap]
        earlier = [each for each in earlier if below and each.seller_tax_id == below.seller_tax_id]
        if not earlier or below is None or below.issued_at is None:
            return 0.0
        first = max(earlier, key=lambda each: each.gap)
        spent = (below.issued_at - (first.issued_at or below.issued_at)).total_seconds()
        return max(3600.0, spent / (first.gap - below.gap) * below.gap * SLOWER)

    def measured(self, feed: FeedFacts) -> Moments:
        """Return the moments from which this feed's delay is counted."""
        return tuple((origin(moment, same_day=feed.same_day), share) for moment, share in self.moments)

    def pace(self, feed: FeedFacts) -> DelayCurve:
        """Return what this feed's own deliveries take: delays that its watermark had overtaken are left out."""
        pace = feed.pace or NO_PAST
        if feed.usual_gap is None:
            return pace
        limit = feed.usual_gap + REST - (0 if feed.same_day else DAY)
        if limit <= 0 or pace.survival(limit) > LATE_SHARE:
            return pace
        return DelayCurve(pace.counts, pace.seen, limit, pace.hours)

    def pace_as_asked(self, feed: FeedFacts) -> DelayCurve:
        """Return this feed's pace among those invoices that somebody asks for while they are under way."""
        return self.pace(feed).as_asked(0.0 if feed.same_day else DAY / 2)

    def passed(self, feed: FeedFacts) -> float:
        """Return the share of the possible moments of issue that this feed's watermark has passed, 0 to 1."""
        if feed.watermark is None:
            return 0.0
        return min(1.0, sum(share for moment, share in self.moments if moment <= feed.watermark))

    @cached_property
    def complete_past(self) -> float:
        """Return how surely some certain carrier is complete past the moment of issue, 0 to 1."""
        if self.suspended:
            return 0.0
        return max((self.passed(feed) for feed in self.certain_carriers if self._keeps(feed)), default=0.0)

    # statements
    @cached_property
    def suspended(self) -> tuple[Statement, ...]:
        """Announcements in force that touch this claim."""
        return tuple(each for each in self.situation.statements if self.touches(each) and self.in_force(each))

    def in_force(self, statement: Statement) -> bool:
        """Tell whether an announcement holds at the moment of asking."""
        begun = statement.starts_at <= self.as_of
        return begun and (statement.ends_at is None or self.as_of < statement.ends_at)

    def touches(self, statement: Statement) -> bool:
        """Tell whether an announcement is about this kind, region and function (`query` every lookup, `verify` any)."""
        functions = statement.functions
        function = (
            not functions or "query" in functions or ("verify" in functions and self.claim.lookup == "any")
        )
        region = not statement.regions or self.region in statement.regions
        kind = not statement.kinds or self.kind in statement.kinds
        return function and region and kind

    # contradictions
    @cached_property
    def cannot_be(self) -> bool:
        """Tell whether no invoice can carry the typed number on any date, so that nothing can be late or lost."""
        return self.form_error is not None

    @cached_property
    def form_error(self) -> tuple[str, str, str] | None:
        """Why no invoice can carry the number: code, Chinese, English; ``None`` when one can."""
        if self.understood.fiscal or self.understood.chain or self.understood.tail:
            return None
        for flaw in self.understood.flaws:
            return flaw.code, flaw.message, flaw.message_en
        slip = self._impossible()
        return (slip.code, slip.message, slip.message_en) if slip else None

    def _impossible(self) -> NumberError | None:
        key, claim = self.understood.key, self.claim
        if key is None:
            return None
        if claim.code and claim.number and len(claim.number) == legacy.NUMBER_LENGTH:
            return legacy.impossible(claim.code, claim.number)
        return digital.impossible(key) if len(key) == digital.LENGTH and not self._pasted(key) else None

    @cached_property
    def arrived(self) -> bool:
        """Tell whether it did arrive and was set aside: then nothing can be late, lost or unsent."""
        return bool(self.situation.set_aside)

    @cached_property
    def dated_ahead(self) -> bool:
        """Tell whether the claimed day lies in the future."""
        return self.issued_on is not None and self.issued_on > self.today

    # near misses
    @cached_property
    def suspects(self) -> tuple[tuple[Held, float], ...]:
        """Held invoices that the asker may have meant, with the log-odds that the other fields give, best first."""
        return suspects(self.situation, self.match)
