"""Exports (官方导出与提问): what an asker's own exports say of an invoice that is missing.

The tax account shows a taxpayer all invoices that name him, of every region. So one that is missing in an export which
covers its day was most likely never uploaded; and of one issued after the newest export nothing is known before he exports
again. Only the asker's own exports count, and only for the direction he asks in.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fapiao.answer import Coverage
from fapiao.cause import Evidence
from fapiao.circumstances import BEIJING, Circumstances
from fapiao.official_export import feed_key
from fapiao.situation import ExportFact
from fapiao.vocabulary import KINDS

SETTLES = timedelta(days=4)
"""The account lists an invoice at the latest four days after its issue; before that a miss may be mere delay."""
COVERED, AGAIN = 1.5, 5.0
"""A settled export is the tax bureau's own list: what it lacks was hardly uploaded, unless its number was typed wrong. Where
nothing but exports brings invoices, one issued after the newest of them cannot be here."""
AGAINST_DELAY = -3.0
FRESH = 4.0


def relevant(circumstances: Circumstances) -> tuple[ExportFact, ...]:
    """Return the asker's own exports of the direction he asks in, newest first."""
    way = _direction(circumstances)
    askers = circumstances.askers
    own = [
        each
        for each in circumstances.situation.exports
        if each.direction == way and (askers is None or each.tax_id in askers)
    ]
    return tuple(sorted(own, key=lambda each: each.exported_at, reverse=True))


def _direction(circumstances: Circumstances) -> str:
    claim = circumstances.claim
    if claim.lookup in ("received", "issued"):
        return claim.lookup
    ours = circumstances.askers or {each.tax_id for each in circumstances.situation.exports}
    sold = claim.seller_tax_id in ours and claim.buyer_tax_id not in ours
    return "issued" if sold else "received"


def covering(circumstances: Circumstances) -> ExportFact | None:
    """Return the newest own export that would show the invoice: of its day, its kind, and made after that day."""
    day = circumstances.issued_on
    if day is None or circumstances.match or circumstances.arrived:
        return None
    return next((each for each in relevant(circumstances) if _covers(each, day, circumstances.kind)), None)


def _covers(export: ExportFact, day: date, kind: str | None) -> bool:
    shown = export.kind == "full" or (kind in KINDS and KINDS[kind].special)
    made = export.exported_at.astimezone(BEIJING).date()
    return shown and export.period_from <= day <= export.period_to and day < made


def settled(export: ExportFact, day: date) -> bool:
    """Tell whether an export was made so long after a day that the account had caught up with it."""
    return export.exported_at >= datetime.combine(day + timedelta(days=1), time.min, BEIJING) + SETTLES


def wanting(circumstances: Circumstances) -> ExportFact | None:
    """Return the newest own export where none reaches the invoice's day, so that a new one is called for."""
    day, own = circumstances.issued_on, relevant(circumstances)
    if day is None or not own or circumstances.match or circumstances.arrived or circumstances.dated_ahead:
        return None
    if circumstances.cannot_be or covering(circumstances):
        return None
    return own[0]


def says_unsent(circumstances: Circumstances) -> list[Evidence]:
    """Return what a covering export adds to the thought that the seller never uploaded it."""
    export = covering(circumstances)
    day = circumstances.issued_on
    if export is None or day is None:
        return []
    if settled(export, day):
        return [Evidence("export-without", *_missing(export), COVERED)]
    return [Evidence("export-fresh", *_fresh(export), 0.0)]


def says_against_delay(circumstances: Circumstances) -> list[Evidence]:
    """Return what a settled export takes from the thought that it is only late."""
    export = covering(circumstances)
    if export is None or circumstances.issued_on is None or not settled(export, circumstances.issued_on):
        return []
    return [Evidence("export-without", *_missing(export), AGAINST_DELAY)]


def says_late(circumstances: Circumstances) -> tuple[Evidence, datetime] | None:
    """Return the evidence for delay in the account itself, and when it will have caught up; ``None`` otherwise."""
    export, day = covering(circumstances), circumstances.issued_on
    if export is None or day is None or settled(export, day):
        return None
    until = datetime.combine(day + timedelta(days=1), time.min, BEIJING) + SETTLES
    return Evidence("export-fresh", *_fresh(export), FRESH), max(until, circumstances.as_of)


def says_again(circumstances: Circumstances) -> Evidence | None:
    """Return the evidence that the asker's exports do not reach this invoice; only where no feed brings it."""
    export, day = wanting(circumstances), circumstances.issued_on
    if export is None or day is None or circumstances.in_window:
        return None
    made = export.exported_at.astimezone(BEIJING)
    if day >= made.date():
        said = (
            f"您最新的导出是 {_moment(made).strip()}，这张票是 {_day(day)}开的",
            f"your newest export is of {_moment_en(made)}; this invoice is of {_day_en(day)}",
        )
    else:
        said = (
            f"您最新的导出只含 {_day(export.period_from)}到 {_day(export.period_to)}，这张票是 {_day(day)}开的",
            f"your newest export spans {_day_en(export.period_from)} to {_day_en(export.period_to)}; "
            f"this invoice is of {_day_en(day)}",
        )
    return Evidence("export-again", *said, AGAIN)


def coverage(circumstances: Circumstances) -> tuple[Coverage, ...]:
    """Return the asker's newest export as a feed that the claim depends on: current where it reaches the invoice's day."""
    export = covering(circumstances) or next(iter(relevant(circumstances)), None)
    if export is None or circumstances.match:
        return ()
    key = feed_key(export.tax_id, export.direction)
    named = next((feed.label for feed in circumstances.situation.feeds if feed.feed == key), "")
    lag = max(0, int((circumstances.as_of - export.exported_at).total_seconds()))
    reaches = covering(circumstances) is not None
    return (
        Coverage(
            feed=key,
            label=named or key,
            watermark=export.exported_at,
            lag_seconds=lag,
            state="current" if reaches else "delayed",
        ),
    )


def step(circumstances: Circumstances) -> tuple[str, str] | None:
    """Return how to export again so that this invoice is in it, in both languages; ``None`` where that would not help."""
    said, day = says_again(circumstances), circumstances.issued_on
    if said is None or day is None:
        return None
    received = _direction(circumstances) == "received"
    way, way_en = ("取得发票", "取得发票 (received)") if received else ("开具发票", "开具发票 (issued)")
    return (
        f"{said.message}：请重新导出。登录电子税务局，依次进入“税务数字账户”“发票查询统计”“全量发票查询”，"
        f"选“{way}”，开票日期要包含 {_day(day)}，查询后点“导出”，再把文件导入这里",
        f"{said.message_en}: export again. In the electronic tax bureau open 税务数字账户, 发票查询统计, 全量发票查询, "
        f"choose {way_en}, a date range with {_day_en(day)}, query, press 导出, and import the file here",
    )


def _missing(export: ExportFact) -> tuple[str, str]:
    made = export.exported_at.astimezone(BEIJING)
    return (
        f"您 {_moment(made)}从税务数字账户导出的清单包含这一天，里面没有这张票",
        f"your export of {_moment_en(made)} from the tax account covers that day and does not have it",
    )


def _fresh(export: ExportFact) -> tuple[str, str]:
    made = export.exported_at.astimezone(BEIJING)
    days = SETTLES.days
    return (
        f"您 {_moment(made)}的导出里还没有这张票；税务数字账户最迟 {days} 天后列全",
        f"your export of {_moment_en(made)} does not have it yet; the tax account lists all within {days} days",
    )


def _moment(when: datetime) -> str:
    return f"{when.month}月{when.day}日 {when:%H:%M} "


def _moment_en(when: datetime) -> str:
    return f"{when.day} {when:%b %H:%M}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _day_en(day: date) -> str:
    return f"{day.day} {day:%b}"
