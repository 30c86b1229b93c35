"""PDF files as they come: attachments, locks, damage, length, scans and forms without labels."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from fapiao.einvoice import write_element
from fapiao.format import read_bytes
from making import digital_face, shown
from making.comparing import differences, errors, only, told_by
from making.deals import Wishes, deal
from making.layouts import LAYOUTS
from making.other_papers import paper
from making.photos import page
from making.sheets import Paper, Sheet, pdf_of
from making.shown import qr_picture

RAIL = (
    '<xbrl xmlns="http://www.xbrl.org/2003/instance" '
    'xmlns:rai="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/rai">'
    "<rai:ElectronicInvoiceRailwayETicketNumber>{number}</rai:ElectronicInvoiceRailwayETicketNumber>"
    "<rai:DateOfIssue>{day}</rai:DateOfIssue><rai:Fare>{total}</rai:Fare>"
    "<rai:TaxAmount>{tax}</rai:TaxAmount><rai:NameOfPurchaser>{buyer}</rai:NameOfPurchaser></xbrl>"
)
SLIP = (
    '<xbrl xmlns="http://www.xbrl.org/2003/instance" '
    'xmlns:bker="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/bker"><bker:Amount>1.00</bker:Amount></xbrl>'
)


def test_an_embedded_xml_comes_before_the_face():
    printed, sheets = LAYOUTS["digital-special"](71)
    data = pdf_of(sheets, Paper(attachments=(("einvoice.xml", write_element(printed)),)))
    [reading] = read_bytes(data, "face.pdf")
    assert reading.invoice is not None
    assert reading.routes["number"] == "attachment"
    assert reading.invoice.number == printed.number
    assert [finding.code for finding in reading.findings] == []


def test_a_remark_that_the_face_prints_longer_is_no_contradiction():
    invoice = deal(87, Wishes(kind="81", accounts=True, remark="订单号：12345"))
    data = pdf_of([digital_face.face(invoice)], Paper(attachments=(("a.xml", write_element(invoice)),)))
    [reading] = read_bytes(data, "face.pdf")
    assert reading.invoice is not None
    assert reading.invoice.remark == "订单号：12345"
    assert [finding.code for finding in reading.findings] == []


def test_an_embedded_voucher_of_a_ticket_tells_what_the_face_does_not():
    printed, sheets = LAYOUTS["railway"](72)
    assert printed.issued_on
    assert printed.total
    told = RAIL.format(
        number=printed.number,
        day=printed.issued_on.isoformat(),
        total=printed.total,
        tax="4.13",
        buyer=printed.buyer.name,
    )
    attached = (("rai_issuer_1.xml", told.encode()), ("0", told.encode()))
    [reading] = read_bytes(pdf_of(sheets, Paper(attachments=attached)), "ticket.pdf")
    assert reading.invoice is not None
    assert (reading.invoice.kind, reading.invoice.tax) == ("51", Decimal("4.13"))
    assert reading.invoice.buyer.tax_id == printed.buyer.tax_id
    assert reading.routes["tax"] == "attachment"
    assert reading.routes["buyer.tax_id"] == "text-layer"
    assert [finding.code for finding in reading.findings] == []


def test_two_attachments_go_each_to_its_own_face():
    pairs = [LAYOUTS["digital-one-line"](seed) for seed in (73, 74)]
    attached = tuple(
        (f"{place}.xml", write_element(invoice)) for place, (invoice, _) in enumerate(reversed(pairs))
    )
    sheets = [sheet for _, group in pairs for sheet in group]
    readings = list(read_bytes(pdf_of(sheets, Paper(attachments=attached)), "two.pdf"))
    assert [(each.page, each.routes["number"]) for each in readings] == [(1, "attachment"), (2, "attachment")]
    assert [each.invoice.number for each in readings if each.invoice] == [each.number for each, _ in pairs]


def test_a_face_and_an_attachment_that_differ_make_a_finding():
    _, sheets = LAYOUTS["digital-one-line"](75)
    other, _ = LAYOUTS["digital-one-line"](76)
    data = pdf_of(sheets, Paper(attachments=(("a.xml", write_element(other)),)))
    [reading] = read_bytes(data, "face.pdf")
    assert "routes-disagree" in {finding.code for finding in reading.findings}


def test_a_bank_slip_with_its_voucher_is_no_invoice():
    data = pdf_of([paper("letter")], Paper(attachments=(("bker.xml", SLIP.encode()),)))
    assert errors(data) == ["not-an-invoice"]


def test_an_empty_password_opens_and_a_real_one_is_asked_for():
    printed, sheets = LAYOUTS["digital-ordinary"](77)
    assert differences(only(pdf_of(sheets, Paper(password=""))), printed) == []
    assert errors(pdf_of(sheets, Paper(password="secret"))) == ["file-encrypted"]


@pytest.mark.parametrize("damage", ["xref-gone", "xref-shifted", "tail-cut", "junk-before", "junk-after"])
def test_a_damaged_table_does_not_hide_the_invoice(damage: str):
    printed, sheets = LAYOUTS["digital-ordinary"](78)
    data = pdf_of(sheets)
    table = data.rindex(b"xref\n0")
    harmed = {
        "xref-gone": data[:table] + data[data.rindex(b"trailer") :],
        "xref-shifted": re.sub(rb"startxref\n\d+", b"startxref\n99", data),
        "tail-cut": data[: data.rindex(b"startxref")],
        "junk-before": b"HTTP/1.1 200 OK\r\n\r\n" + data,
        "junk-after": data + b"\0" * 500,
    }
    assert differences(only(harmed[damage]), printed) == []


def test_half_a_file_is_damaged():
    _, sheets = LAYOUTS["digital-ordinary"](78)
    data = pdf_of(sheets)
    assert errors(data[: len(data) // 8]) == ["file-damaged"]


def test_five_thousand_pages_are_read_as_far_as_said():
    printed, [sheet] = LAYOUTS["digital-ordinary"](79)
    blank = Sheet(210, 297)
    [reading] = read_bytes(pdf_of([sheet, *[blank] * 4_999]), "long.pdf")
    assert reading.invoice is not None
    assert differences(reading.invoice, printed) == []
    assert "pages-skipped" in {finding.code for finding in reading.findings}


def test_a_scan_gives_its_code_and_says_that_there_was_no_text():
    printed, [sheet] = LAYOUTS["digital-ordinary"](80)
    sheet.texts = []
    [reading] = read_bytes(pdf_of([sheet]), "scan.pdf")
    assert reading.invoice is not None
    assert (reading.invoice.number, reading.invoice.total) == (printed.number, printed.total)
    assert reading.route == "qr"
    assert [finding.code for finding in reading.findings] == ["no-text-layer"]


def test_a_page_that_is_one_picture_gives_its_code():
    printed, _ = LAYOUTS["digital-ordinary"](81)
    sheet = Sheet(210, 210)
    whole = page(shown.payload(printed), pixels=3, size=(1240, 1240))
    sheet.pictures = [(0, 0, 210, whole)]
    [told] = told_by(pdf_of([sheet]))
    assert told.number == printed.number


@pytest.mark.parametrize("typed", [True, False])
def test_a_code_drawn_by_boxes_is_read(typed: bool):
    printed, [sheet] = LAYOUTS["digital-ordinary"](86)
    code = qr_picture(shown.payload(printed), 1)
    step = 20 / code.width
    sheet.pictures = []
    sheet.boxes = [
        (7 + x * step, 4 + y * step, step * 1.02, step * 1.02)
        for y in range(code.height)
        for x in range(code.width)
        if not code.getpixel((x, y))
    ]
    sheet.texts = sheet.texts if typed else []
    [told] = told_by(pdf_of([sheet]))
    assert (told.number, told.qr) == (printed.number, shown.payload(printed))


def test_fifty_scanned_pages_without_a_code_come_to_an_end():
    sheet = Sheet(210, 297)
    sheet.pictures = [(0, 0, 210, page("nothing", pixels=3, size=(1240, 1240)))]
    assert errors(pdf_of([sheet] * 50)) == ["no-invoice"]


def test_scanned_and_typed_invoices_in_one_file_are_all_told():
    typed, [first] = LAYOUTS["digital-ordinary"](82)
    scanned, [second] = LAYOUTS["tax-control-ordinary"](83)
    second.texts = []
    told = told_by(pdf_of([second, first]))
    assert sorted(each.number or "" for each in told) == sorted([typed.number, scanned.number])


def test_values_without_labels_are_told_by_form_and_place():
    printed, [sheet] = LAYOUTS["digital-one-line"](84)
    labels = re.compile(
        r"电子发票|发票号码|开票日期|名称：|统一社会|项目名称|规格型号|单 位|数 量|单 价|金 额|税率|税 额|价税合计|（小写）"
        r"|开票人|下载次数|国家税务总局|税务局"
    )
    sheet.texts = [text for text in sheet.texts if len(text.text) > 1 or 53 < text.y < 90]
    sheet.texts = [text for text in sheet.texts if not labels.match(text.text)]
    assert differences(only(pdf_of([sheet])), printed) == []


def test_a_value_of_signs_from_nowhere_is_left_out():
    printed, [sheet] = LAYOUTS["digital-one-line"](85)
    sheet.texts = [
        replace(text, text="\ue123\ue124\ue125\ue126有限公司") if text.text == printed.seller.name else text
        for text in sheet.texts
    ]
    [reading] = read_bytes(pdf_of([sheet]), "odd.pdf")
    assert reading.invoice is not None
    assert reading.invoice.seller.name is None
    assert reading.invoice.buyer.name == printed.buyer.name
    assert "text-layer-garbled" in {finding.code for finding in reading.findings}
