"""Tickets: the faces of railway and air e-invoices."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from fapiao.invoice import Invoice, Party, Red
from fapiao.vocabulary import label
from making import shown
from making.deals import COMPANIES, PEOPLE, digits
from making.sheets import Sheet

STATIONS = (
    ("北京南", "Beijingnan"),
    ("上海虹桥", "Shanghaihongqiao"),
    ("常州", "Changzhou"),
    ("广州南", "Guangzhounan"),
)


def ride(seed: int, *, refund: bool = False) -> tuple[Invoice, Sheet]:
    """Return a railway ticket and its face; a refund reverses an earlier one."""
    dice = random.Random(seed)
    day = date(2025, 1, 2) + timedelta(days=dice.randint(0, 600))
    start, end = dice.sample(STATIONS, 2)
    before = f"{day:%y}119{digits(dice, 15)}"
    invoice = Invoice(
        kind="51",
        kind_label=label("51"),
        number=f"{day:%y}{dice.choice(('11', '41', '33'))}9{digits(dice, 15)}",
        issued_on=day,
        total=Decimal(dice.randint(500, 99900)).scaleb(-2),
        buyer=Party(name=dice.choice(COMPANIES), tax_id=f"9111010{digits(dice, 10)}X"),
        red=Red(original_number=before) if refund else None,
    )
    return invoice, _ride_face(invoice, start, end, dice, before if refund else None)


def _ride_face(
    invoice: Invoice, start: tuple[str, str], end: tuple[str, str], dice: random.Random, before: str | None
) -> Sheet:
    sheet = Sheet(180, 105)
    sheet.middle(90, 12, "电子发票（铁路电子客票）", 5.5)
    sheet.middle(90, 22, "国家税务总局", 2.2)
    sheet.put(10, 24, f"发票号码:{invoice.number}")
    sheet.middle(90, 24, "北京市税务局", 2.2)
    sheet.put(120, 24, f"开票日期:{shown.day(invoice)}")
    if before:
        sheet.put(10, 29, f"原发票号码:{before}")
    sheet.put(15, 36, f"{start[0]}站", 6)
    sheet.put(80, 35, f"G{dice.randint(1, 9999)}", 5)
    sheet.put(120, 36, f"{end[0]}站", 6)
    sheet.put(20, 41, start[1])
    sheet.put(125, 41, end[1])
    sheet.put(15, 49, "2026年01月02日")
    sheet.put(60, 49, "07:25开")
    sheet.put(90, 49, "05车12F号")
    sheet.put(130, 49, "二等座")
    sheet.put(15, 57, f"{'退票费' if before else '票价'}:")
    sheet.put(26, 57, f"￥{invoice.total:.2f}")
    sheet.put(15, 66, "1101011990****1234")
    sheet.put(48, 66, PEOPLE[0])
    sheet.put(15, 74, f"电子客票号:{digits(dice, 21)}")
    sheet.put(15, 82, f"购买方名称:{invoice.buyer.name}")
    sheet.put(100, 82, f"统一社会信用代码:{invoice.buyer.tax_id}")
    sheet.put(40, 92, "买票请到12306 发货请到95306")
    sheet.put(48, 97, "中国铁路祝您旅途愉快")
    sheet.pictures.append((140, 53, 22, shown.qr_picture(shown.payload(invoice))))
    return sheet


def flight(seed: int) -> tuple[Invoice, Sheet]:
    """Return an air itinerary and its face."""
    dice = random.Random(seed)
    day = date(2024, 12, 2) + timedelta(days=dice.randint(0, 600))
    fare, fuel, fund = Decimal(dice.randint(300, 3000)), Decimal(20), Decimal(50)
    tax = ((fare + fuel) * 9 / 109).quantize(Decimal("0.01"))
    fare -= tax
    total = fare + fuel + tax + fund
    invoice = Invoice(
        kind="61",
        kind_label=label("61"),
        number=f"{day:%y}112{digits(dice, 15)}",
        issued_on=day,
        total=total,
        tax=tax,
        amount=total - tax,
        buyer=Party(name=dice.choice(COMPANIES), tax_id=f"9111010{digits(dice, 10)}X"),
        seller=Party(name="中国国际航空股份有限公司"),
    )
    return invoice, _flight_face(invoice, (fare, fuel, fund), dice)


def _flight_face(invoice: Invoice, charges: tuple[Decimal, Decimal, Decimal], dice: random.Random) -> Sheet:
    sheet = Sheet(240, 105)
    sheet.middle(120, 11, "电子发票（航空运输电子客票行程单）", 5)
    sheet.put(10, 20, f"开票状态：正常　国内国际标识：国内　GP单号：{digits(dice, 11)}", 2.8)
    sheet.put(170, 20, f"发票号码：{invoice.number}")
    _columns(sheet, 28, ("旅客姓名", "有效身份证件号码", "签注"))
    _columns(sheet, 33, (PEOPLE[0], "1101011990****1234", "不得签转"))
    _columns(sheet, 39, ("承运人", "航班号", "座位等级", "日期", "时间", "客票级别/客票类别", "免费行李"))
    _columns(sheet, 44, ("自：北京首都 国航", "CA1501", "Y", "2026年01月02日", "08:30", "YA", "20K"))
    _columns(sheet, 49, ("至：上海虹桥",))
    fare, fuel, fund = charges
    _columns(
        sheet, 58, ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
    )
    money = [f"CNY {each:.2f}" for each in (fare, fuel)]
    _columns(
        sheet,
        63,
        (*money, "9%", f"CNY {invoice.tax:.2f}", f"CNY {fund:.2f}", "", f"CNY {invoice.total:.2f}"),
    )
    sheet.put(10, 72, f"电子客票号码：999-{digits(dice, 10)}")
    sheet.put(90, 72, "验证码：1234")
    sheet.put(150, 72, "提示信息：")
    sheet.put(200, 72, "保险费：XXX")
    sheet.put(10, 80, "销售网点代号：PEK123")
    sheet.put(90, 80, f"填开单位：{invoice.seller.name}")
    sheet.put(180, 80, f"填开日期：{shown.day(invoice)}")
    sheet.put(10, 88, f"购买方名称：{invoice.buyer.name}")
    sheet.put(120, 88, f"统一社会信用代码/纳税人识别号：{invoice.buyer.tax_id}")
    return sheet


def _columns(sheet: Sheet, y: float, texts: tuple[str, ...]) -> None:
    step = 225 / max(len(texts), 3)
    for place, text in enumerate(texts):
        sheet.put(10 + step * place, y, text, 2.8)
