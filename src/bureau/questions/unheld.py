"""Questions about numbers that no feed will ever bring (没有的票): mistyped, impossible, elsewhere, suspended, made up."""

from __future__ import annotations

from datetime import datetime, timedelta

from bureau.people import make_tax_id
from bureau.question import Asked, Asking, Maker, Truth, is_binned, is_held
from bureau.slips import mistype


def _typed_wrong(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and not is_binned(one, moment))
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment)
    keys = {each.key for each in asking.world.issued}
    field = "number"
    wrong = mistype(asking.dice, claim["number"])
    if (claim.get("code") or "") + wrong in keys or wrong == claim["number"]:
        return None
    return claim | {field: wrong}, Truth("not-found", "typed-wrong")


def _outside(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: True)
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment)
    if one.invoice["code"]:
        return None
    if asking.dice.random() < 0.4:
        day = moment + timedelta(days=asking.dice.randint(2, 40))
        prefix = f"{day:%y}"
    else:
        day = asking.world.begin - timedelta(days=asking.dice.randint(30, 900))
        prefix = f"{day:%y}"
    number = prefix + one.invoice["number"][2:5] + f"{asking.dice.randrange(10**14, 10**15)}"
    return claim | {"number": number, "issued_on": f"{day:%Y-%m-%d}"}, Truth("not-found", "outside-window")


def _malformed(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: not one.invoice["code"])
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment)
    stem, _, rest = (
        one.invoice["number"][:2],
        one.invoice["number"][2:4],
        f"{asking.dice.randrange(10**15, 10**16)}",
    )
    number = (
        f"{stem}{asking.dice.choice(('19', '47', '98', '00'))}{rest}"
        if asking.dice.random() < 0.7
        else f"{stem}11{rest}"[: asking.dice.randint(11, 17)]
    )
    return claim | {"number": number}, Truth("not-found", "malformed")


def _elsewhere(asking: Asking) -> Asked:
    moment = asking.moment()
    covered = {region for feed in asking.world.habit.feeds for region in feed.regions}
    region = asking.dice.choice(
        [each for each in ("52", "53", "62", "64", "45", "22") if each not in covered]
    )
    day = moment - timedelta(days=asking.dice.randint(1, 9))
    claim = {
        "number": f"{day:%y}{region}2{asking.dice.randrange(10**14, 10**15)}",
        "issued_on": f"{day:%Y-%m-%d}",
        "kind": "82",
        "total": f"{asking.dice.randrange(1000, 90000) / 100:.2f}",
        "as_of": moment.isoformat(timespec="seconds"),
    }
    if asking.dice.random() < 0.2:
        claim |= {
            "code": f"{asking.dice.randrange(10**7, 10**8)}",
            "number": f"{asking.dice.randrange(10**9, 10**10)}",
        }
        claim.pop("kind")
    return claim, Truth("not-found", "elsewhere")


def _policy(asking: Asking) -> Asked:
    moment = asking.moment()
    statement = asking.dice.choice(asking.world.statements[:2])
    if moment < datetime.fromisoformat(statement["from"]):
        return None
    region = (statement["regions"] or ["11"])[0]
    kind = (statement["kinds"] or ["82"])[0]
    day = moment - timedelta(days=asking.dice.randint(1, 9))
    claim = {
        "number": f"{day:%y}{region}2{asking.dice.randrange(10**14, 10**15)}",
        "issued_on": f"{day:%Y-%m-%d}",
        "kind": kind,
        "total": f"{asking.dice.randrange(1000, 90000) / 100:.2f}",
        "as_of": moment.isoformat(timespec="seconds"),
        "tax_ids": [asking.dice.choice(asking.world.buyers).tax_id],
    }
    return claim, Truth("not-found", "policy")


def _fake(asking: Asking) -> Asked:
    picked = asking.pick(
        lambda one, moment: (
            one.feed != "rail" and not one.invoice["code"] and moment - one.issued_at > timedelta(days=4)
        ),
    )
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment)
    number = one.invoice["number"][:4] + f"{asking.dice.randrange(10**15, 10**16)}"
    real = one.seller.tax_id
    claim["seller_tax_id"] = (
        real[:17] + asking.dice.choice([sign for sign in "0123456789ABCDEFGH" if sign != real[17]])
        if asking.dice.random() < 0.6
        else make_tax_id(asking.dice, one.seller.region)
    )
    return claim | {"number": number}, Truth("not-found", "suspected-fake")


MAKERS: dict[str, Maker] = {
    "typed-number": _typed_wrong,
    "outside-window": _outside,
    "malformed": _malformed,
    "elsewhere": _elsewhere,
    "policy": _policy,
    "suspected-fake": _fake,
}
