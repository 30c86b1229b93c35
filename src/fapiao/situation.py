"""A situation (情形): everything that was known about one claim at one moment, as frozen values.

`jingpiao.inquiry` fills it from the database; `fapiao.diagnosis` reads nothing else. All moments carry an offset, and
nothing in it was learnt after ``as_of``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from fapiao.claim import Understood
from fapiao.delay import DelayCurve


class NextState(msgspec.Struct, frozen=True):
    """A state that is told already and holds only from a later moment on (将要生效的状态)."""

    state: str
    effective_at: datetime


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that was held (在账发票). ``state`` is the contract's validity word as of the moment,
    ``next_state`` the soonest that was told by then and was still to take effect.

    ``binned_by`` are the taxpayers in whose recycle bin it lay (``""``: the local operator's). ``alias`` is the second
    key of 数电纸质. ``body`` is the whole invoice as JSON.
    """

    key: str
    alias: str | None = None
    version: int = 1
    kind: str | None = None
    region: str | None = None
    issued_on: date
    issued_at: datetime | None = None
    amount: Decimal
    tax: Decimal | None = None
    total: Decimal
    seller_tax_id: str = ""
    seller_name: str = ""
    buyer_tax_id: str = ""
    buyer_name: str = ""
    check_code: str = ""
    feed: str
    known_at: datetime
    state: str = "normal"
    state_at: datetime | None = None
    next_state: NextState | None = None
    binned_by: tuple[str, ...] = ()
    body: str = "{}"


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival that waited in quarantine (隔离): its key and the reasons."""

    key: str
    reasons: tuple[str, ...]
    feed: str
    known_at: datetime


class ImportFact(msgspec.Struct, frozen=True, kw_only=True):
    """What a taxpayer's own import last said of this invoice (导入结果): ``accepted``, ``failed``, ``pending``."""

    tax_id: str
    result: str
    reason: str
    known_at: datetime


class ExportFact(msgspec.Struct, frozen=True, kw_only=True):
    """An official export that a taxpayer brought (官方导出): ``direction`` is ``received`` or ``issued``.

    It shows every invoice of its period (``kind`` ``full``), or the deductible ones (``deduction``), as the tax account had
    them at ``exported_at``.
    """

    tax_id: str
    direction: str
    period_from: date
    period_to: date
    exported_at: datetime
    kind: str = "full"


class VerificationFact(msgspec.Struct, frozen=True, kw_only=True):
    """What the national platform said when it was asked for exactly the claimed fields (查验结论).

    ``channel`` is the service, or ``manual`` for a person who looked there; ``result`` a code of `fapiao.vocabulary.RESULTS`.
    """

    channel: str
    result: str
    state: str
    known_at: datetime


class FaultFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that was open (未恢复的故障). ``numbers`` names what a batch lost; ``lost_from``/``lost_to`` bound it."""

    component: str
    message: str
    since: datetime
    batch: str = ""
    lost_from: datetime | None = None
    lost_to: datetime | None = None
    count: int | None = None
    numbers: tuple[str, ...] = ()


class FeedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One feed as it stood (来源状态). Empty ``regions`` or ``kinds`` mean all. One that was not ``declared`` promises nothing.

    ``usual_gap`` is how old, in seconds, its watermark ordinarily grows before the next one comes (95th percentile of
    its own past), ``None`` without a past, and ``longest_gap`` how old it grew but three times; ``pace`` what its deliveries have taken, ``None`` without a past. ``mended``: its
    faults that ended before, each with how long it lasted in seconds: by component, or ``batch``.
    """

    feed: str
    label: str = ""
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: date | None = None
    same_day: bool = True
    every_seconds: int | None = None
    complete: bool = True
    declared: bool = True
    watermark: datetime | None = None
    spoke_at: datetime | None = None
    faults: tuple[FaultFact, ...] = ()
    usual_gap: float | None = None
    longest_gap: float | None = None
    pace: DelayCurve | None = None
    mended: tuple[tuple[str, float], ...] = ()


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What one part of a feed brought (到达情况): of a region, of a kind, or of all where both are empty.

    ``daily``: invoices a day, of late. ``quiet_since``: the end of the hour in which it last brought one, ``None``: none of late.
    ``missed``: how many it would have brought since, by its usual share of what the rest of its feed brought meanwhile; of a
    whole feed by what it brings at such hours. ``None`` where nothing tells. ``clock``: for a whole feed that delivers by the
    clock, how much more or less than on average it brings in each hour of the Beijing day; empty where it delivers at all hours.
    """

    feed: str
    region: str = ""
    kind: str = ""
    daily: float = 0.0
    quiet_since: datetime | None = None
    missed: float | None = None
    clock: tuple[float, ...] = ()


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement that was known (公告). Empty lists mean all."""

    event_id: str
    title: str
    body: str = ""
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    starts_at: datetime
    ends_at: datetime | None = None


class TaxpayerFact(msgspec.Struct, frozen=True, kw_only=True):
    """A taxpayer that some source described (纳税人)."""

    tax_id: str
    name: str = ""
    region: str = ""
    active: bool = True


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """A held invoice next to the asked number in its number block (号段邻票). ``gap`` counts numbers in between + 1."""

    key: str
    gap: int
    kind: str = ""
    seller_tax_id: str
    issued_on: date
    issued_at: datetime | None
    feed: str


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What confirmed outcomes taught until ``as_of`` (历史结论): how often each cause was the true one, and what evidence weighs.

    ``levels`` are counts by cause: of all questions first, then of those ever more like this one (`fapiao.learning`).
    ``shifts`` are added to the stated weights, by the names of `fapiao.likelihood`. ``stretches`` are the factors, by cause, by
    which the waits that are foretold have to be taken (`fapiao.waits`).
    """

    levels: tuple[dict[str, float], ...] = ()
    shifts: dict[str, float] = {}
    stretches: dict[str, float] = {}


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that bears on one claim (情形).

    ``held`` lies under exactly the asked key (several when contents conflict), ``offered`` under a key that was only
    offered, ``near`` within two edits, ``tail`` ends in an 8-digit number given without code. ``below`` and ``above``
    are the nearest held numbers of the block, nearest first.
    """

    as_of: datetime
    understood: Understood
    held: tuple[Held, ...] = ()
    offered: tuple[Held, ...] = ()
    near: tuple[Held, ...] = ()
    tail: tuple[Held, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    imports: tuple[ImportFact, ...] = ()
    exports: tuple[ExportFact, ...] = ()
    verifications: tuple[VerificationFact, ...] = ()
    feeds: tuple[FeedFacts, ...] = ()
    flows: tuple[Flow, ...] = ()
    statements: tuple[Statement, ...] = ()
    taxpayers: tuple[TaxpayerFact, ...] = ()
    below: tuple[Neighbour, ...] = ()
    above: tuple[Neighbour, ...] = ()
    learned: Learned = Learned()
    own_fault: str = ""
