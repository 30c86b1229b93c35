"""Boxes and strips: the faces of vehicle sales, and the narrow roll."""

from __future__ import annotations

import random
from decimal import Decimal

import msgspec

from fapiao.invoice import Invoice, Line, Party
from fapiao.money import in_words, round_to_fen
from making import shown
from making.deals import Wishes, deal
from making.sheets import Sheet


def car(seed: int, *, used: bool = False) -> tuple[Invoice, Sheet]:
    """Return a vehicle's sale and its face (电子发票（机动车销售统一发票） or 二手车)."""
    told = deal(seed, Wishes(kind="82", accounts=True, lines=1))
    price = Decimal(random.Random(seed).randint(50_000, 400_000))
    tax = round_to_fen(price * Decimal("0.13"))
    total = price if used else price + tax
    invoice = msgspec.structs.replace(
        told,
        kind="84" if used else "83",
        buyer=_without(told.buyer, "bank", "account", *(() if used else ("address", "phone"))),
        seller=_without(told.seller, *(("bank", "account") if used else ())),
        lines=(),
        amount=None if used else price,
        tax=None if used else tax,
        tax_text=None,
        total=total,
        total_in_words=in_words(total),
    )
    return invoice, (_used_face if used else _new_face)(invoice)


def _without(party: Party, *names: str) -> Party:
    return msgspec.structs.replace(party, **dict.fromkeys(names))


def _new_face(invoice: Invoice) -> Sheet:
    sheet = _boxed(invoice, "电子发票（机动车销售统一发票）")
    buyer, seller = invoice.buyer, invoice.seller
    rows = (
        (("购买方名称", buyer.name), ("统一社会信用代码/纳税人识别号/身份证明号码", buyer.tax_id)),
        (("车辆类型", "轿车"), ("厂牌型号", "比亚迪牌BYD7009BEV"), ("产地", "深圳")),
        (("合格证号", "WAB012345678901"), ("进口证明书号", ""), ("商检单号", "")),
        (("发动机号码", "TZ200XSQ1234567"), ("车辆识别代号/车架号码", "LC0CE4DC1P0123456")),
        (("价税合计", f"（大写）{invoice.total_in_words}"), ("（小写）", f"¥{invoice.total:.2f}")),
        (("销货单位名称", seller.name), ("电话", seller.phone)),
        (("纳税人识别号", seller.tax_id), ("账号", seller.account)),
        (("地址", seller.address), ("开户银行", seller.bank)),
        (
            ("增值税税率或征收率", "13%"),
            ("增值税税额", f"¥{invoice.tax:.2f}"),
            ("主管税务机关及代码", "国家税务总局北京市海淀区税务局"),
        ),
        (("不含税价", f"¥{invoice.amount:.2f}"), ("完税凭证号码", ""), ("吨位", ""), ("限乘人数", "5")),
    )
    _rows(sheet, rows)
    sheet.put(20, 128, f"开票人：{invoice.drawer}")
    return sheet


def _used_face(invoice: Invoice) -> Sheet:
    sheet = _boxed(invoice, "电子发票（二手车销售统一发票）")
    buyer, seller = invoice.buyer, invoice.seller
    rows = (
        (("买方单位/个人", buyer.name), ("单位代码/身份证号码", buyer.tax_id)),
        (("买方单位/个人住址", buyer.address), ("电话", buyer.phone)),
        (("卖方单位/个人", seller.name), ("单位代码/身份证号码", seller.tax_id)),
        (("卖方单位/个人住址", seller.address), ("电话", seller.phone)),
        (("车牌照号", "京A12345"), ("登记证号", "110012345678"), ("车辆类型", "小型轿车")),
        (("车架号/车辆识别代码", "LSVAA4187E2123456"), ("厂牌型号", "大众牌SVW71617BM")),
        (("车价合计", f"（大写）{invoice.total_in_words}"), ("（小写）", f"¥{invoice.total:.2f}")),
    )
    _rows(sheet, rows)
    sheet.put(20, 128, f"开票人：{invoice.drawer}")
    return sheet


def _boxed(invoice: Invoice, title: str) -> Sheet:
    sheet = Sheet(215, 139)
    sheet.middle(107, 14, title, 6)
    sheet.put(154, 20, f"发票号码：{invoice.number}")
    sheet.put(154, 25, f"开票日期：{shown.day(invoice)}")
    return sheet


def _rows(sheet: Sheet, rows: tuple[tuple[tuple[str, str | None], ...], ...]) -> None:
    for number, row in enumerate(rows):
        left = 8.0
        for label, value in row:
            sheet.put(left, 36 + 8 * number, label, 2.8)
            width = sum(1.4 if sign < "⺀" else 2.8 for sign in label) + 3
            sheet.put(left + width, 36 + 8 * number, value, 2.8)
            left = max(left + 200 / len(row), left + width + 2.8 * len(value or "") + 3)


def strip(seed: int) -> tuple[Invoice, Sheet]:
    """Return a roll invoice (卷票) and its face: prices and amounts hold the tax."""
    told = deal(seed, Wishes(kind="11", lines=2))
    lines = tuple(
        Line(name=line.name, price=Decimal("10.5"), quantity=Decimal(3), amount=Decimal("31.50"))
        for line in told.lines
    )
    total = Decimal("63.00")
    invoice = msgspec.structs.replace(
        told,
        lines=lines,
        amount=Decimal("61.17"),
        tax=None,
        tax_text=None,
        total=total,
        total_in_words=in_words(total),
        payee="李娜",
        reviewer=None,
        drawer=None,
        buyer=Party(name=told.buyer.name, tax_id=told.buyer.tax_id),
    )
    return invoice, _strip_face(invoice)


def _strip_face(invoice: Invoice) -> Sheet:
    sheet = Sheet(76, 180)
    sheet.middle(38, 10, "北京增值税普通发票（卷票）", 4.5)
    sheet.middle(38, 16, "发票联")
    y = 24.0
    for text in (
        f"发票代码 {invoice.code}",
        f"发票号码 {invoice.number}",
        f"机打号码 {invoice.number}",
        f"机器编号 {invoice.machine_number}",
        f"开票日期 {invoice.issued_on:%Y-%m-%d}　收款员 {invoice.payee}",
        f"销售方名称 {invoice.seller.name}",
        f"纳税人识别号 {invoice.seller.tax_id}",
        f"购买方名称 {invoice.buyer.name}",
        f"纳税人识别号 {invoice.buyer.tax_id}",
    ):
        sheet.put(6, y, text)
        y += 5.5
    for x, heading in ((6, "项目"), (32, "单价"), (47, "数量"), (60, "金额")):
        sheet.put(x, y, heading)
    for line in invoice.lines:
        for row in shown.wrapped(line.name or "", 60):
            y += 5
            sheet.put(6, y, row)
        y += 5
        sheet.put(32, y, shown.plain(line.price))
        sheet.put(47, y, shown.plain(line.quantity))
        sheet.put(58, y, f"{line.amount:.2f}")
    sheet.put(6, y + 7, f"合计金额（小写）￥{invoice.total:.2f}")
    sheet.put(6, y + 13, f"合计金额（大写）{invoice.total_in_words}")
    sheet.put(6, y + 19, f"校验码 {invoice.check_code}")
    sheet.pictures.append((25, y + 23, 25, shown.qr_picture(shown.payload(invoice))))
    return sheet
