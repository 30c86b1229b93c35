"""OFD: attachment, tags, metadata, page text and QR code; each missing, broken, empty or contradicting the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from fapiao.format import Reading, read_bytes
from fapiao.invoice import Invoice, Red
from making.ofd_files import digital, ofd_xml, packed, page, payload_of
from making.papers import NUMBER, OTHER, paper
from making.vouchers import AIR, RAIL, voucher

Parts = dict[str, bytes]
ATTACHED = "Doc_0/Attachs/original_invoice.xml"
TAGS = "Doc_0/Tags/CustomTag.xml"
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def readings(parts: Parts) -> list[Reading]:
    return list(read_bytes(packed(parts), "x.ofd"))


def only(parts: Parts) -> Reading:
    (reading,) = readings(parts)
    assert reading.error is None, reading.error
    return reading


def invoice_of(parts: Parts) -> Invoice:
    invoice = only(parts).invoice
    assert invoice is not None
    return invoice


def without(*folders: str, meta: bool = True) -> Parts:
    parts = {
        name: data for name, data in digital(paper()).items() if not any(each in name for each in folders)
    }
    return parts if meta else parts | {"OFD.xml": ofd_xml({})}


def as_printed(invoice: Invoice) -> Invoice:
    return msgspec.structs.replace(invoice, qr=payload_of(invoice))


def disagreements(reading: Reading) -> set[str]:
    return {finding.path for finding in reading.findings if finding.code == "routes-disagree"}


@pytest.mark.parametrize(
    ("parts", "route"),
    [
        (without(), "attachment"),
        (without("Attachs"), "tag"),
        (without("Attachs", meta=False), "tag"),
        (without("Attachs", "Tags"), "text-layer"),
        (without("Attachs", "Tags", meta=False), "text-layer"),
        (without("Tags"), "attachment"),
        (without("Pages"), "attachment"),
        (without("Tpls"), "attachment"),
        (without("Res/"), "attachment"),
    ],
)
def test_what_one_route_lacks_another_tells(parts: Parts, route: str):
    reading = only(parts)
    assert reading.route == route
    expected = as_printed(paper()) if any("image_6920" in name for name in parts) else paper()
    assert reading.invoice == expected
    assert disagreements(reading) == set()


def broken(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    "spoil", [broken, lambda data: b"", lambda data: b"<a/>", lambda data: b"\x00\x01\x02" * 9]
)
@pytest.mark.parametrize(
    "name",
    [ATTACHED, TAGS, "Doc_0/Tags/CustomTags.xml", "Doc_0/Attachs/Attachments.xml", PAGE, "Doc_0/Tpls/Tpl_0/Content.xml",
     "Doc_0/PublicRes.xml", "Doc_0/Annots/Annotations.xml", "Doc_0/Res/seal.png"],
)  # fmt: skip
def test_a_spoilt_part_sinks_nothing(name: str, spoil: Callable[[bytes], bytes]):
    parts = digital(paper())
    invoice = invoice_of(parts | {name: spoil(parts[name])})
    assert (invoice.number, invoice.total, invoice.kind) == (NUMBER, paper().total, "81")
    assert len(invoice.lines) == 2


def test_a_broken_ofd_xml_is_forgiven_where_the_document_is_found():
    assert invoice_of(digital(paper()) | {"OFD.xml": b"<OFD"}).number == NUMBER


@pytest.mark.parametrize("data", [None, b"", b"<ofd", b"<a/>"])
def test_attachments_are_read_even_where_the_document_is_lost(data: bytes | None):
    parts = {name: each for name, each in digital(paper()).items() if name != "Doc_0/Document.xml"}
    reading = only(parts if data is None else parts | {"Doc_0/Document.xml": data})
    assert (reading.route, reading.invoice) == ("attachment", paper())


@pytest.mark.parametrize(
    ("name", "old", "new", "path"),
    [
        (ATTACHED, b"214.12", b"215.12", "total"),
        (TAGS, b">6900<", b">6902<", None),
        (PAGE, "王芳".encode(), "李强".encode(), "drawer"),
        (PAGE, "安泰恒通".encode(), "安泰永通".encode(), "buyer.name"),
        ("OFD.xml", b"202.00", b"203.00", "amount"),
        ("OFD.xml", NUMBER.encode(), OTHER.encode(), "number"),
    ],
)
def test_contradicting_routes_are_a_finding_and_the_better_one_wins(
    name: str, old: bytes, new: bytes, path: str | None
):
    parts = digital(paper())
    assert old in parts[name]
    reading = only(parts | {name: parts[name].replace(old, new)})
    assert disagreements(reading) == ({path} if path else set())
    assert reading.invoice is not None
    assert reading.invoice.number == NUMBER
    assert reading.invoice.total == Decimal("215.12" if path == "total" else "214.12")


def test_the_qr_code_is_compared_and_never_overrules():
    reading = only(
        digital(paper(), payload=payload_of(msgspec.structs.replace(paper(), total=Decimal("999.00"))))
    )
    assert reading.invoice is not None
    assert reading.invoice.total == Decimal("214.12")
    assert "total" in disagreements(reading)
    assert reading.routes["qr"] == "qr"


def test_the_qr_code_alone_tells_what_it_says():
    invoice = invoice_of(without("Attachs", "Tags", "Pages", meta=False))
    assert (invoice.number, invoice.total, invoice.kind, invoice.amount) == (
        NUMBER,
        Decimal("214.12"),
        "81",
        None,
    )


SWEI_TAGS = f"""<EInvoice xmlns:ofd="http://www.ofdspec.org/2016"><Header><EIid><ofd:ObjectData>{NUMBER}</ofd:ObjectData></EIid>
<InherentLabel><GeneralOrSpecialVAT><LabelCode><ofd:ObjectData>02</ofd:ObjectData></LabelCode><LabelName><ofd:ObjectData>普通发票</ofd:ObjectData></LabelName></GeneralOrSpecialVAT></InherentLabel></Header>
<EInvoiceData><SellerInformation><SellerIdNum><ofd:ObjectData>91110000600037341L</ofd:ObjectData></SellerIdNum><SellerName><ofd:ObjectData>京华天成科技有限公司</ofd:ObjectData></SellerName>
<SellerAddr><ofd:ObjectData>北京市甲路1号</ofd:ObjectData></SellerAddr></SellerInformation>
<BasicInformation><TotalAmWithoutTax><ofd:ObjectData>202.0</ofd:ObjectData></TotalAmWithoutTax><TotalTaxAm><ofd:ObjectData>12.12</ofd:ObjectData></TotalTaxAm>
<TotalTax-includedAmount><ofd:ObjectData>¥</ofd:ObjectData></TotalTax-includedAmount><Drawer><ofd:ObjectData>王芳</ofd:ObjectData></Drawer></BasicInformation>
<IssuItemInformation><ItemName><ofd:ObjectData>*餐饮服务*餐费</ofd:ObjectData></ItemName><Amount><ofd:ObjectData>202.00</ofd:ObjectData></Amount><TaxRate><ofd:ObjectData>6%</ofd:ObjectData></TaxRate></IssuItemInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber><ofd:ObjectRef PageRef="61">6900</ofd:ObjectRef></InvoiceNumber><IssueTime><ofd:ObjectData>2026年07月01日</ofd:ObjectData></IssueTime></TaxSupervisionInfo></EInvoice>"""


def test_tags_of_the_digital_family_hold_their_values_themselves():
    parts = without("Attachs", "Res/", "Tpls", meta=False) | {
        TAGS: SWEI_TAGS.encode(),
        PAGE: page("", template="").encode(),
    }
    invoice = invoice_of(parts)
    assert (invoice.number, invoice.kind, invoice.amount, invoice.total) == (
        NUMBER,
        "82",
        Decimal("202.00"),
        None,
    )
    assert (invoice.seller.name, invoice.seller.address) == ("京华天成科技有限公司", "北京市甲路1号")
    assert [(line.name, line.rate) for line in invoice.lines] == [("*餐饮服务*餐费", "0.06")]


def test_where_tags_tell_no_day_the_time_of_asking_does():
    tags = re.sub(
        "<IssueTime>.*?</IssueTime>",
        "<RequestTime><ofd:ObjectData>2026-07-01 10:00:00</ofd:ObjectData></RequestTime>",
        SWEI_TAGS,
    )
    parts = without("Attachs", "Res/", "Tpls", meta=False) | {
        TAGS: tags.encode(),
        PAGE: page("", template="").encode(),
    }
    assert invoice_of(parts).issued_on == date(2026, 7, 1)


def test_a_tag_that_points_at_the_currency_sign_alone_says_nothing():
    parts = without("Attachs", meta=False)
    reading = only(parts | {TAGS: parts[TAGS].replace(b'PageRef="61">6908<', b'PageRef="61">0<')})
    assert reading.invoice is not None
    assert reading.invoice.total == Decimal("214.12")
    assert reading.routes["total"] == "text-layer"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Doc_0/Document.xml", b"<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>", b""),
        ("Doc_0/Document.xml", b"Tags/CustomTags.xml", b"Tags/CustomTag.xml"),
        ("Doc_0/Tags/CustomTags.xml", b"CustomTag.xml", b"/Doc_0/Tags/CustomTag.xml"),
        ("Doc_0/Tags/CustomTags.xml", b"CustomTag.xml", b"lost.xml"),
    ],
)
def test_tags_are_found_listed_unlisted_and_in_place_of_their_list(name: str, old: bytes, new: bytes):
    parts = without("Attachs", meta=False)
    assert old in parts[name]
    reading = only(parts | {name: parts[name].replace(old, new)})
    assert reading.routes["seller.tax_id"] == "tag"


def test_tags_naming_a_page_that_is_not_there_find_their_objects_still():
    parts = without("Attachs", meta=False)
    reading = only(parts | {TAGS: parts[TAGS].replace(b'PageRef="61"', b'PageRef="1"')})
    assert reading.routes["seller.tax_id"] == "tag"


@pytest.mark.parametrize("name", ["Doc_0/Attachs/rai_issuer_1.xml", "Doc_0/Attachs/0", "Doc_0/Res/data.bin"])
def test_a_rail_tickets_values_are_in_its_voucher_whatever_its_name(name: str):
    parts = without("Attachs", "Tags", "Res/", "Tpls", meta=False) | {
        name: voucher("rai", RAIL),
        PAGE: page("").encode(),
    }
    reading = only(parts)
    assert reading.invoice is not None
    assert (reading.invoice.kind, reading.invoice.total, reading.route) == (
        "51",
        Decimal("272.50"),
        "attachment",
    )
    assert reading.invoice.seller.name is None


def test_an_air_itinerarys_voucher_is_read_from_the_attachment():
    parts = without("Attachs", "Tags", "Res/", "Tpls", meta=False) | {
        "Doc_0/Attachs/atr_0.xml": voucher("atr", AIR),
        PAGE: page("").encode(),
    }
    invoice = invoice_of(parts)
    assert (invoice.kind, invoice.total, invoice.tax) == ("61", Decimal("610.46"), Decimal("49.54"))


def test_a_second_attachment_of_the_same_number_completes_the_first():
    facts = {
        "InvoiceNumber": NUMBER,
        "TotalTax-includedAmount": "214.12",
        "WhetherEinvoiceHasBeenBooked": "true",
    }
    reading = only(digital(paper()) | {"Doc_0/Attachs/einv.xml": voucher("einv", facts)})
    assert disagreements(reading) == set()
    assert reading.invoice is not None
    assert (reading.invoice.special or {})["入账信息"] == {"是否已入账": "true"}


def test_bank_slips_give_no_invoice_even_beside_an_invoices_number_in_the_metadata():
    slip = voucher("bker", {"InvoiceNumber": NUMBER})
    parts = without("Attachs", "Tags", "Res/", "Tpls") | {
        "Doc_0/Attachs/bker.xml": slip,
        PAGE: page("").encode(),
    }
    (reading,) = readings(parts)
    assert reading.invoice is None
    assert reading.error is not None
    assert reading.error.code == "not-an-invoice"


def test_a_blank_form_invents_nothing():
    parts = without("Attachs", "Tags", "Res/", meta=False) | {PAGE: page("").encode()}
    (reading,) = readings(parts)
    assert reading.error is not None
    assert reading.error.code == "no-invoice"


def test_metadata_tells_the_tax_control_kind_and_the_parties():
    told = {"模板编号": "增值税电子普通发票", "发票代码": "011002600111", "发票号码": "12345678", "开票日期": "2026年01月05日", "合计金额": "100.00",
            "合计税额": "***", "价税合计": "100.00", "销售方名称": "甲公司", "销售方地址、 电话": "北京市甲路1号 010-62345678", "template-version": "1.0"}  # fmt: skip
    parts = without("Attachs", "Tags", "Res/", "Tpls") | {PAGE: page("").encode(), "OFD.xml": ofd_xml(told)}
    reading = only(parts)
    assert reading.route == "metadata"
    assert reading.invoice is not None
    assert (reading.invoice.kind, reading.invoice.code, reading.invoice.amount, reading.invoice.tax_text) == (
        "10",
        "011002600111",
        Decimal("100.00"),
        "***",
    )
    assert (reading.invoice.seller.address, reading.invoice.seller.phone) == ("北京市甲路1号", "010-62345678")


def test_a_red_invoice_is_told_by_tags_and_page():
    remark = f"被红冲蓝字数电发票号码：{OTHER} 红字发票信息确认单编号：11010826070102615708"
    red = paper(remark=remark)
    parts = {name: data for name, data in digital(red).items() if "Attachs" not in name}
    assert invoice_of(parts).red == Red(original_number=OTHER, confirmation_number="11010826070102615708")


def test_every_value_knows_its_route():
    reading = only(without("Attachs"))
    assert reading.invoice is not None
    assert {reading.routes[path] for path in ("number", "seller.name", "total")} == {"tag"}
    assert reading.routes["kind"] == "text-layer"
    assert reading.routes["qr"] == "qr"


def test_an_attachment_that_no_list_names_is_found():
    parts = digital(paper())
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        b"<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>", b""
    )
    assert only(parts).route == "attachment"
