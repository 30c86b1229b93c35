"""Questions about invoices that are not there yet, or not at all, for a reason on their way (没到的票)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bureau.issue import Issued
from bureau.question import Asked, Asking, Maker, Truth
from bureau.world import BEIJING, Trouble, World


def _coming(
    cause: str, fits: Callable[[World, Issued, datetime], bool], existence: str = "not-found"
) -> Maker:
    def make(asking: Asking) -> Asked:
        one = asking.dice.choice(asking.world.issued)
        if one.delivered_at is None or one.fate == "refused":
            return None
        span = (one.delivered_at - one.issued_at).total_seconds()
        moment = one.issued_at + timedelta(seconds=asking.dice.uniform(0.02, 0.98) * span)
        if not asking.inside(moment) or not fits(asking.world, one, moment):
            return None
        return asking.claim(one, moment), Truth(existence, cause, arrives_at=one.delivered_at)

    return make


def _trouble(world: World, one: Issued, moment: datetime, component: str) -> Trouble | None:
    return next(
        (
            each
            for each in world.troubles
            if each.feed == one.feed
            and each.component == component
            and not each.batch
            and each.begin + timedelta(minutes=10) <= moment < each.end
        ),
        None,
    )


def _same_day_rule(world: World, one: Issued, moment: datetime) -> bool:
    feed = next(each for each in world.habit.feeds if each.key == one.feed)
    return feed.daily_at is not None and moment.astimezone(BEIJING).date() == one.issued_at.date()


def _healthy(world: World, one: Issued, moment: datetime) -> bool:
    return one.fate in ("normal", "late") and not any(
        each.feed == one.feed and each.begin <= moment <= each.end + timedelta(minutes=90)
        for each in world.troubles
        if not each.batch
    )


def _delayed(world: World, one: Issued, moment: datetime) -> bool:
    return one.fate == "normal" and _healthy(world, one, moment) and not _same_day_rule(world, one, moment)


def _too_early(world: World, one: Issued, moment: datetime) -> bool:
    return one.fate == "normal" and _healthy(world, one, moment) and _same_day_rule(world, one, moment)


def _outage(world: World, one: Issued, moment: datetime) -> bool:
    trouble = _trouble(world, one, moment, "feed")
    if trouble is None or _same_day_rule(world, one, moment) or _trouble(world, one, moment, "platform"):
        return False
    feed = next(each for each in world.habit.feeds if each.key == one.feed)
    wait = timedelta(minutes=15) if trouble.declared else timedelta(seconds=feed.every * 4 + 900)
    return (
        one.fate == "normal"
        and moment > trouble.begin + wait
        and one.uploaded_at is not None
        and one.uploaded_at < moment
    )


def _lost(world: World, one: Issued, moment: datetime) -> bool:
    if not one.fate.startswith("lost:"):
        return False
    trouble = next(each for each in world.troubles if each.batch == one.fate[5:])
    return moment > trouble.end + timedelta(minutes=5)


def _platform_down(asking: Asking) -> Asked:
    one = asking.dice.choice(asking.world.issued)
    trouble = next(
        (
            each
            for each in asking.world.troubles
            if each.component == "platform"
            and not each.batch
            and each.feed == one.feed
            and each.begin > one.issued_at
            and each.begin > asking.low
        ),
        None,
    )
    if trouble is None or one.delivered_at is None or one.fate != "normal":
        return None
    moment = trouble.begin + timedelta(minutes=10)
    if one.delivered_at <= moment:
        return None
    return asking.claim(one, moment), Truth("unknown", "platform-fault")


def _external(asking: Asking) -> Asked:
    trouble = next(
        iter(
            asking.dice.sample(
                [each for each in asking.world.troubles if each.component == "external"] or [None], 1
            )
        )
    )
    if trouble is None:
        return None
    moment = trouble.begin + (trouble.end - trouble.begin) * asking.dice.uniform(0.1, 0.9)
    if any(
        each is not trouble
        and each.feed == trouble.feed
        and each.begin <= moment <= each.end + timedelta(hours=2)
        for each in asking.world.troubles
    ):
        return None
    ones = [
        one
        for one in asking.world.issued
        if one.feed == trouble.feed
        and one.issued_at < moment
        and one.fate == "normal"
        and one.delivered_at
        and one.delivered_at > moment
    ]
    if not ones or moment < asking.low:
        return None
    return asking.claim(asking.dice.choice(ones), moment), Truth("unknown", "external-service")


LONG_ENOUGH = timedelta(hours=32)
"""After so long every healthy feed is complete past the day of issue."""


def _never(asking: Asking) -> Asked:
    picked = asking.pick(
        lambda one, moment: one.fate == "never-uploaded" and _overdue(asking.world, one, moment)
    )
    if not picked or any(each["_one"] is picked[0] for each in asking.world.imports):
        return None
    return asking.claim(*picked), Truth("not-found", "never-uploaded")


def _not_yet(asking: Asking) -> Asked:
    """The seller sent it late: while he has not, it counts as not uploaded."""
    picked = asking.pick(
        lambda one, moment: (
            one.uploaded_at is not None and one.uploaded_at > moment and _overdue(asking.world, one, moment)
        )
    )
    return (asking.claim(*picked), Truth("not-found", "never-uploaded")) if picked else None


def _overdue(world: World, one: Issued, moment: datetime) -> bool:
    """Tell whether a healthy feed has long been complete past the issue."""
    troubled = any(
        each.feed == one.feed and each.begin <= moment <= each.end + timedelta(hours=3)
        for each in world.troubles
    )
    return moment - one.issued_at > LONG_ENOUGH and not troubled


def _refused(asking: Asking) -> Asked:
    picked = asking.pick(
        lambda one, moment: (
            one.fate == "refused" and one.delivered_at is not None and one.delivered_at < moment
        ),
    )
    return (asking.claim(*picked), Truth("not-found", "refused")) if picked else None


def _not_imported(asking: Asking) -> Asked:
    if not asking.world.imports:
        return None
    event = asking.dice.choice(asking.world.imports)
    one: Issued = event["_one"]
    moment = asking.moment()
    if (
        moment < datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
        if "at" in event
        else moment < event["_at"]
    ):
        return None
    claim = asking.claim(one, moment, party="buyer") | {"code": event["code"], "number": event["number"]}
    return claim, Truth("not-found", "not-imported")


MAKERS: dict[str, Maker] = {
    "sync-delay": _coming("sync-delay", _delayed),
    "too-early": _coming("too-early", _too_early),
    "source-outage": _coming("source-outage", _outage, "unknown"),
    "lost-batch": _coming("platform-fault", _lost, "unknown"),
    "platform-down": _platform_down,
    "external-service": _external,
    "never-uploaded": _never,
    "not-uploaded-yet": _not_yet,
    "refused": _refused,
    "not-imported": _not_imported,
}
