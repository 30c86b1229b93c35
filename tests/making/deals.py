"""Deals: made-up invoices by seed, with the habits of real ones (long names, discounts, exempt lines, odd companies)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from bureau.people import make_tax_id
from fapiao.invoice import Invoice, Line, Party, Red
from fapiao.money import in_words, round_to_fen
from fapiao.numbers import legacy
from fapiao.vocabulary import label

COMPANIES = (
    "北京京华启明科技有限公司",
    "中国石油天然气股份有限公司北京朝阳销售分公司",
    "沃尔沃（中国）投资有限公司",
    "A.O.史密斯（中国）热水器有限公司",
    "北京市海淀区第一·二小学",
    "海淀区老张餐饮店（个体工商户）",
    "深圳市腾讯计算机系统有限公司",
    "SMC（北京）制造有限公司",
    "国网北京市电力公司",
    "中国科学院软件研究所",
    "清华大学",
    "北京三快在线科技有限公司",
    "阿不都热西提·买买提商行",
    "3M中国有限公司",
    "北京京东世纪信息技术有限公司",
)
GOODS = (
    ("*信息技术服务*软件服务费", "", "项", "0.06"),
    ("*餐饮服务*餐费", "", "", "0.06"),
    ("*纸制文教用品*得力A4复印纸70g", "70g/8包", "箱", "0.13"),
    ("*电子计算机*ThinkPad X1 Carbon 笔记本电脑", "21KCA00MCD", "台", "0.13"),
    ("*医疗仪器器械*鱼跃电子血压计测量仪高精准家用医用", "YE660E", "个", "0.13"),
    ("*供电*电费", "居民", "千瓦时", "0.13"),
    ("*运输服务*客运服务费", "", "次", "0.03"),
    ("*住宿服务*住宿费", "", "天", "0.01"),
    ("*图书*算法导论(原书第3版)/计算机科学丛书", "无", "本", "免税"),
    ("*不征税自编号*预付卡销售和充值", "", "", "不征税"),
)
PEOPLE = ("王芳", "欧阳建国", "李娜", "Zhang Wei", "买买提·艾力", "张三丰", "系统管理员")


@dataclass(frozen=True)
class Wishes:
    """What a deal should be like."""

    kind: str = "82"
    lines: int = 2
    red: bool = False
    exempt: bool = False
    discount: bool = False
    personal: bool = False
    bare: bool = False
    accounts: bool = False
    remark: str | None = None


def deal(seed: int, wishes: Wishes | None = None) -> Invoice:
    """Return an invoice; the same seed and wishes give the same one."""
    wishes = wishes or Wishes()
    dice = random.Random(f"{seed}{wishes}")
    day = date(2023, 5, 1) + timedelta(days=dice.randint(0, 1200))
    if legacy_kind := wishes.kind in _ENDINGS or wishes.kind == "01":
        day = date(2017, 1, 5) + timedelta(days=dice.randint(0, 2100))
    sign = -1 if wishes.red else 1
    goods = _goods(dice, wishes, sign)
    amount = sum((line.amount for line in goods if line.amount is not None), Decimal(0))
    taxes = [line.tax for line in goods]
    stars = all(tax is None for tax in taxes)
    tax = None if stars else sum((each for each in taxes if each is not None), Decimal(0))
    total = amount + (tax or 0)
    buyer, seller = dice.sample(COMPANIES, 2)
    digital = _digital(dice, day)
    invoice = Invoice(
        kind=wishes.kind,
        kind_label=label(wishes.kind),
        number=digital,
        issued_on=day,
        amount=amount,
        tax=tax,
        tax_text="***" if stars else None,
        total=total,
        total_in_words=in_words(total),
        buyer=_party(dice, "个人" if wishes.personal else buyer, wishes, known=not wishes.personal),
        seller=_party(dice, seller, wishes, known=True),
        lines=goods,
        drawer=dice.choice(PEOPLE),
        remark=wishes.remark,
        red=Red(original_number=_digital(dice, day), confirmation_number=_confirmation(dice))
        if wishes.red
        else None,
    )
    return _aged(dice, invoice) if legacy_kind else invoice


_ENDINGS = {"10": "11", "04": "04", "08": "13", "11": "07", "14": "12"}


def _aged(dice: random.Random, invoice: Invoice) -> Invoice:
    """Return the deal as one of the tax-control era: code, number of 8, check code, machine, three people."""
    assert invoice.issued_on is not None
    year, ending = f"{invoice.issued_on:%y}", _ENDINGS.get(invoice.kind or "")
    code = f"01100{year}00{dice.randint(1, 9)}{ending}" if ending else f"1100{year}{dice.randint(1, 4)}130"
    number = f"{dice.randint(1, 99_999_999):08d}"
    red = invoice.red and Red(original_code=code, original_number=f"{dice.randint(1, 99_999_999):08d}")
    return msgspec.structs.replace(
        invoice,
        code=code,
        number=number,
        red=red,
        region=legacy.region_of(code),
        check_code=digits(dice, 20) if invoice.kind in ("10", "04", "11", "14") else None,
        machine_number=digits(dice, 12),
        payee=dice.choice(PEOPLE),
        reviewer=dice.choice(PEOPLE),
    )


def digits(dice: random.Random, count: int) -> str:
    """Return random digits."""
    return "".join(dice.choice("0123456789") for _ in range(count))


def _digital(dice: random.Random, day: date) -> str:
    return f"{day:%y}{dice.choice(('11', '31', '44', '95'))}2{dice.randint(0, 10**9):015d}"


def _confirmation(dice: random.Random) -> str:
    return f"110108{digits(dice, 14)}"


def _party(dice: random.Random, name: str, wishes: Wishes, *, known: bool) -> Party:
    more = wishes.accounts
    return Party(
        name=name,
        tax_id=make_tax_id(dice, dice.choice(("11", "31", "44"))) if known else None,
        address=f"北京市朝阳区建国路{dice.randint(1, 99)}号院{dice.randint(1, 9)}号楼" if more else None,
        phone=f"010-{dice.randint(60000000, 89999999)}" if more else None,
        bank=dice.choice(("招商银行股份有限公司北京分行营业部", "中国工商银行北京海淀支行"))
        if more
        else None,
        account=digits(dice, 19) if more else None,
    )


def _goods(dice: random.Random, wishes: Wishes, sign: int) -> tuple[Line, ...]:
    told: list[Line] = []
    kinds = [each for each in GOODS if (each[3] in ("免税", "不征税")) == wishes.exempt]
    for _ in range(wishes.lines):
        name, spec, unit, rate = dice.choice(kinds)
        quantity = Decimal(dice.choice((1, 1, 2, 5, 12, 100))) * sign
        price = Decimal(dice.randint(100, 900_000)).scaleb(-2) / Decimal(dice.choice((1, 1, 3, 7)))
        price = price.quantize(Decimal("0.0000000001")).normalize()
        amount = round_to_fen(price * quantity)
        told.append(_line(name, amount, rate, spec=spec, unit=unit, quantity=quantity, price=price))
        if wishes.bare:
            told[-1] = _line(name, amount, rate)
        if wishes.discount:
            told.append(_line(name, round_to_fen(amount / -10), rate))
    return tuple(told)


def _line(name: str, amount: Decimal, rate: str, **more: object) -> Line:
    exempt = rate in ("免税", "不征税")
    return Line(
        name=name,
        amount=amount,
        rate=rate,
        tax=None if exempt else round_to_fen(amount * Decimal(rate)),
        tax_text="***" if exempt else None,
        **{key: value or None for key, value in more.items()},  # type: ignore[arg-type]
    )
