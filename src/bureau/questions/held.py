"""Questions about invoices that are held (在账的提问): found, with a wrong field, in the wrong place, by the wrong party."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from bureau.issue import Issued
from bureau.question import Asked, Asking, Claim, Maker, Truth, is_binned, is_held, validity
from fapiao.qr import build
from fapiao.vocabulary import KINDS, qr_code_of


def _found(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and not is_binned(one, moment))
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment)
    if "seller_tax_id" not in claim and asking.dice.random() < 0.2:
        claim = _as_text(one, claim)
    return claim, Truth("found", None, validity(one, moment))


def _as_text(one: Issued, claim: Claim) -> Claim:
    invoice = one.invoice
    number = invoice["digital_number"] or invoice["number"]
    code = "" if len(number) == 20 else invoice["code"]
    amount = Decimal(invoice["total"] if len(number) == 20 else invoice["amount"])
    day = datetime.fromisoformat(invoice["issued_on"]).date()
    text = build(qr_code_of(invoice["kind"]), code, number, amount, day, invoice.get("check_code", ""))
    kept: Claim = {name: claim[name] for name in ("tax_ids", "as_of") if name in claim}
    return {"text": text, **kept} if KINDS[invoice["kind"]].era != "digital-paper" else claim


def _state(asking: Asking) -> Asked:
    picked = asking.pick(
        lambda one, moment: (
            is_held(one, moment) and validity(one, moment) != "normal" and not is_binned(one, moment)
        ),
    )
    return (asking.claim(*picked), Truth("found", None, validity(*picked))) if picked else None


def _wrong_fields(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and not is_binned(one, moment))
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment)
    choice = asking.dice.random()
    name = "total" if "total" in claim else "amount"
    if choice < 0.4:
        claim[name] = str(
            Decimal(claim[name]) + asking.dice.choice((Decimal("0.10"), Decimal(10), Decimal("-1.00")))
        )
    elif choice < 0.7:
        claim[name] = one.invoice["amount" if name == "total" else "total"]
    else:
        day = datetime.fromisoformat(claim["issued_on"]) + timedelta(days=asking.dice.choice((-1, 1, 3)))
        claim["issued_on"] = f"{day:%Y-%m-%d}"
    same = one.invoice["amount"] == one.invoice["total"]
    return None if same else (claim, Truth("found", "typed-wrong", validity(one, moment)))


def _deleted(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and is_binned(one, moment))
    if not picked:
        return None
    return asking.claim(*picked, party="buyer"), Truth("found", "deleted", validity(*picked))


def _wrong_function(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and not one.binned)
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment, party="buyer")
    if KINDS[one.invoice["kind"]].era == "tax-control":
        claim["lookup"] = "digital"
    elif KINDS[one.invoice["kind"]].era == "digital" and asking.dice.random() < 0.4:
        claim["lookup"] = "legacy"
    elif asking.dice.random() < 0.5:
        claim["lookup"] = "issued"
    else:
        claim |= {"lookup": "received", "tax_ids": [one.seller.tax_id]}
    return claim, Truth("found", "wrong-function", validity(one, moment))


def _wrong_title(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and not one.binned)
    if not picked:
        return None
    one, moment = picked
    other = asking.dice.choice(asking.world.buyers)
    claim = asking.claim(one, moment, party="none") | {"lookup": "received", "tax_ids": [other.tax_id]}
    claim.pop("buyer_tax_id", None)
    return None if other is one.buyer else (claim, Truth("found", "wrong-title", validity(one, moment)))


def _not_permitted(asking: Asking) -> Asked:
    picked = asking.pick(lambda one, moment: is_held(one, moment) and not one.binned)
    if not picked:
        return None
    one, moment = picked
    claim = asking.claim(one, moment, party="none") | {"lookup": asking.dice.choice(("issued", "trash"))}
    claim["tax_ids"] = [asking.dice.choice(asking.world.buyers).tax_id]
    return (
        None
        if claim["tax_ids"] == [one.buyer.tax_id]
        else (claim, Truth("found", "not-permitted", validity(one, moment)))
    )


MAKERS: dict[str, Maker] = {
    "found": _found,
    "state": _state,
    "typed-field": _wrong_fields,
    "deleted": _deleted,
    "wrong-function": _wrong_function,
    "wrong-title": _wrong_title,
    "not-permitted": _not_permitted,
}
