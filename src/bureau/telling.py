"""Telling (来源的话): the feed events of a world, in the order in which they reach the platform."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bureau.beats import beats
from bureau.world import Event, World
from fapiao.numbers.region import REGIONS


def tell(dice: random.Random, world: World, confirmed: Callable[[World], Iterator[Event]]) -> None:
    """Put everything that the feeds tell into the world's events, in order.

    ``confirmed`` gives the outcomes, once announcements and imports are known.
    """
    first = not world.stretch
    events = [
        *(_declarations(world) if first else ()),
        *_invoices(dice, world),
        *_afterlife(world),
        *beats(world),
        *_faults(world),
        *(_announcements(dice, world) if first else ()),
        *_own_imports(dice, world),
    ]
    events += confirmed(world)
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
            event["id"] = f"{event['feed']}-{world.mark}{counts[event['feed']]:07d}"
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
        if one.delivered_at is None or one.delivered_at > world.told_until:
            continue
        told = dict(one.invoice)
        if one.fate == "refused":
            told["total"] = f"{float(told['total']) + dice.choice((1.0, 10.0, -3.0)):.2f}"
        yield {"_at": one.delivered_at, "feed": one.feed, "type": "invoice", "invoice": told}


def _afterlife(world: World) -> Iterator[Event]:
    for one in world.issued:
        code, number = one.invoice["code"], one.invoice["number"]
        if one.state_known and one.state_at and one.state_known < world.told_until:
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
            if moment < world.told_until:
                yield {
                    "_at": moment,
                    "feed": "inbox",
                    "type": "trash" if into else "untrash",
                    "code": code,
                    "number": number,
                    "by": by,
                }


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
            if moment < world.told_until:
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
            if event["_at"] < world.told_until:
                world.imports.append({**event, "_one": one})
                yield event
