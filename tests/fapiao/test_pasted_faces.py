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


@pytest.mark.parametrize("style", ["side_by_side", "layout", "scanned"])
def test_a_person_has_no_tax_number_and_does_not_get_the_sellers(style: str):
    invoice = msgspec.structs.replace(paper(kind="82"), buyer=Party(name="个人"))
    [found] = read(STYLES[style](invoice))
    assert (found.buyer, found.seller) == (invoice.buyer, invoice.seller)


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
