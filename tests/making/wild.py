"""Wild deals: made-up invoices by seed with names, goods and remarks of every odd form that real ones have."""

from __future__ import annotations

import random
from decimal import Decimal

import msgspec

from fapiao.invoice import Invoice, Line
from fapiao.money import in_words, round_to_fen
from making.deals import Wishes, deal

PLACES = (
    "北京",
    "北京市海淀区",
    "上海",
    "广州市天河",
    "苏州工业园区",
    "乌鲁木齐",
    "中国",
    "（香港）",
    "延边朝鲜族自治州",
)
STEMS = (
    "用友",
    "金山",
    "长城",
    "龙门",
    "民生",
    "风行",
    "飞鹤",
    "青山一角",
    "阿里巴巴",
    "3M",
    "A.O.史密斯",
    "ABB",
    "鑫淼",
    "喆鑫",
    "瑄玥",
    "合计",
    "金额",
    "密云",
    "备行",
)
TRADES = (
    "信息技术",
    "餐饮管理",
    "网络科技",
    "汽车销售",
    "药业",
    "酒店",
    "物业服务",
    "出版传媒",
    "石油天然气",
    "电子商务",
    "人力资源服务",
)
FORMS = (
    "有限公司",
    "股份有限公司",
    "（集团）有限公司",
    "有限责任公司第一分公司",
    "（有限合伙）",
    "中心（普通合伙）",
    "大学",
    "研究院",
    "店（个体工商户）",
    "合作社",
)
HEADS = (
    "餐饮服务",
    "信息技术服务",
    "运输服务",
    "经纪代理服务",
    "电子计算机",
    "化学药品制剂",
    "塑料制品",
    "汽油",
    "纸制品",
    "物流辅助服务",
)
THINGS = (
    "软件服务费",
    "复印纸A4 70g",
    "95号车用汽油(ⅥB)",
    "阿莫西林胶囊0.25g*24粒",
    "ThinkPad X1",
    "餐费",
    "代订机票服务费",
    "PVC管Φ110×3.2",
    "快递费",
    "USB-C转HDMI线1.5m",
    "单价5元笔",
    "合计器",
    "税额计算软件",
)
SPECS = ("", "无", "70g/8包", "DN100", "Φ110×3.2", "21KCA00MCD", "500ml*12", "XL")
UNITS = ("", "项", "台", "个", "千瓦时", "立方米", "次", "KG", "套")
RATES = ("0.13", "0.09", "0.06", "0.05", "0.03", "0.01")
REMARKS = (
    None,
    "订单号：20240101-8834",
    "合同HT-2024/07，请于月底前付款。",
    "项目名称：某某楼；地址：北京市",
    "收款方开户行见合同",
    "含税单价12.00元",
    "第2页",
)
KINDS = ("81", "82", "82", "10", "04", "08", "01")


def wild(seed: int) -> Invoice:
    """Return an invoice; the same seed gives the same one."""
    dice = random.Random(seed)
    kind = dice.choice(KINDS)
    told = deal(
        seed,
        Wishes(
            kind=kind,
            lines=1,
            personal=kind in ("82", "10", "04") and dice.random() < 0.2,
            accounts=dice.random() < 0.4,
            remark=dice.choice(REMARKS),
        ),
    )
    goods = tuple(_line(dice) for _ in range(dice.choice((1, 1, 2, 3, 4))))
    amount = sum((line.amount or Decimal(0) for line in goods), Decimal(0))
    tax = sum((line.tax or Decimal(0) for line in goods), Decimal(0))
    buyer = told.buyer if told.buyer.tax_id is None else msgspec.structs.replace(told.buyer, name=_name(dice))
    return msgspec.structs.replace(
        told,
        lines=goods,
        amount=amount,
        tax=tax,
        tax_text=None,
        total=amount + tax,
        total_in_words=in_words(amount + tax),
        buyer=buyer,
        seller=msgspec.structs.replace(told.seller, name=_name(dice)),
    )


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(part) for part in (PLACES, STEMS, TRADES, FORMS))


def _line(dice: random.Random) -> Line:
    rate = dice.choice(RATES)
    quantity = (
        Decimal(dice.choice((1, 2, 7, 12, 365)))
        if dice.random() < 0.5
        else Decimal(dice.randint(1, 10**6)).scaleb(-3)
    )
    price = Decimal(dice.randint(10**10, 10**16)).scaleb(-13).normalize()
    amount = round_to_fen(quantity * price)
    bare = dice.random() < 0.2
    return Line(
        name=f"*{dice.choice(HEADS)}*{dice.choice(THINGS)}",
        spec=None if bare else dice.choice(SPECS) or None,
        unit=None if bare else dice.choice(UNITS) or None,
        quantity=None if bare else quantity.normalize(),
        price=None if bare else price,
        amount=amount,
        rate=rate,
        tax=round_to_fen(amount * Decimal(rate)),
    )
