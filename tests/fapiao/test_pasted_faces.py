"""Pasted faces: what a viewer's copy, an extraction or an OCR gives of a face is read as far as it says it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from fapiao.format import read_bytes
from fapiao.invoice import Invoice, Party
from making.papers import NUMBER, OTHER, paper
from making.pasted import STYLES


def read(text: str) -> list[Invoice]:
    return [reading.invoice for reading in read_bytes(text.encode(), "pasted.txt") if reading.invoice]


@pytest.mark.parametrize("kind", ["81", "82"])
@pytest.mark.parametrize("style", STYLES)
def test_a_face_reads_back_from_its_text(style: str, kind: str):
    invoice = paper(kind=kind)
    [found] = read(STYLES[style](invoice))
    expected = msgspec.structs.replace(invoice, remark=None) if style == "detached" else invoice
    assert found == expected


@pytest.mark.parametrize("style", ["side_by_side", "layout", "ahead", "scanned"])
def test_a_person_has_no_tax_number_and_does_not_get_the_sellers(style: str):
    invoice = msgspec.structs.replace(paper(kind="82"), buyer=Party(name="个人"))
    [found] = read(STYLES[style](invoice))
    assert (found.buyer, found.seller) == (invoice.buyer, invoice.seller)


def test_a_letter_stands_for_the_currency_sign():
    [found] = read(STYLES["scanned"](paper()).replace("¥", "Y"))
    assert found == paper()


@pytest.mark.parametrize(
    "row",
    [
        "*技术服务*甲项服务 6%101.00 6.06",
        "*技术服务*甲项服务6%101.00 6.06",
        "*技术服务*甲项服务 101.00 6% 6.06",
        "*技术服务*甲项服务 101.00 6.06 6%",
        "*技术服务*甲项服务 101.00 6.066%",
    ],
)
def test_amount_rate_and_tax_are_told_in_any_order_and_close_together(row: str):
    text = STYLES["side_by_side"](paper(lines=1)).split("\n")
    at = next(place for place, line in enumerate(text) if line.startswith("*"))
    [found] = read("\n".join([*text[:at], row, *text[at + 1 :]]))
    [line] = found.lines
    assert (line.name, line.amount, line.rate, line.tax) == (
        "*技术服务*甲项服务",
        Decimal("101.00"),
        "0.06",
        Decimal("6.06"),
    )


@pytest.mark.parametrize("style", ["side_by_side", "scanned"])
def test_goods_without_a_starred_class_are_told_by_the_table(style: str):
    invoice = paper(lines=1)
    plain = (msgspec.structs.replace(invoice.lines[0], name="软件服务费"),)
    [found] = read(STYLES[style](msgspec.structs.replace(invoice, lines=plain)))
    assert found.lines == plain
    both = msgspec.structs.replace(paper(), lines=plain * 2)
    [two] = read(STYLES[style](both))
    assert two.lines == (both.lines if style == "side_by_side" else ())


def test_a_lone_figure_that_makes_the_amount_is_the_price_and_a_unit_may_touch_its_quantity():
    text = STYLES["side_by_side"](paper(lines=1))
    row = next(line for line in text.split("\n") if line.startswith("*"))
    [lone] = read(text.replace(row, "*技术服务*甲项服务 101.004 101.00 6% 6.06"))
    assert [(line.quantity, line.price) for line in lone.lines] == [(None, Decimal("101.004"))]
    [touching] = read(text.replace(row, "*技术服务*甲项服务 项2 50.5 101.00 6% 6.06"))
    assert [(line.unit, line.quantity, line.price) for line in touching.lines] == [
        ("项", Decimal("2"), Decimal("50.5"))
    ]


def test_a_lone_number_is_the_sellers_and_a_person_set_behind_it_buys():
    text = STYLES["detached"](paper(kind="82"))
    buyer, seller = paper().buyer, paper().seller
    pair = f"{buyer.name}\n{buyer.tax_id}\n{seller.name}\n{seller.tax_id}"
    [found] = read(text.replace(pair, f"{seller.name} 甲乙丙\n{seller.tax_id}"))
    assert (found.buyer, found.seller) == (
        Party(name="甲乙丙"),
        Party(name=seller.name, tax_id=seller.tax_id),
    )
    [unnamed] = read(text.replace(pair, f"{seller.name}甲乙丙\n{seller.tax_id}"))
    assert (unnamed.buyer, unnamed.seller) == (Party(), Party(tax_id=seller.tax_id))


def test_two_faces_in_one_text_are_two_invoices():
    first, second = paper(), paper(OTHER, kind="82", lines=3)
    found = read(f"{STYLES['side_by_side'](first)}\n{STYLES['layout'](second)}")
    assert found == [first, second]


def test_lines_that_do_not_make_the_amount_are_left_out():
    text = STYLES["side_by_side"](paper()).replace("101.00 6% 6.06", "100.00 6% 6.06", 1)
    [found] = read(text)
    assert (found.lines, found.amount) == ((), Decimal("202.00"))


def test_a_tax_control_face_has_its_buyer_above_and_its_seller_below():
    [found] = read(
        "北京增值税电子普通发票\n机器编号：499000000001   发票代码：011002000111\n      发票号码：12345678\n"
        "      开票日期：2021年03月02日\n      校 验 码：12345 67890 12345 67891\n"
        "    名       称: 安泰恒通商贸有限公司              密   03*+<8/>9-2*1<6>>*/58+-7<3\n购\n"
        "    纳税人识别号: 91110108339805094M           码\n买\n    地 址、电 话:\n方  开户行及账号:   区\n"
        "    货物或应税劳务、服务名称   规格型号  单位  数量  单价  金额  税率  税额\n"
        "    *餐饮服务*餐费       次  1  100.00  100.00  免税  ***\n    合 计          ¥100.00       ***\n"
        "    价税合计（大写）   ⊗壹佰圆整            （小写）¥100.00\n    名       称:京华天成科技有限公司\n销\n"
        "    纳税人识别号:91110000600037341L\n售\n    地 址、电 话:北京市海淀区某路1号 010-62345678\n"
        "方  开户行及账号:某银行海淀支行 0200001234567\n收款人：甲一 复核：乙二 开票人：丙三 销售方：（章）"
    )
    assert (found.kind, found.code, found.number) == ("10", "011002000111", "12345678")
    assert (found.issued_on, found.check_code) == (date(2021, 3, 2), "12345678901234567891")
    assert (found.machine_number, found.tax, found.tax_text) == ("499000000001", None, "***")
    assert (found.amount, found.total, found.total_in_words) == (
        Decimal("100.00"),
        Decimal("100.00"),
        "壹佰圆整",
    )
    assert (found.payee, found.reviewer, found.drawer) == ("甲一", "乙二", "丙三")
    assert found.buyer == Party(name="安泰恒通商贸有限公司", tax_id="91110108339805094M")
    assert found.seller == Party(
        name="京华天成科技有限公司",
        tax_id="91110000600037341L",
        address="北京市海淀区某路1号",
        phone="010-62345678",
        bank="某银行海淀支行",
        account="0200001234567",
    )
    assert [(line.amount, line.rate, line.tax) for line in found.lines] == [(Decimal("100.00"), "免税", None)]


def test_tickets_are_read_too():
    [rail] = read(
        f"电子发票（铁路电子客票）\n发票号码：{NUMBER}\n开票日期：2026年07月01日\n票价：￥139.50\n购买方名称：安泰恒通商贸有限公司"
    )
    assert (rail.kind, rail.total, rail.buyer.name) == ("51", Decimal("139.50"), "安泰恒通商贸有限公司")
    [air] = read(
        f"电子发票\n（航空运输电子客票行程单）\n发票号码：{NUMBER}\n票价\nCNY 420.00\n燃油附加费\nCNY 24.00\n增值税税额\nCNY 36.66\n"
        "民航发展基金\nCNY 50.00\n合计\nCNY 530.66\n填开单位：某航空服务有限公司\n填开日期：2026年08月01日\n购买方名称：个人"
    )
    assert (air.kind, air.total, air.tax, air.seller.name) == (
        "61",
        Decimal("530.66"),
        Decimal("36.66"),
        "某航空服务有限公司",
    )


def test_talk_about_an_invoice_is_not_taken_for_its_face():
    [found] = read(f"您好，发票号码：{NUMBER}，价税合计：￥106.00元，税额：6.00，开票人说购买方名称不对")
    assert (found.number, found.total, found.tax) == (NUMBER, Decimal("106.00"), Decimal("6.00"))


HEAD = f"电子发票（普通发票）\n发票号码：{NUMBER}\n开票日期：2026年07月01日\n项目名称 金 额 税率 税 额\n"
PARTIES = "安泰恒通商贸有限公司 京华天成科技有限公司\n91110108339805094M 91110000600037341L\n"


@pytest.mark.parametrize(
    ("sums", "told"),
    [
        ("合 计\n价税合计（大写） （小写）\n¥202.00 ¥12.12\n¥214.12\n", ("202.00", "12.12", "214.12", None)),
        (
            "价税合计（大写）\n贰佰壹拾肆圆壹角贰分\n（小写）\n￥214.12\n合计 ￥202.00 ￥12.12",
            ("202.00", "12.12", "214.12", None),
        ),
        ("¥202.00 ***\n贰佰零贰圆整 ¥202.00\n", ("202.00", None, "202.00", "***")),
        (
            "202.00\n¥\n12.12\n¥\n价税合计（大写）贰佰壹拾肆圆壹角贰分（小写）214.12",
            ("202.00", "12.12", "214.12", None),
        ),
        ("合 计 ¥200.00 ¥12.12\n价税合计（小写）¥214.12", (None, None, "214.12", None)),
    ],
)
def test_sums_are_what_is_labelled_or_adds_up(sums: str, told: tuple[str | None, ...]):
    [found] = read(f"{HEAD}{PARTIES}{sums}")
    values = (found.amount, found.tax, found.total)
    assert (*(None if value is None else str(value) for value in values), found.tax_text) == told


def test_a_number_set_close_behind_its_name_is_still_its_number():
    [found] = read(
        f"{HEAD}名称：\n名称：\n税额\n91110108339805094M\n京华天成科技有限公司91110000600037341L ¥202.00 ¥12.12 ¥214.12\n安泰恒通商贸有限公司"
    )
    assert found.seller == Party(name="京华天成科技有限公司", tax_id="91110000600037341L")
    assert found.buyer == Party(name="安泰恒通商贸有限公司", tax_id="91110108339805094M")


def test_a_lone_number_behind_both_names_is_the_sellers():
    [found] = read(
        f"{HEAD}名称： 名称：\n税额\n王小明 京华天成科技有限公司\n91110000600037341L\n（小写）¥1.00"
    )
    assert (found.buyer, found.seller) == (
        Party(name="王小明"),
        Party(name="京华天成科技有限公司", tax_id="91110000600037341L"),
    )


def test_charges_listed_before_their_values_are_paired():
    [found] = read(
        f"国内国际标识：国内\n发票号码：{NUMBER}\n票价\n燃油附加费\n增值税税率\n增值税税额\n民航发展基金\n其他税费\n合计\nCNY 420.00\n"
        "CNY 24.00\n9%\nCNY 36.66\nCNY 50.00\nCNY 0.00\nCNY 530.66\n填开单位：某航空服务有限公司\n填开日期：2026年08月01日\n购买方名称：个人"
    )
    assert (found.kind, found.total, found.tax) == ("61", Decimal("530.66"), Decimal("36.66"))


def test_an_old_number_without_its_code_is_kept():
    [found] = read(
        "增值税电子普通发票\n发票号码：07285613\n开票日期：2021年07月15日\n销售方名称：京华天成科技有限公司\n"
        "纳税人识别号：91110000600037341L\n合 计 ¥850.00 ¥51.00\n价税合计（小写）¥901.00"
    )
    assert (found.code, found.number, found.total) == (None, "07285613", Decimal("901.00"))
    assert (found.buyer, found.seller.tax_id) == (Party(), "91110000600037341L")


def test_endless_gaps_come_to_an_end():
    [found] = read(f"{HEAD}{PARTIES}合计{' ' * 100_000}（小写）¥1.00")
    assert found.total == Decimal("1.00")
