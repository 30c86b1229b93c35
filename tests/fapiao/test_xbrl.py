"""XBRL vouchers: ordinary, special, toll, rail, air; a receiver's additions; papers that are no invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fapiao.format import Reading, read_bytes
from fapiao.invoice import Invoice
from making.vouchers import AIR, INV, RAIL, voucher

RECEIVED = {
    "InvoiceNumber": "26112000000012345678",
    "SellerName": "甲照明公司",
    "SellerIdNum": "91110000600037341L",
    "TotalAmWithoutTax": "9000.00",
    "RequestTime": "2026-11-13 20:05:10",
    "TotalTaxAm": "1170.00",
    "TotalTax-includedAmount": "10170.00",
    "WhetherEinvoiceIsRedEinvoice": "false",
    "WhetherEinvoiceHasBeenBooked": "true",
    "NameOfAccountingEntity": "乙商贸公司",
}
BOOKED = """<x:InformationOfAccountingDocumentsTuple><x:NumberOfAccountingDocuments contextRef="c1">R0009</x:NumberOfAccountingDocuments>
<x:PostingDate contextRef="c1">2026-12-31</x:PostingDate><x:AccountingPeriod contextRef="c1">2026-12</x:AccountingPeriod>
<x:InformationOfDebitAndCreditEntryTuple><x:DebitOrCredit contextRef="c1">借方</x:DebitOrCredit>
<x:RecordedAmount decimals="2" contextRef="c1" unitRef="u1">9000.00</x:RecordedAmount></x:InformationOfDebitAndCreditEntryTuple>
</x:InformationOfAccountingDocumentsTuple>"""


def only(data: bytes) -> Reading:
    (reading,) = read_bytes(data, "voucher.xml")
    return reading


def invoice_of(data: bytes) -> Invoice:
    reading = only(data)
    assert reading.error is None, reading.error
    assert reading.format == "xbrl"
    assert reading.invoice is not None
    return reading.invoice


@pytest.mark.parametrize("day", ["2021-11-30", "2023-05-15", "2023-12-31"])
@pytest.mark.parametrize("prefix", ["rai", "x"])
def test_a_rail_ticket_has_its_fare_as_total_and_no_seller(day: str, prefix: str):
    invoice = invoice_of(voucher("rai", RAIL, day=day, prefix=prefix))
    assert (invoice.kind, invoice.number, invoice.issued_on) == (
        "51",
        RAIL["ElectronicInvoiceRailwayETicketNumber"],
        date(2026, 7, 11),
    )
    assert (invoice.total, invoice.amount, invoice.tax) == (
        Decimal("272.50"),
        Decimal("250.00"),
        Decimal("22.50"),
    )
    assert (invoice.buyer.name, invoice.buyer.tax_id) == ("乙商贸公司", "91110108339805094M")
    assert (invoice.seller.name, invoice.seller.tax_id) == (None, None)
    assert invoice.special is not None
    told = {
        key: invoice.special[key]
        for key in ("车次", "出发站", "到达站", "乘车日期", "席别", "业务类型", "电子客票号码", "乘车人")
    }
    assert told == {"车次": "G1281", "出发站": "北京南", "到达站": "天津西", "乘车日期": "2026-07-02", "席别": "二等座", "业务类型": "售",
                    "电子客票号码": "2212345678062693012342026", "乘车人": "王芳"}  # fmt: skip


def test_an_air_receipts_fare_is_one_part_of_its_total():
    invoice = invoice_of(voucher("atr", AIR))
    assert (invoice.kind, invoice.number) == ("61", AIR["ElectronicInvoiceAirTransportReceiptNumber"])
    assert (invoice.total, invoice.tax) == (Decimal("610.46"), Decimal("49.54"))
    assert invoice.amount is not None
    assert invoice.amount + Decimal("49.54") == Decimal("610.46")
    special = invoice.special or {}
    parts = [Decimal(special[key]) for key in ("票价", "燃油附加费", "民航发展基金", "其他税费")]
    assert sum(parts) + Decimal("49.54") == invoice.total
    assert (special["电子客票号码"], special["验证码"]) == ("7812345678901", "CHECK1")
    assert invoice.check_code is None


def test_the_legs_of_a_journey_stand_in_columns():
    leg = "<x:DetailInformationOfAirTicketTuple><x:Flight>{}</x:Flight><x:DepartureStation>{}</x:DepartureStation></x:DetailInformationOfAirTicketTuple>"
    data = voucher("atr", AIR, more=leg.format("CA1", "北京") + leg.format("CA2", "成都"))
    special = invoice_of(data).special or {}
    assert (special["航班号"], special["出发站"]) == (["CA1", "CA2"], ["北京", "成都"])


def test_a_tax_control_voucher_tells_code_number_and_lines():
    invoice = invoice_of(voucher("inv", INV))
    assert (invoice.kind, invoice.code, invoice.number) == ("10", "011002600111", "02630221")
    assert (invoice.check_code, invoice.machine_number, invoice.drawer) == (
        "69995434391259060960",
        "661825083591",
        "王芳",
    )
    assert (invoice.total, invoice.total_in_words) == (Decimal("10440.00"), "壹万零肆佰肆拾圆整")
    assert (invoice.seller.tax_id, invoice.seller.phone, invoice.seller.account) == (
        "91110000600037341L",
        "010-62345678",
        "0200001234567",
    )
    (line,) = invoice.lines
    assert (line.name, line.rate, line.tax) == ("*现代服务*后勤服务", "0.06", Decimal("590.94"))


def test_a_unique_code_is_taken_apart_into_code_and_number():
    told = {name: value for name, value in INV.items() if name not in ("CodeOfInvoice", "NumberOfInvoice")}
    invoice = invoice_of(voucher("inv", told))
    assert (invoice.code, invoice.number) == ("011002600111", "02630221")


@pytest.mark.parametrize(
    ("name", "number", "kind"),
    [
        ("inv_ord", "26112000000012345678", "82"),
        ("einv_ord", "26112000000012345678", "82"),
        ("inv_spcl", "26112000000012345678", "81"),
        ("einv_spcl", "26112000000012345678", "81"),
        ("inv_tlf", "26112000000012345678", "82"),
    ],
)
def test_the_taxonomy_names_the_kind_and_the_number_the_era(name: str, number: str, kind: str):
    assert (
        invoice_of(voucher(name, {"InvoiceNumber": number, "TotalTax-includedAmount": "1.00"})).kind == kind
    )


@pytest.mark.parametrize(("name", "kind"), [("inv_ord", "10"), ("einv_spcl", "08"), ("inv_tlf", "14")])
def test_the_same_taxonomies_with_a_code_are_of_the_tax_control_era(name: str, kind: str):
    assert (
        invoice_of(voucher(name, {"CodeOfInvoice": "011002600111", "NumberOfInvoice": "02630221"})).kind
        == kind
    )


def test_what_a_receiver_adds_is_read_and_not_mistaken():
    reading = only(voucher("einv", RECEIVED, more=BOOKED))
    invoice = reading.invoice
    assert invoice is not None
    assert (invoice.total, invoice.amount, invoice.issued_on) == (
        Decimal("10170.00"),
        Decimal("9000.00"),
        date(2026, 11, 13),
    )
    assert (invoice.buyer.name, invoice.red, invoice.lines) == (None, None, ())
    booking = (invoice.special or {})["入账信息"]
    assert (booking["是否已入账"], booking["会计主体名称"]) == ("true", "乙商贸公司")
    assert booking["记账凭证"][0]["记账凭证编号"] == "R0009"
    assert [finding.code for finding in reading.findings] == ["kind-unknown"]


def test_a_red_flag_of_a_receiver_is_seen():
    invoice = invoice_of(voucher("einv", RECEIVED | {"WhetherEinvoiceIsRedEinvoice": "true"}))
    assert invoice.red is not None


@pytest.mark.parametrize("name", ["ntrev_gpm", "ntrev", "bker", "bkrs", "efi", "ctp"])
def test_other_vouchers_are_no_invoices(name: str):
    error = only(voucher(name, {"InvoiceNumber": "26112000000012345678", "TotalAmount": "1.00"})).error
    assert error is not None
    assert error.code == "not-an-invoice"


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_a_voucher_in_another_encoding_is_one_still(encoding: str):
    text = voucher("rai", RAIL).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    assert invoice_of(text.encode(encoding)).kind == "51"


def test_prefixes_never_declared_are_forgiven():
    data = voucher("rai", RAIL, prefix="rai").replace(b' xmlns:link="http://www.xbrl.org/2003/linkbase"', b"")
    assert invoice_of(data).total == Decimal("272.50")


def test_a_fact_that_is_nil_says_nothing():
    data = voucher("rai", RAIL | {"NameOfPurchaser": ""})
    assert invoice_of(data).buyer.name is None
