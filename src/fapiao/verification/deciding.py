"""Deciding (免查): what answers a claim without an outside query; the first rule that holds is the reason.

Asking outside costs money and one of five asks that the invoice has today. So a number that cannot be, a slip of the pen whose
true number is held, an invoice that is here, that arrived and was set aside, that its feed cannot have yet, that a complete
feed lacks: none of them is asked for.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import msgspec

from fapiao import exports, feeds
from fapiao.circumstances import BEIJING, Circumstances
from fapiao.situation import Situation
from fapiao.verification.question import WINDOW_YEARS, Field, Question, fields_of, question_of

COMPLETE = 0.97
"""How surely a feed must be complete past the moment of issue for its silence to be an answer."""
SUPPORTED = 4.0
"""Log-odds from which a near number counts as the one meant: a sum that fits, not merely a neighbour's day and kind."""
NOT_REACHED = 0.03
"""A healthy feed that has passed so little of the possible moments of issue simply is not there yet."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What may be set (查验规则): ``same_day`` tells whether the service answers for invoices issued today."""

    same_day: bool = False
    window_years: int = WINDOW_YEARS


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Why no query is spent (免查原因): a code, a sentence in both languages, and from when asking makes sense."""

    code: str
    message: str
    message_en: str
    until: datetime | None = None


def decide(situation: Situation, rules: Rules | None = None) -> Decided | Question:
    """Return why nothing need be asked, or the whole question. Pure: the same situation gives the same reply."""
    circumstances = Circumstances(situation)
    given = rules or Rules()
    found = (
        _held(circumstances)
        or _meant_another(circumstances)
        or _impossible(circumstances)
        or _by_date(circumstances, given)
        or _arrived(circumstances)
        or _suspended(circumstances)
        or _by_feeds(circumstances)
    )
    if found:
        return found
    question = question_of(situation.understood, circumstances.kind)
    return question or _incomplete(circumstances)


def _held(circumstances: Circumstances) -> Decided | None:
    if circumstances.match or circumstances.situation.held:
        return Decided(code="found", message="本平台有这张票，不用再查", message_en="it is held here")
    if circumstances.situation.tail:
        return Decided(
            code="ambiguous",
            message="有几张票都符合，请先补上发票代码",
            message_en="several invoices fit; give the code first",
        )
    return None


def _impossible(circumstances: Circumstances) -> Decided | None:
    understood = circumstances.understood
    if understood.fiscal or understood.chain:
        return Decided(
            code="elsewhere",
            message="这类票据不在税务查验平台，查了也没有",
            message_en="such receipts are not on the tax platform",
        )
    if circumstances.form_error:
        _, message, message_en = circumstances.form_error
        return Decided(code="malformed", message=message, message_en=message_en)
    if understood.key is None:
        return Decided(
            code="malformed", message="没有完整的发票号码", message_en="there is no whole invoice number"
        )
    return None


def _by_date(circumstances: Circumstances, rules: Rules) -> Decided | None:
    day, today = circumstances.issued_on, circumstances.today
    if day is None:
        return None
    if day > today:
        return Decided(
            code="outside-window", message="开票日期还没有到", message_en="its date lies in the future"
        )
    if day < _years_before(today, rules.window_years):
        return Decided(
            code="outside-window",
            message=f"查验平台只保留 {rules.window_years} 年",
            message_en=f"the platform keeps {rules.window_years} years",
        )
    if day == today and not rules.same_day:
        tomorrow = datetime.combine(today + timedelta(days=1), time.min, BEIJING)
        return Decided(
            code="too-early",
            message="当日开具的票要到次日才能查验",
            message_en="an invoice of today can be asked for from tomorrow",
            until=tomorrow,
        )
    return None


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _arrived(circumstances: Circumstances) -> Decided | None:
    if circumstances.arrived:
        return Decided(
            code="refused",
            message="这张票到过，因数据有误放在隔离区",
            message_en="it arrived and was set aside for an error in its data",
        )
    askers = circumstances.askers
    mine = [row for row in circumstances.situation.imports if askers is None or row.tax_id in askers]
    if mine and max(mine, key=lambda row: row.known_at).result != "accepted":
        return Decided(
            code="not-imported",
            message="您的导入里这一行没有成功，先改正再导入",
            message_en="your import failed on this row",
        )
    return None


def _meant_another(circumstances: Circumstances) -> Decided | None:
    """A held invoice near the typed number that the other fields support is the one that was meant."""
    if circumstances.understood.offered and circumstances.situation.offered:
        return _TYPED_WRONG
    return _TYPED_WRONG if any(support >= SUPPORTED for _, support in circumstances.suspects) else None


_TYPED_WRONG = Decided(
    code="typed-wrong",
    message="号码很可能输错了，请先核对建议的号码",
    message_en="the number was probably typed wrong; compare the ones offered",
)


def _suspended(circumstances: Circumstances) -> Decided | None:
    if not circumstances.suspended:
        return None
    statement = circumstances.suspended[0]
    return Decided(
        code="policy",
        message=f"公告有效期内：{statement.title}",
        message_en=f"an announcement is in force: {statement.title}",
        until=statement.ends_at,
    )


def _by_feeds(circumstances: Circumstances) -> Decided | None:
    """A complete feed's silence is an answer; a healthy feed that has not got there yet will bring it by itself."""
    if circumstances.issued_on is None or circumstances.open_faults("platform"):
        return None
    export = exports.covering(circumstances)
    listed = export is not None and exports.settled(export, circumstances.issued_on)
    if listed or circumstances.complete_past >= COMPLETE:
        return Decided(
            code="never-uploaded",
            message="来源的数据已补齐到开具之后，没有这张票：请联系销方",
            message_en="a feed complete past its issue does not have it: ask the seller",
        )
    able = [each for each in circumstances.in_window if feeds.state(each, circumstances.as_of) == "current"]
    if able and all(circumstances.passed(each) <= NOT_REACHED for each in able):
        return Decided(
            code="sync-delay",
            message="来源还没到开具那个时间，到了会自动有",
            message_en="the feed has not reached its time of issue; it will come by itself",
        )
    return None


def _incomplete(circumstances: Circumstances) -> Decided:
    rows = fields_of(circumstances.understood, circumstances.kind)
    lacking = [each for each in rows if not each.value]
    if circumstances.kind is None:
        lacking.append(Field(name="kind", label="发票种类", label_en="Kind", value=""))
    return Decided(
        code="incomplete",
        message=f"还缺：{'、'.join(each.label for each in lacking)}",
        message_en=f"missing: {', '.join(each.label_en.lower() for each in lacking)}",
    )
