"""Made-up invoices (hypothesis strategies): every era, red ones, exempt lines."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bureau.people import make_tax_id
from fapiao.invoice import Invoice, Line, Party, Red
from fapiao.money import in_words, round_to_fen
from fapiao.numbers.region import REGIONS
from fapiao.vocabulary import label

BEIJING = timezone(timedelta(hours=8))
WORDS = st.text(alphabet="京票测试有限公司软件服务费办公用品文具餐饮（）AB12", min_size=1, max_size=16)
RATES = ("0.13", "0.09", "0.06", "0.03", "0.01", "0", "免税", "不征税")


@st.composite
def tax_ids(draw: Any) -> str:
    return make_tax_id(draw(st.randoms(use_true_random=False)), draw(st.sampled_from(sorted(REGIONS))))


@st.composite
def lines(draw: Any, sign: int) -> Line:
    rate = draw(st.sampled_from(RATES))
    amount = sign * Decimal(draw(st.integers(1, 10**8))).scaleb(-2)
    exempt = rate in ("免税", "不征税")
    return Line(
        name=f"*{draw(WORDS)}*{draw(WORDS)}",
        spec=draw(st.none() | WORDS),
        unit=draw(st.none() | st.sampled_from("个台次项")),
        quantity=draw(st.none() | st.integers(1, 999).map(lambda n: sign * Decimal(n))),
        price=draw(st.none() | st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-4))),
        amount=amount,
        rate=rate,
        tax=None if exempt else round_to_fen(amount * Decimal(rate)),
        tax_text="***" if exempt else None,
        tax_code=draw(st.none() | st.just("3040201010000000000")),
    )


@st.composite
def parties(draw: Any) -> Party:
    return Party(
        name=draw(WORDS) + "有限公司",
        tax_id=draw(tax_ids()),
        address=draw(st.none() | WORDS),
        phone=draw(st.none() | st.just("010-62345678")),
        bank=draw(st.none() | WORDS),
        account=draw(st.none() | st.just("0200001909200123456")),
    )


@st.composite
def invoices(draw: Any) -> Invoice:
    kind = draw(
        st.sampled_from(["81", "82", "83", "51", "61", "85", "86", "01", "04", "08", "10", "11", "14"])
    )
    day = draw(st.dates(date(2024, 1, 2), date(2026, 11, 24)))
    sign = draw(st.sampled_from([1, 1, 1, -1]))
    goods = tuple(draw(st.lists(lines(sign), min_size=1, max_size=5)))
    amount = sum((line.amount for line in goods if line.amount is not None), Decimal(0))
    taxes = [line.tax for line in goods]
    stars = all(tax is None for tax in taxes)
    tax = None if stars else sum((each for each in taxes if each is not None), Decimal(0))
    region = draw(st.sampled_from(["11", "31", "33", "44"]))
    digital = f"{day:%y}{region}2{draw(st.integers(0, 10**15 - 1)):015d}"
    identity: dict[str, Any] = {"number": digital}
    if kind in ("85", "86"):
        identity = {
            "code": f"{region}00{day:%y}2640",
            "number": f"{draw(st.integers(1, 10**8 - 1)):08d}",
            "digital_number": digital,
        }
    elif kind < "50":
        ending = {"10": "11", "04": "04", "08": "13", "11": "06", "14": "12"}.get(kind)
        code = f"0{region}00{day:%y}002{ending}" if ending else f"{region}00{day:%y}2140"
        identity = {"code": code, "number": f"{draw(st.integers(1, 10**8 - 1)):08d}"}
    total = amount + (tax or Decimal(0))
    return Invoice(
        kind=kind,
        kind_label=label(kind),
        region=region,
        issued_on=day,
        issued_at=draw(st.none() | st.just(datetime(day.year, day.month, day.day, 9, 30, 5, tzinfo=BEIJING))),
        amount=amount,
        tax=tax,
        tax_text="***" if stars else None,
        total=total,
        total_in_words=in_words(total),
        buyer=draw(parties()),
        seller=draw(parties()),
        lines=goods,
        drawer=draw(st.none() | WORDS),
        payee=draw(st.none() | WORDS),
        reviewer=draw(st.none() | WORDS),
        remark=draw(st.none() | WORDS),
        check_code="12345678901234567890" if kind in ("10", "04", "11", "14") else None,
        red=Red(original_number=digital, confirmation_number="11010824091002615708") if sign < 0 else None,
        **identity,
    )
