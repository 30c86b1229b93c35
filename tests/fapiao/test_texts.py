"""Pasted text: mails, chats, copied rows, payloads, several numbers; an address is never opened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fapiao.format import read_bytes
from fapiao.invoice import Invoice

NUMBER = "26112000000219703940"


def told(text: str) -> list[Invoice]:
    return [reading.invoice for reading in read_bytes(text.encode(), "pasted.txt") if reading.invoice]


def numbers(text: str) -> list[str | None]:
    return [invoice.number for invoice in told(text)]


def test_labels_say_what_is_what():
    [invoice] = told(
        "您好，发票代码：011001605111，开票日期：2016年05月01日，发票号码：12345678，"
        "校验码：16630282980991510014，价税合计：￥1,060.00元，税额：60.00，销售方名称：甲公司，购买方税号：91110000600037341L"
    )
    assert (invoice.code, invoice.number, invoice.issued_on) == ("011001605111", "12345678", date(2016, 5, 1))
    assert (invoice.total, invoice.tax, invoice.check_code) == (
        Decimal("1060.00"),
        Decimal("60.00"),
        "16630282980991510014",
    )
    assert (invoice.seller.name, invoice.buyer.tax_id, invoice.kind) == ("甲公司", "91110000600037341L", "10")


def test_a_mail_says_its_invoice_not_when_it_was_sent_nor_its_other_numbers():
    [invoice] = told(
        f"发件人: a@b.c\n发送时间: 2026年7月20日 10:00\n账号 02000019092001234567\n\n附件是发票 {NUMBER}。\n"
        "红字确认单编号 11010824091002615708\n总金额 318.00"
    )
    assert (invoice.number, invoice.issued_on, invoice.total) == (NUMBER, None, Decimal("318.00"))


@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBER}、26112000000219703941，2611 2000 0002 1970 3942",
        f"{NUMBER}\n26112000000219703941\n{NUMBER}\n26112000000219703942",
        f"第一张 {NUMBER} 金额不对\n\n第二张：\n26112000000219703941\n\n第三张 26112000000219703942",
    ],
)
def test_several_numbers_come_back_each_once(text: str):
    assert [(number or "")[-1] for number in numbers(text)] == ["0", "1", "2"]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_blocks_of_labels_are_kept_apart(gap: str):
    blocks = [f"发票代码：011001605111\n发票号码：1234567{n}\n开票日期：2016-05-0{n}" for n in (1, 2)]
    assert [(each.number, each.issued_on) for each in told(gap.join(blocks))] == [
        ("12345671", date(2016, 5, 1)),
        ("12345672", date(2016, 5, 2)),
    ]


def test_a_code_beside_its_number_is_not_taken_for_twenty_digits():
    [invoice] = told("011001605111 12345678")
    assert (invoice.code, invoice.number) == ("011001605111", "12345678")


def test_a_day_between_code_and_number_is_no_number():
    [invoice] = told("发票代码 011001605111 日期 20160501 发票号码 12345678")
    assert (invoice.number, invoice.issued_on) == ("12345678", date(2016, 5, 1))


def test_a_row_copied_from_a_spreadsheet_is_read_by_what_its_cells_are():
    row = [
        "1",
        "",
        "",
        NUMBER,
        "91110000600037341L",
        "甲公司",
        "2026-07-01 10:00:00",
        "300.00",
        "18.00",
        "318.00",
        "数电发票（普通发票）",
    ]
    [invoice] = told("\t".join(row))
    assert (invoice.kind, invoice.amount, invoice.tax, invoice.total) == (
        "82",
        Decimal("300.00"),
        Decimal("18.00"),
        Decimal("318.00"),
    )
    assert invoice.issued_on == date(2026, 7, 1)


def test_rows_copied_with_their_heading_are_a_table():
    [reading] = read_bytes(f"发票号码\t开票日期\t金额\n{NUMBER}\t2026-07-01\t1.00".encode(), "-")
    assert (reading.format, reading.invoice and reading.invoice.number) == ("csv", NUMBER)


def test_payloads_and_bare_numbers_in_one_message():
    text = f"看 01,32,,24312000000136634917,0.01,20240514,,1DD6 和 01,31,,24312000000358032546,633.00,20241118,,16C0 还有 {NUMBER}"
    first, second, third = told(text)
    assert (first.qr, first.total, second.kind) == (
        "01,32,,24312000000136634917,0.01,20240514,,1DD6",
        Decimal("0.01"),
        "81",
    )
    assert third.number == NUMBER


def test_a_blockchain_address_is_read_and_any_other_refused():
    [invoice] = told(
        "见 https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=ab&bill_num=12345678&total_amount=1050"
    )
    assert (invoice.number, invoice.total) == ("12345678", Decimal("10.50"))
    [reading] = read_bytes(b"https://example.com/scan?id=7", "scan.txt")
    assert reading.error is not None
    assert reading.error.code == "qr-format"


def test_full_width_digits_are_digits():
    assert numbers("发票号码：２６１１２０００００　０２１９７０３９４０") == [NUMBER]
