"""Layouts: every face that we draw, by name: from a seed to what is printed and the sheets it is printed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from fapiao.invoice import Invoice, Line
from making import box_face, digital_face, tax_control_face, ticket_face
from making.deals import Wishes, deal
from making.sheets import Sheet

Printed = tuple[Invoice, list[Sheet]]
RIDERS = (
    ("王芳", "110101********1234", "2026-05-11", "武汉站", "园博园北", "无", "公共交通"),
    ("李娜", "110101********1235", "2026-05-12", "北京", "上海", "二等座", "火车"),
)
LOADS = (("公路运输", "京A12345", "北京市", "上海市", "办公家具"),)


def digital(**wishes: object) -> Callable[[int], Printed]:
    """Return the maker of a 数电 face."""

    def made(seed: int) -> Printed:
        invoice = deal(seed, Wishes(**wishes))  # type: ignore[arg-type]
        return _remarked(invoice), [digital_face.face(invoice)]

    return made


def business(columns: object, extra: dict[str, str], **more: object) -> Callable[[int], Printed]:
    """Return the maker of a 数电 face of a special business; its lines have no specification."""

    def made(seed: int) -> Printed:
        invoice = deal(seed, Wishes(lines=1, bare=True, discount="table" in more))
        return invoice, [digital_face.face(invoice, columns=columns, extra=extra, **more)]  # type: ignore[arg-type]

    return made


def difference(seed: int) -> Printed:
    """A 数电 invoice of a difference (差额征税): stars for the rate, the tax all the same."""
    invoice = deal(seed, Wishes(lines=1))
    lines = tuple(msgspec.structs.replace(line, rate="***") for line in invoice.lines)
    sheet = digital_face.face(msgspec.structs.replace(invoice, lines=lines), business="差额征税-差额开票")
    return msgspec.structs.replace(
        invoice, lines=tuple(msgspec.structs.replace(line, rate=None) for line in lines)
    ), [sheet]


def several_pages(seed: int) -> Printed:
    """A 数电 invoice of five pages."""
    invoice = deal(seed, Wishes(lines=9, accounts=True))
    return _remarked(invoice), digital_face.pages(invoice)


def tax_control(**wishes: object) -> Callable[[int], Printed]:
    """Return the maker of a 税控 face."""

    def made(seed: int) -> Printed:
        invoice = deal(seed, Wishes(**wishes))  # type: ignore[arg-type]
        sheet = tax_control_face.face(invoice)
        if invoice.red:
            remark = f"对应正数发票代码:{invoice.red.original_code}号码:{invoice.red.original_number}"
            invoice = msgspec.structs.replace(invoice, remark=remark)
        return invoice, [sheet]

    return made


def toll(seed: int) -> Printed:
    """A toll invoice: plates and days instead of quantities."""
    invoice = deal(seed, Wishes(kind="14", lines=1, bare=True, accounts=True))
    extra = {"plate": "京A12345", "class": "客车", "from": "20240501", "to": "20240502"}
    return invoice, [
        tax_control_face.face(invoice, columns=tax_control_face.TOLLS, mark="通行费", extra=extra)
    ]


def printed_paper(seed: int) -> Printed:
    """A paper special invoice, scanned and recognised."""
    invoice = deal(seed, Wishes(kind="01", accounts=True))
    return msgspec.structs.replace(invoice, machine_number=None), [tax_control_face.paper_face(invoice)]


def digital_paper(seed: int) -> Printed:
    """A 数电 invoice on paper: code and number as printed, and its 20 digits where the machine's number stood."""
    told = deal(seed, Wishes(kind="01", accounts=True))
    assert told.issued_on
    invoice = msgspec.structs.replace(
        told, kind="85", machine_number=None, digital_number=f"{told.issued_on:%y}112{seed:015d}"
    )
    sheet = tax_control_face.face(msgspec.structs.replace(invoice, kind="01"))
    sheet.texts = [text for text in sheet.texts if text.text != "机器编号："]
    sheet.pictures = []
    sheet.put(11, 25.7, f"数电票号码：{invoice.digital_number}")
    return invoice, [sheet]


def blockchain(seed: int) -> Printed:
    """A blockchain invoice of Shenzhen: five signs of check code, a payment mark instead of the bank."""
    told = deal(seed, Wishes(kind="10", lines=1))
    invoice = msgspec.structs.replace(told, code="144032009110", machine_number=None, check_code="d3f5a")
    sheet = tax_control_face.face(invoice)
    swapped = {"北京增值税电子普通发票": "深圳电子普通发票", "开户行及账号：": "电子支付标识："}
    sheet.texts = [
        replace(text, text=swapped.get(text.text, text.text))
        for text in sheet.texts
        if text.text not in ("机器编号：", "密", "码", "区")
    ]
    sheet.texts = [text for text in sheet.texts if text.text not in tax_control_face.CIPHER]
    sheet.pictures = []
    return invoice, [sheet]


def with_list(seed: int) -> Printed:
    """A 税控 invoice that refers to its list, and the list behind it."""
    invoice = deal(seed, Wishes(kind="10", lines=9, accounts=True))
    reference = Line(name="(详见销货清单)", amount=invoice.amount, tax=invoice.tax)
    front = msgspec.structs.replace(invoice, lines=(reference,))
    return invoice, [tax_control_face.face(front), tax_control_face.goods_list(invoice, invoice.lines)]


def _remarked(invoice: Invoice) -> Invoice:
    """Return the invoice with the remark as the face prints it: accounts and red references stand there too."""
    rows = digital_face.remark_rows(invoice)
    return msgspec.structs.replace(invoice, remark="".join(rows) or None)


def one(maker: Callable[[int], tuple[Invoice, Sheet]]) -> Callable[[int], Printed]:
    """Return a maker of one sheet as a maker of sheets."""

    def made(seed: int) -> Printed:
        invoice, sheet = maker(seed)
        return invoice, [sheet]

    return made


LAYOUTS: dict[str, Callable[[int], Printed]] = {
    "digital-ordinary": digital(remark="合同HT-2024/07，请于月底前付款。"),
    "digital-special": digital(kind="81", accounts=True, remark="订单号：12345"),
    "digital-one-line": digital(lines=1),
    "digital-red": digital(red=True),
    "digital-exempt-personal": digital(exempt=True, personal=True),
    "digital-discount": digital(discount=True, lines=1),
    "digital-without-quantity": digital(bare=True, lines=3),
    "digital-several-pages": several_pages,
    "digital-building": business(
        digital_face.BUILDING,
        {"place": "北京市海淀区中关村南大街", "site": "某某大厦二期工程装修改造项目"},
        business="建筑服务",
    ),
    "digital-letting": business(
        digital_face.LETTING, {"deed": "京（2019）海不动产权第0012345号"}, business="不动产经营租赁服务"
    ),
    "digital-riders": business(
        digital_face.RIDES, {}, business="旅客运输服务", table=digital_face.RIDERS, entries=RIDERS
    ),
    "digital-loads": business(
        digital_face.RIDES, {}, business="货物运输服务", table=digital_face.LOADS, entries=LOADS
    ),
    "digital-tolls": business(
        digital_face.TOLLS,
        {"plate": "京A12345", "class": "客车", "from": "2026-05-01", "to": "2026-05-02"},
        business="通行费",
    ),
    "digital-difference": difference,
    "tax-control-ordinary": tax_control(kind="10", accounts=True, remark="订单号:65047079890"),
    "tax-control-special-paper": tax_control(kind="01", accounts=True, lines=3),
    "tax-control-special-electronic": tax_control(kind="08", accounts=True, lines=1),
    "tax-control-ordinary-paper": tax_control(kind="04", personal=True),
    "tax-control-exempt": tax_control(kind="10", exempt=True),
    "tax-control-red": tax_control(kind="10", red=True, personal=True, accounts=True),
    "tax-control-toll": toll,
    "tax-control-list": with_list,
    "tax-control-scanned-paper": printed_paper,
    "digital-paper": digital_paper,
    "blockchain": blockchain,
    "roll": one(box_face.strip),
    "vehicle": one(box_face.car),
    "vehicle-used": one(lambda seed: box_face.car(seed, used=True)),
    "railway": one(ticket_face.ride),
    "railway-refund": one(lambda seed: ticket_face.ride(seed, refund=True)),
    "air": one(ticket_face.flight),
}
