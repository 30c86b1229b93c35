"""A world (世界): what is issued, what happens to it, and everything that the feeds tell of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec

from bureau.habits import FeedHabit, Habit
from bureau.issue import Issued, issue, later
from bureau.people import Party, Seller, make_party, make_sellers
from fapiao.numbers.region import REGIONS

BEIJING = timezone(timedelta(hours=8))
Event = dict[str, Any]


@dataclass(slots=True)
class Trouble:
    """A time in which a feed, the platform or an outside service did not work (故障)."""

    feed: str
    component: str
    begin: datetime
    end: datetime
    declared: bool = True
    batch: str = ""
    message: str = ""


@dataclass(slots=True)
class World:
    """A finished world (世界)."""

    habit: Habit
    begin: datetime
    days: int
    sellers: list[Seller]
    buyers: list[Party]
    issued: list[Issued] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    statements: list[Event] = field(default_factory=list)
    imports: list[Event] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        """The last moment of the world."""
        return self.begin + timedelta(days=self.days)


def make_world(*, seed: int, habit: Habit, days: int, invoices: int, begin: datetime) -> World:
    """Return a world; the same arguments always give the same one."""
    dice = random.Random(seed)
    regions = sorted({region for feed in habit.feeds for region in feed.regions})
    weights = [6 if region == "11" else 1 for region in regions]
    spread = [region for region, weight in zip(regions, weights, strict=True) for _ in range(weight)]
    sellers = make_sellers(dice, spread, max(24, invoices // 150), begin.year)
    buyers = [make_party(dice, "11", 100 + number) for number in range(max(30, invoices // 60))]
    world = World(habit, begin, days, sellers, buyers)
    _make_troubles(dice, world)
    _issue_all(dice, world, invoices)
    _tell(dice, world)
    return world


def _make_troubles(dice: random.Random, world: World) -> None:
    habit = world.habit
    hours = world.days * 24
    for feed in habit.feeds:
        for component, count in (
            ("feed", habit.outages),
            ("platform", habit.platform_faults),
            ("external", habit.external_faults),
        ):
            if component == "external" and "gateway" not in feed.key:
                continue
            for number in range(_about(dice, count * world.days / 45)):
                start = world.begin + timedelta(hours=dice.uniform(30, hours - 6))
                low, high = habit.outage_hours if component != "platform" else (0.3, 3.0)
                end = start + timedelta(hours=dice.uniform(low, high))
                batch = f"{feed.key}-b{number}" if component == "platform" and dice.random() < 0.7 else ""
                message = {"feed": "接口无响应", "platform": "入库失败", "external": "当日查验次数已用完"}[
                    component
                ]
                world.troubles.append(
                    Trouble(feed.key, component, start, end, dice.random() < 0.6, batch, message)
                )


def _about(dice: random.Random, mean: float) -> int:
    return int(mean) + (dice.random() < mean % 1)


def _issue_all(dice: random.Random, world: World, invoices: int) -> None:
    moments = sorted(_office_moment(dice, world) for _ in range(invoices))
    kinds, weights = zip(*world.habit.mix.items(), strict=True)
    rail = next((feed for feed in world.habit.feeds if feed.kinds == ("51",)), None)
    by_region = {
        region: feed for feed in world.habit.feeds if feed.kinds != ("51",) for region in feed.regions
    }
    for when in moments:
        seller, buyer = dice.choice(world.sellers), dice.choice(world.buyers)
        kind = "51" if rail and dice.random() < 0.05 else dice.choices(kinds, weights)[0]
        feed = rail if kind == "51" and rail else by_region[seller.region]
        invoice, key = issue(dice, seller, buyer, kind, when)
        one = Issued(invoice, key, seller, buyer, when, feed.key)
        _fate(dice, world, feed, one)
        world.issued.append(one)


def _office_moment(dice: random.Random, world: World) -> datetime:
    day = world.begin + timedelta(days=dice.randrange(world.days))
    hour = min(22.9, max(7.0, dice.gauss(13.5, 3.0)))
    return datetime.combine(day.date(), time(0), BEIJING) + timedelta(
        seconds=int(hour * 3600) + dice.randrange(60)
    )


def _fate(dice: random.Random, world: World, feed: FeedHabit, one: Issued) -> None:
    habit, chance = world.habit, dice.random()
    if chance < habit.never_uploaded:
        one.fate = "never-uploaded"
        return
    if chance < habit.never_uploaded + habit.late_upload:
        one.fate = "late"
        one.uploaded_at = one.issued_at + timedelta(hours=dice.uniform(4, 120))
    else:
        one.uploaded_at = later(dice, one.issued_at, 3, 0.6)
        if chance > 1 - habit.refused:
            one.fate = "refused"
    lost = next(
        (
            each
            for each in world.troubles
            if each.batch
            and each.feed == feed.key
            and each.component == "platform"
            and each.begin <= one.uploaded_at <= each.end
        ),
        None,
    )
    if lost and one.fate == "normal" and dice.random() < 0.7:
        one.fate = f"lost:{lost.batch}"
        one.delivered_at = lost.end + timedelta(hours=dice.uniform(6, 30))
        return
    one.delivered_at = _delivery(dice, world, feed, one.uploaded_at)
    _afterwards(dice, world, one)


def _delivery(dice: random.Random, world: World, feed: FeedHabit, uploaded: datetime) -> datetime:
    ready = min(
        later(dice, uploaded, feed.delay, feed.spread), uploaded + timedelta(minutes=feed.delay * feed.margin)
    )
    if feed.daily_at is not None:
        midnight = datetime.combine(uploaded.date() + timedelta(days=1), time(feed.daily_at), BEIJING)
        ready = midnight + timedelta(minutes=dice.uniform(0, feed.delay * 2))
    for trouble in world.troubles:
        if trouble.feed == feed.key and trouble.component == "feed" and trouble.begin <= ready <= trouble.end:
            ready = trouble.end + timedelta(minutes=dice.uniform(1, 30))
    return ready


def _afterwards(dice: random.Random, world: World, one: Issued) -> None:
    assert one.delivered_at is not None
    if dice.random() < world.habit.states:
        one.state = dice.choice(
            ("reversed", "reversed", "partly-reversed", "abnormal", "out-of-control", "voided")
        )
        one.state_at = one.issued_at + timedelta(hours=dice.uniform(1, 200))
        one.state_known = max(one.state_at, one.delivered_at) + timedelta(minutes=dice.uniform(1, 90))
    if dice.random() < world.habit.bins:
        moved = one.delivered_at + timedelta(hours=dice.uniform(1, 100))
        one.binned.append((moved, one.buyer.tax_id, True))
        if dice.random() < 0.3:
            one.binned.append((moved + timedelta(hours=dice.uniform(1, 48)), one.buyer.tax_id, False))


def _tell(dice: random.Random, world: World) -> None:
    events = [
        *_declarations(world),
        *_invoices(dice, world),
        *_afterlife(world),
        *_beats(world),
        *_faults(world),
        *_announcements(dice, world),
        *_own_imports(dice, world),
    ]
    events.sort(key=lambda event: event["_at"])
    counts: dict[str, int] = {}
    for event in events:
        moment: datetime = event.pop("_at")
        utc = dice.random() < 0.05
        event["at"] = (
            moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            if utc
            else moment.isoformat(timespec="seconds")
        )
        if "id" not in event:
            counts[event["feed"]] = counts.get(event["feed"], 0) + 1
            event["id"] = f"{event['feed']}-{counts[event['feed']]:07d}"
        world.events.append(event)
        if dice.random() < world.habit.repeats:
            world.events.append(event)


def _declarations(world: World) -> Iterator[Event]:
    since = world.begin.date().isoformat()
    for feed in world.habit.feeds:
        yield {
            "_at": world.begin,
            "feed": feed.key,
            "type": "feed",
            "label": feed.label,
            "regions": list(feed.regions),
            "kinds": list(feed.kinds),
            "since": since,
            "same_day": feed.daily_at is None,
            "every_seconds": feed.every,
        }
    yield {
        "_at": world.begin,
        "feed": "inbox",
        "type": "feed",
        "label": "邮箱与上传收票",
        "regions": [],
        "kinds": [],
        "since": since,
        "same_day": True,
        "every_seconds": None,
        "complete": False,
    }
    for party in (*world.sellers, *world.buyers):
        yield {
            "_at": world.begin + timedelta(minutes=1),
            "feed": "desk",
            "type": "taxpayer",
            "tax_id": party.tax_id,
            "name": party.name,
            "region": party.region,
            "active": True,
        }


def _invoices(dice: random.Random, world: World) -> Iterator[Event]:
    for one in world.issued:
        if one.delivered_at is None or one.delivered_at > world.end:
            continue
        told = dict(one.invoice)
        if one.fate == "refused":
            told["total"] = f"{float(told['total']) + dice.choice((1.0, 10.0, -3.0)):.2f}"
        yield {"_at": one.delivered_at, "feed": one.feed, "type": "invoice", "invoice": told}


def _afterlife(world: World) -> Iterator[Event]:
    for one in world.issued:
        code, number = one.invoice["code"], one.invoice["number"]
        if one.state_known and one.state_at and one.state_known < world.end:
            yield {
                "_at": one.state_known,
                "feed": one.feed,
                "type": "state",
                "code": code,
                "number": number,
                "state": one.state,
                "effective_at": one.state_at.isoformat(timespec="seconds"),
                "by_number": None,
            }
        for moment, by, into in one.binned:
            if moment < world.end:
                yield {
                    "_at": moment,
                    "feed": "inbox",
                    "type": "trash" if into else "untrash",
                    "code": code,
                    "number": number,
                    "by": by,
                }


def _down(world: World, feed: FeedHabit, moment: datetime) -> Trouble | None:
    return next(
        (
            each
            for each in world.troubles
            if each.feed == feed.key and each.component == "feed" and each.begin <= moment < each.end
        ),
        None,
    )


def _beats(world: World) -> Iterator[Event]:
    for feed in world.habit.feeds:
        moment = world.begin + timedelta(seconds=feed.every)
        while moment < world.end:
            if not _down(world, feed, moment):
                complete = moment - timedelta(minutes=feed.delay * feed.margin)
                if feed.daily_at is not None:
                    complete = datetime.combine(moment.date(), time(0), BEIJING)
                    settled = datetime.combine(moment.date(), time(feed.daily_at), BEIJING) + timedelta(
                        minutes=feed.delay * 2
                    )
                    complete -= timedelta(days=moment < settled)
                late = _just_back(world, feed, moment)
                if late or (feed.daily_at is not None and moment.hour % 6):
                    yield {"_at": moment, "feed": feed.key, "type": "heartbeat"}
                elif complete > world.begin:
                    yield {
                        "_at": moment,
                        "feed": feed.key,
                        "type": "watermark",
                        "complete_to": complete.isoformat(timespec="seconds"),
                    }
            moment += timedelta(seconds=feed.every)


def _just_back(world: World, feed: FeedHabit, moment: datetime) -> bool:
    return any(
        each.feed == feed.key
        and each.component == "feed"
        and each.end <= moment < each.end + timedelta(minutes=40)
        for each in world.troubles
    )


def _faults(world: World) -> Iterator[Event]:
    for each in world.troubles:
        if each.component == "feed" and not each.declared:
            continue
        batch = None
        told_at, cleared_at = each.begin + timedelta(minutes=3), each.end
        if each.batch:
            lost = [one for one in world.issued if one.fate == f"lost:{each.batch}"]
            if not lost:
                continue
            uploads = sorted(one.uploaded_at for one in lost if one.uploaded_at)
            batch = {
                "id": each.batch,
                "from": uploads[0].isoformat(timespec="seconds"),
                "to": uploads[-1].isoformat(timespec="seconds"),
                "count": len(lost),
            }
            told_at = each.end
            cleared_at = max(one.delivered_at for one in lost if one.delivered_at) + timedelta(minutes=5)
        for moment, kind in ((told_at, "fault"), (cleared_at, "fault-cleared")):
            if moment < world.end:
                event: Event = {
                    "_at": moment,
                    "feed": each.feed,
                    "type": kind,
                    "component": each.component,
                    "message": each.message if kind == "fault" else "已恢复",
                }
                yield event | ({"batch": batch} if batch else {})


def _announcements(dice: random.Random, world: World) -> Iterator[Event]:
    covered = {region for feed in world.habit.feeds for region in feed.regions}
    open_regions = sorted(set(REGIONS) - covered)
    begin = world.begin + timedelta(days=world.days * 0.5)
    rows: list[tuple[str, list[str], list[str], list[str], datetime | None]] = [
        (f"{REGIONS[open_regions[0]][0]}共享暂停", [], open_regions[:1], ["query", "verify"], None),
        ("二手车票查询改道", ["84", "15"], [], ["query", "verify"], None),
        ("批量导入模板更换", [], [], ["import"], begin + timedelta(days=10)),
    ]
    for number, (title, kinds, regions, functions, until) in enumerate(rows):
        event: Event = {
            "_at": begin + timedelta(hours=number),
            "feed": "desk",
            "type": "announcement",
            "id": f"ann-{number:03d}",
            "title": title,
            "body": f"{title}。",
            "kinds": kinds,
            "regions": regions,
            "functions": functions,
            "from": (begin + timedelta(days=1)).isoformat(timespec="seconds"),
            "until": until.isoformat(timespec="seconds") if until else None,
        }
        world.statements.append(dict(event))
        yield event


def _own_imports(dice: random.Random, world: World) -> Iterator[Event]:
    for one in world.issued:
        if one.fate == "never-uploaded" and dice.random() < 0.2:
            event: Event = {
                "_at": one.issued_at + timedelta(hours=dice.uniform(20, 60)),
                "feed": "inbox",
                "type": "import-row",
                "tax_id": one.buyer.tax_id,
                "code": one.invoice["code"],
                "number": one.invoice["number"],
                "result": dice.choice(("failed", "failed", "pending")),
                "reason": dice.choice(("购方税号不符", "模板列缺失", "金额格式不对")),
            }
            if event["_at"] < world.end:
                world.imports.append({**event, "_one": one})
                yield event


def write_events(world: World, path: str, until: datetime | None = None) -> int:
    """Write the events as JSON Lines; those after ``until`` go into a file of their own, ``later.jsonl`` beside it."""
    later = Path(path).with_name("later.jsonl")
    with open(path, "wb") as file, later.open("wb") as waiting:
        for event in world.events:
            due = datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
            (file if until is None or due <= until else waiting).write(msgspec.json.encode(event) + b"\n")
    return len(world.events)


def on_its_way(world: World, now: datetime) -> Issued | None:
    """Return an invoice that was issued and uploaded but not yet delivered, the one that comes soonest but not at once."""
    coming = [
        one
        for one in world.issued
        if one.fate == "normal"
        and one.uploaded_at
        and one.delivered_at
        and one.uploaded_at <= now
        and one.feed != "rail"
        and one.delivered_at > now + timedelta(minutes=4)
        and one.invoice["kind"] in ("81", "82")
        and not any(
            each.feed == one.feed and each.begin - timedelta(hours=1) <= now <= each.end + timedelta(hours=2)
            for each in world.troubles
        )
    ]
    return min(coming, key=lambda one: one.delivered_at or now, default=None)
