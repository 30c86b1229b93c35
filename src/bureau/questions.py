"""Questions (提问): claims about a world's invoices at moments of its last days, with the truth that the world knows.

The truth follows from what happened to the invoice, not from what an answer would like it to be.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bureau.issue import Issued
from bureau.people import make_tax_id
from bureau.slips import mistype
from bureau.world import BEIJING, Trouble, World
from fapiao.qr import build
from fapiao.vocabulary import KINDS, qr_code_of

Claim = dict[str, Any]


@dataclass(slots=True)
class Truth:
    """What is true of a claim (真相). ``arrives_at``: when the invoice came, for those that were still to come."""

    existence: str
    cause: str | None
    validity: str = "unknown"
    arrives_at: datetime | None = None


Asked = tuple[Claim, Truth] | None
Maker = Callable[[random.Random, World], Asked]


def ask(*, seed: int, world: World, each: int) -> Iterator[tuple[Claim, Truth]]:
    """Yield about ``each`` claims a class, in a shuffled order, with refs that name their class."""
    dice = random.Random(seed * 7919 + 1)
    asked: list[tuple[Claim, Truth]] = []
    for name, maker in MAKERS.items():
        made = tries = 0
        while made < each and tries < each * 60:
            tries += 1
            pair = maker(dice, world)
            if pair:
                made += 1
                pair[0]["ref"] = f"{name}-{made:04d}"
                asked.append(pair)
    dice.shuffle(asked)
    yield from asked


def _moment(dice: random.Random, world: World) -> datetime:
    return (
        world.begin
        + timedelta(days=world.days * 2 / 3)
        + timedelta(seconds=dice.randrange(int(world.days * 86400 / 3)))
    )


def _claim(dice: random.Random, one: Issued, as_of: datetime, *, party: str = "any") -> Claim:
    invoice = one.invoice
    claim: Claim = {"code": invoice["code"], "number": invoice["number"], "issued_on": invoice["issued_on"]}
    if invoice["digital_number"] and dice.random() < 0.5:
        claim |= {"code": None, "number": invoice["digital_number"]}
    claim["total" if dice.random() < 0.6 else "amount"] = None
    for name in ("total", "amount"):
        if name in claim:
            claim[name] = invoice[name]
    if dice.random() < 0.7 or one.feed in ("bj-dzfp", "rail"):
        claim["kind"] = invoice["kind"]
    if dice.random() < 0.5:
        claim["seller_tax_id"] = one.seller.tax_id
    if dice.random() < 0.3:
        claim["buyer_tax_id"] = one.buyer.tax_id
    who = dice.random()
    if party == "buyer" or (party == "any" and who < 0.6):
        claim["tax_ids"] = [one.buyer.tax_id]
    elif party == "any" and who < 0.75:
        claim["tax_ids"] = []
    claim["as_of"] = as_of.isoformat(timespec="seconds")
    return {name: value for name, value in claim.items() if value is not None or name == "tax_ids"}


def _held(one: Issued, moment: datetime) -> bool:
    return one.fate != "refused" and one.delivered_at is not None and one.delivered_at < moment


def _validity(one: Issued, moment: datetime) -> str:
    return one.state if one.state_known and one.state_known <= moment else "normal"


def _pick(
    dice: random.Random, world: World, fits: Callable[[Issued, datetime], bool]
) -> tuple[Issued, datetime] | None:
    moment = _moment(dice, world)
    for _ in range(40):
        one = dice.choice(world.issued)
        if one.issued_at < moment and fits(one, moment):
            return one, moment
    return None


def _binned(one: Issued, moment: datetime) -> bool:
    moves = [into for when, _, into in one.binned if when <= moment]
    return bool(moves and moves[-1])


def _found(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and not _binned(one, moment))
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment)
    if "seller_tax_id" not in claim and dice.random() < 0.2:
        claim = _as_text(one, claim)
    return claim, Truth("found", None, _validity(one, moment))


def _as_text(one: Issued, claim: Claim) -> Claim:
    invoice = one.invoice
    number = invoice["digital_number"] or invoice["number"]
    code = "" if len(number) == 20 else invoice["code"]
    amount = Decimal(invoice["total"] if len(number) == 20 else invoice["amount"])
    day = datetime.fromisoformat(invoice["issued_on"]).date()
    text = build(qr_code_of(invoice["kind"]), code, number, amount, day, invoice.get("check_code", ""))
    kept: Claim = {name: claim[name] for name in ("tax_ids", "as_of") if name in claim}
    return {"text": text, **kept} if KINDS[invoice["kind"]].era != "digital-paper" else claim


def _state(dice: random.Random, world: World) -> Asked:
    picked = _pick(
        dice,
        world,
        lambda one, moment: (
            _held(one, moment) and _validity(one, moment) != "normal" and not _binned(one, moment)
        ),
    )
    return (_claim(dice, picked[0], picked[1]), Truth("found", None, _validity(*picked))) if picked else None


def _typed_wrong(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and not _binned(one, moment))
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment)
    keys = {each.key for each in world.issued}
    field = "number"
    wrong = mistype(dice, claim["number"])
    if (claim.get("code") or "") + wrong in keys or wrong == claim["number"]:
        return None
    return claim | {field: wrong}, Truth("not-found", "typed-wrong")


def _wrong_fields(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and not _binned(one, moment))
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment)
    choice = dice.random()
    name = "total" if "total" in claim else "amount"
    if choice < 0.4:
        claim[name] = str(
            Decimal(claim[name]) + dice.choice((Decimal("0.10"), Decimal(10), Decimal("-1.00")))
        )
    elif choice < 0.7:
        claim[name] = one.invoice["amount" if name == "total" else "total"]
    else:
        day = datetime.fromisoformat(claim["issued_on"]) + timedelta(days=dice.choice((-1, 1, 3)))
        claim["issued_on"] = f"{day:%Y-%m-%d}"
    same = one.invoice["amount"] == one.invoice["total"]
    return None if same else (claim, Truth("found", "typed-wrong", _validity(one, moment)))


def _coming(
    cause: str, fits: Callable[[World, Issued, datetime], bool], existence: str = "not-found"
) -> Maker:
    def make(dice: random.Random, world: World) -> Asked:
        one = dice.choice(world.issued)
        if one.delivered_at is None or one.fate == "refused":
            return None
        span = (one.delivered_at - one.issued_at).total_seconds()
        moment = one.issued_at + timedelta(seconds=dice.uniform(0.02, 0.98) * span)
        if (
            moment < world.begin + timedelta(days=world.days * 2 / 3)
            or moment > world.end
            or not fits(world, one, moment)
        ):
            return None
        return _claim(dice, one, moment), Truth(existence, cause, arrives_at=one.delivered_at)

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


def _platform_down(dice: random.Random, world: World) -> Asked:
    one = dice.choice(world.issued)
    trouble = next(
        (
            each
            for each in world.troubles
            if each.component == "platform"
            and not each.batch
            and each.feed == one.feed
            and each.begin > one.issued_at
            and each.begin > world.begin + timedelta(days=world.days * 2 / 3)
        ),
        None,
    )
    if trouble is None or one.delivered_at is None or one.fate != "normal":
        return None
    moment = trouble.begin + timedelta(minutes=10)
    if one.delivered_at <= moment:
        return None
    return _claim(dice, one, moment), Truth("unknown", "platform-fault")


def _external(dice: random.Random, world: World) -> Asked:
    trouble = next(
        iter(dice.sample([each for each in world.troubles if each.component == "external"] or [None], 1))
    )
    if trouble is None:
        return None
    moment = trouble.begin + (trouble.end - trouble.begin) * dice.uniform(0.1, 0.9)
    if any(
        each is not trouble
        and each.feed == trouble.feed
        and each.begin <= moment <= each.end + timedelta(hours=2)
        for each in world.troubles
    ):
        return None
    ones = [
        one
        for one in world.issued
        if one.feed == trouble.feed
        and one.issued_at < moment
        and one.fate == "normal"
        and one.delivered_at
        and one.delivered_at > moment
    ]
    if not ones or moment < world.begin + timedelta(days=world.days * 2 / 3):
        return None
    return _claim(dice, dice.choice(ones), moment), Truth("unknown", "external-service")


def _never(dice: random.Random, world: World) -> Asked:
    picked = _pick(
        dice,
        world,
        lambda one, moment: one.fate == "never-uploaded" and moment - one.issued_at > timedelta(days=3),
    )
    if not picked or any(each["_one"] is picked[0] for each in world.imports):
        return None
    return _claim(dice, *picked), Truth("not-found", "never-uploaded")


def _refused(dice: random.Random, world: World) -> Asked:
    picked = _pick(
        dice,
        world,
        lambda one, moment: (
            one.fate == "refused" and one.delivered_at is not None and one.delivered_at < moment
        ),
    )
    return (_claim(dice, *picked), Truth("not-found", "refused")) if picked else None


def _not_imported(dice: random.Random, world: World) -> Asked:
    if not world.imports:
        return None
    event = dice.choice(world.imports)
    one: Issued = event["_one"]
    moment = _moment(dice, world)
    if (
        moment < datetime.fromisoformat(event["at"].replace("Z", "+00:00"))
        if "at" in event
        else moment < event["_at"]
    ):
        return None
    claim = _claim(dice, one, moment, party="buyer") | {"code": event["code"], "number": event["number"]}
    return claim, Truth("not-found", "not-imported")


def _deleted(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and _binned(one, moment))
    if not picked:
        return None
    return _claim(dice, *picked, party="buyer"), Truth("found", "deleted", _validity(*picked))


def _wrong_function(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and not one.binned)
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment, party="buyer")
    if KINDS[one.invoice["kind"]].era == "tax-control":
        claim["lookup"] = "digital"
    elif KINDS[one.invoice["kind"]].era == "digital" and dice.random() < 0.4:
        claim["lookup"] = "legacy"
    elif dice.random() < 0.5:
        claim["lookup"] = "issued"
    else:
        claim |= {"lookup": "received", "tax_ids": [one.seller.tax_id]}
    return claim, Truth("found", "wrong-function", _validity(one, moment))


def _wrong_title(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and not one.binned)
    if not picked:
        return None
    one, moment = picked
    other = dice.choice(world.buyers)
    claim = _claim(dice, one, moment, party="none") | {"lookup": "received", "tax_ids": [other.tax_id]}
    claim.pop("buyer_tax_id", None)
    return None if other is one.buyer else (claim, Truth("found", "wrong-title", _validity(one, moment)))


def _not_permitted(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: _held(one, moment) and not one.binned)
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment, party="none") | {"lookup": dice.choice(("issued", "trash"))}
    claim["tax_ids"] = [dice.choice(world.buyers).tax_id]
    return (
        None
        if claim["tax_ids"] == [one.buyer.tax_id]
        else (claim, Truth("found", "not-permitted", _validity(one, moment)))
    )


def _outside(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: True)
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment)
    if one.invoice["code"]:
        return None
    if dice.random() < 0.4:
        day = moment + timedelta(days=dice.randint(2, 40))
        prefix = f"{day:%y}"
    else:
        day = world.begin - timedelta(days=dice.randint(30, 900))
        prefix = f"{day:%y}"
    number = prefix + one.invoice["number"][2:5] + f"{dice.randrange(10**14, 10**15)}"
    return claim | {"number": number, "issued_on": f"{day:%Y-%m-%d}"}, Truth("not-found", "outside-window")


def _malformed(dice: random.Random, world: World) -> Asked:
    picked = _pick(dice, world, lambda one, moment: not one.invoice["code"])
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment)
    stem, _, rest = one.invoice["number"][:2], one.invoice["number"][2:4], f"{dice.randrange(10**15, 10**16)}"
    number = (
        f"{stem}{dice.choice(('19', '47', '98', '00'))}{rest}"
        if dice.random() < 0.7
        else f"{stem}11{rest}"[: dice.randint(11, 17)]
    )
    return claim | {"number": number}, Truth("not-found", "malformed")


def _elsewhere(dice: random.Random, world: World) -> Asked:
    moment = _moment(dice, world)
    covered = {region for feed in world.habit.feeds for region in feed.regions}
    region = dice.choice([each for each in ("52", "53", "62", "64", "45", "22") if each not in covered])
    day = moment - timedelta(days=dice.randint(1, 9))
    claim = {
        "number": f"{day:%y}{region}2{dice.randrange(10**14, 10**15)}",
        "issued_on": f"{day:%Y-%m-%d}",
        "kind": "82",
        "total": f"{dice.randrange(1000, 90000) / 100:.2f}",
        "as_of": moment.isoformat(timespec="seconds"),
    }
    if dice.random() < 0.2:
        claim |= {"code": f"{dice.randrange(10**7, 10**8)}", "number": f"{dice.randrange(10**9, 10**10)}"}
        claim.pop("kind")
    return claim, Truth("not-found", "elsewhere")


def _policy(dice: random.Random, world: World) -> Asked:
    moment = _moment(dice, world)
    statement = dice.choice(world.statements[:2])
    if moment < datetime.fromisoformat(statement["from"]):
        return None
    region = (statement["regions"] or ["11"])[0]
    kind = (statement["kinds"] or ["82"])[0]
    day = moment - timedelta(days=dice.randint(1, 9))
    claim = {
        "number": f"{day:%y}{region}2{dice.randrange(10**14, 10**15)}",
        "issued_on": f"{day:%Y-%m-%d}",
        "kind": kind,
        "total": f"{dice.randrange(1000, 90000) / 100:.2f}",
        "as_of": moment.isoformat(timespec="seconds"),
        "tax_ids": [dice.choice(world.buyers).tax_id],
    }
    return claim, Truth("not-found", "policy")


def _fake(dice: random.Random, world: World) -> Asked:
    picked = _pick(
        dice,
        world,
        lambda one, moment: (
            one.feed != "rail" and not one.invoice["code"] and moment - one.issued_at > timedelta(days=4)
        ),
    )
    if not picked:
        return None
    one, moment = picked
    claim = _claim(dice, one, moment)
    number = one.invoice["number"][:4] + f"{dice.randrange(10**15, 10**16)}"
    real = one.seller.tax_id
    claim["seller_tax_id"] = (
        real[:17] + dice.choice([sign for sign in "0123456789ABCDEFGH" if sign != real[17]])
        if dice.random() < 0.6
        else make_tax_id(dice, one.seller.region)
    )
    return claim | {"number": number}, Truth("not-found", "suspected-fake")


MAKERS: dict[str, Maker] = {
    "found": _found,
    "state": _state,
    "typed-number": _typed_wrong,
    "typed-field": _wrong_fields,
    "sync-delay": _coming("sync-delay", _delayed),
    "too-early": _coming("too-early", _too_early),
    "source-outage": _coming("source-outage", _outage, "unknown"),
    "lost-batch": _coming("platform-fault", _lost, "unknown"),
    "platform-down": _platform_down,
    "external-service": _external,
    "never-uploaded": _never,
    "refused": _refused,
    "not-imported": _not_imported,
    "deleted": _deleted,
    "wrong-function": _wrong_function,
    "wrong-title": _wrong_title,
    "not-permitted": _not_permitted,
    "outside-window": _outside,
    "malformed": _malformed,
    "elsewhere": _elsewhere,
    "policy": _policy,
    "suspected-fake": _fake,
}
