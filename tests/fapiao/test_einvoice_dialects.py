"""XML in every dialect, encoding and nesting that makers use: the same invoice comes out."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from fapiao.einvoice.values import BEIJING, parse_rate, parse_when
from fapiao.errors import FapiaoError
from fapiao.format import Reading, detect, read_bytes
from fapiao.invoice import Invoice, Red
from fapiao.markup import parse_xml
from fapiao.vocabulary import label

NUMBER = "26112000000012345678"

ENGLISH = f"""<EInvoice>
<Header><EIid>{NUMBER}</EIid><EInvoiceTag>SWEI1100</EInvoiceTag><Version>0.33</Version><InherentLabel>
<InIssuType><LabelCode>Y</LabelCode><LabelName>是否蓝字发票标志</LabelName></InIssuType>
<EInvoiceType><LabelCode>01</LabelCode><LabelName>电子发票</LabelName></EInvoiceType>
<GeneralOrSpecialVAT><LabelCode>01</LabelCode><LabelName>增值税专用发票</LabelName></GeneralOrSpecialVAT>
<TaxpayerType><LabelCode>1</LabelCode><LabelName>一般纳税人</LabelName></TaxpayerType></InherentLabel>
<UndefinedLabel><Label><LabelType>发票开具方式标签</LabelType><LabelCode>1</LabelCode><LabelName>网页开票</LabelName></Label></UndefinedLabel>
</Header><EInvoiceData>
<SellerInformation><SellerIdNum>91110000600037341L</SellerIdNum><SellerName>京华天成科技有限公司</SellerName><SellerAddr>北京市海淀区甲路1号</SellerAddr>
<SellerTelNum>010-62345678</SellerTelNum><SellerBankName>某银行中关村支行</SellerBankName><SellerBankAccNum>0200001234567</SellerBankAccNum></SellerInformation>
<BuyerInformation><BuyerIdNum>91110108339805094M</BuyerIdNum><BuyerName>安泰恒通商贸有限公司</BuyerName><BuyerAddr/><BuyerHandlingName/></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>190.00</TotalAmWithoutTax><TotalTaxAm>11.40</TotalTaxAm>
<TotalTax-includedAmount>201.40</TotalTax-includedAmount><TotalTax-includedAmountInChinese>贰佰零壹圆肆角整</TotalTax-includedAmountInChinese>
<Drawer>王芳</Drawer><RequestTime>2026-07-01 09:30:15</RequestTime></BasicInformation>
<IssuItemInformation><ItemName>*信息技术服务*软件服务费</ItemName><SpecMod>V1</SpecMod><MeaUnits>项</MeaUnits><Quantity>2</Quantity><UnPrice>100</UnPrice>
<Amount>200.00</Amount><TaxRate>0.060000</TaxRate><ComTaxAm>12.000000</ComTaxAm><TotaltaxIncludedAmount>212.00</TotaltaxIncludedAmount>
<TaxClassificationCode>3040201010000000000</TaxClassificationCode></IssuItemInformation>
<IssuItemInformation><ItemName>*信息技术服务*软件服务费</ItemName><Amount>-10.00</Amount><TaxRate>6%</TaxRate><ComTaxAm>-0.60</ComTaxAm>
<TotaltaxIncludedAmount>-10.60</TotaltaxIncludedAmount></IssuItemInformation>
<SpecificInformation/><AdditionalInformation><Remark>合同 2026-07</Remark></AdditionalInformation></EInvoiceData>
<SellerAuthentication><AuthenticationMethods>02</AuthenticationMethods></SellerAuthentication>
<TaxSupervisionInfo><InvoiceNumber>{NUMBER}</InvoiceNumber><IssueTime>2026-07-01</IssueTime><TaxBureauCode>11100000000</TaxBureauCode></TaxSupervisionInfo>
<TaxBureauSignature><Reference URI="/Einvoice/Header"/><SignatureTime>2026-07-02 00:00:01</SignatureTime><SignatureValue>AAAA</SignatureValue></TaxBureauSignature>
</EInvoice>"""

CHINESE = f"""<数电发票><发票类型>电子发票（增值税专用发票）</发票类型><发票号码>{NUMBER}</发票号码><开票日期>2026年07月01日</开票日期>
<购买方信息><名称>安泰恒通商贸有限公司</名称><纳税人识别号>91110108339805094M</纳税人识别号></购买方信息>
<销售方信息><名称>京华天成科技有限公司</名称><统一社会信用代码>91110000600037341L</统一社会信用代码><地址电话>北京市海淀区甲路1号 010-62345678</地址电话></销售方信息>
<项目明细列表><项目明细><项目名称>*信息技术服务*软件服务费</项目名称><规格型号>V1</规格型号><单位>项</单位><数量>2</数量><单价>100</单价><金额>200.00</金额><税率>6%</税率><税额>12.00</税额></项目明细>
<项目明细><项目名称>*信息技术服务*软件服务费</项目名称><金额>-10.00</金额><税率>6%</税率><税额>-0.60</税额></项目明细></项目明细列表>
<合计金额>190.00</合计金额><合计税额>11.40</合计税额><价税合计>201.40</价税合计><价税合计大写>贰佰零壹圆肆角整</价税合计大写>
<备注>合同 2026-07</备注><开票人>王芳</开票人></数电发票>"""


def pinyin(*, lower: bool) -> str:
    text = f"""<FPXX><FPLX>电子发票（增值税专用发票）</FPLX><FPHM>{NUMBER}</FPHM><KPRQ>20260701</KPRQ><XSFMC>京华天成科技有限公司</XSFMC>
<XSFNSRSBH>91110000600037341L</XSFNSRSBH><GMFMC>安泰恒通商贸有限公司</GMFMC><GMFNSRSBH>91110108339805094M</GMFNSRSBH>
<HJJE>190.00</HJJE><HJSE>11.40</HJSE><JSHJ>201.40</JSHJ><KPR>王芳</KPR><BZ>合同 2026-07</BZ><FYXMS>
<FYXM><SPMC>*信息技术服务*软件服务费</SPMC><GGXH>V1</GGXH><DW>项</DW><SPSL>2</SPSL><DJ>100</DJ><JE>200.00</JE><SL>0.06</SL><SE>12.00</SE></FYXM>
<FYXM><SPMC>*信息技术服务*软件服务费</SPMC><JE>-10.00</JE><SL>0.06</SL><SE>-0.60</SE></FYXM></FYXMS></FPXX>"""
    if not lower:
        return text
    import re

    return re.sub(r"(</?)([A-Z]+)(>)", lambda match: match[1] + match[2].lower() + match[3], text)


ATTRIBUTES = f"""<FP FPHM="{NUMBER}" KPRQ="2026-07-01" FPLXMC="电子发票（增值税专用发票）" XSF_MC="京华天成科技有限公司" XSF_NSRSBH="91110000600037341L"
 GMF_MC="安泰恒通商贸有限公司" GMF_NSRSBH="91110108339805094M" HJJE="190.00" HJSE="11.40" JSHJ="201.40" KPR="王芳" BZ="合同 2026-07"><MXS>
<MX XMMC="*信息技术服务*软件服务费" GGXH="V1" DW="项" XMSL="2" XMDJ="100" XMJE="200.00" SL="6%" SE="12.00"><HH>1</HH></MX>
<MX XMMC="*信息技术服务*软件服务费" XMJE="-10.00" SL="6%" SE="-0.60"><HH>2</HH></MX></MXS></FP>"""

NAMED = f"""<data><field name="发票类型">电子发票（增值税专用发票）</field><field name="发票号码" value="{NUMBER}"/><field name="开票日期">2026-07-01</field>
<field name="销售方名称">京华天成科技有限公司</field><field name="销售方纳税人识别号">91110000600037341L</field>
<field name="购买方名称">安泰恒通商贸有限公司</field><field name="购买方统一社会信用代码/纳税人识别号">91110108339805094M</field>
<field name="合计金额">190.00</field><field name="合计税额">11.40</field><field name="价税合计（小写）">¥201.40</field></data>"""


def readings(text: str | bytes, name: str = "invoice.xml") -> list[Reading]:
    return list(read_bytes(text.encode() if isinstance(text, str) else text, name))


def only(text: str | bytes) -> Invoice:
    (reading,) = readings(text)
    assert reading.error is None, reading.error
    assert reading.invoice is not None
    assert reading.findings == () or all(each.code != "kind-unknown" for each in reading.findings)
    return reading.invoice


def assert_told(invoice: Invoice) -> None:
    assert (invoice.number, invoice.code, invoice.digital_number, invoice.region) == (
        NUMBER,
        None,
        None,
        "11",
    )
    assert (invoice.kind, invoice.kind_label) == ("81", label("81"))
    assert invoice.issued_on == date(2026, 7, 1)
    assert (invoice.amount, invoice.tax, invoice.total) == tuple(map(Decimal, ("190.00", "11.40", "201.40")))
    assert (invoice.seller.name, invoice.seller.tax_id) == ("京华天成科技有限公司", "91110000600037341L")
    assert (invoice.buyer.name, invoice.buyer.tax_id) == ("安泰恒通商贸有限公司", "91110108339805094M")


DIALECTS = {
    "english": ENGLISH,
    "chinese": CHINESE,
    "pinyin": pinyin(lower=False),
    "pinyin, lower case": pinyin(lower=True),
    "attributes": ATTRIBUTES,
    "english, lower case": ENGLISH.replace("EIid", "eiid").replace("SellerName", "sellername"),
    "prefixed": ENGLISH.replace("<", "<ei:")
    .replace("<ei:/", "</ei:")
    .replace("<ei:EInvoice>", '<ei:EInvoice xmlns:ei="urn:x">', 1),
    "default namespace": ENGLISH.replace("<EInvoice>", '<EInvoice xmlns="urn:test:einvoice">', 1),
    "undeclared prefix": ENGLISH.replace("<", "<ei:").replace("<ei:/", "</ei:"),
    "wrapped": f"<Response><Status>0</Status><Body><Data>{ENGLISH}</Data></Body></Response>",
    "CDATA and comments": ENGLISH.replace("王芳", "<!-- 开票人 --><![CDATA[王芳]]>").replace(
        "<Header>", "<!--x--><Header>"
    ),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_tells_the_same_invoice(dialect: str):
    invoice = only(DIALECTS[dialect])
    assert_told(invoice)
    assert (invoice.drawer, invoice.remark) == ("王芳", "合同 2026-07")
    first, discount = invoice.lines
    assert (first.name, first.spec, first.unit) == ("*信息技术服务*软件服务费", "V1", "项")
    assert (first.quantity, first.price, first.amount) == (Decimal(2), Decimal(100), Decimal("200.00"))
    assert (first.rate, first.tax) == ("0.06", Decimal("12.00"))
    assert (discount.amount, discount.tax, discount.quantity) == (Decimal("-10.00"), Decimal("-0.60"), None)


def test_fields_named_by_an_attribute_are_read():
    assert_told(only(NAMED))


def test_the_english_dialect_tells_all_it_holds():
    invoice = only(ENGLISH)
    assert invoice.issued_at == datetime(2026, 7, 1, 9, 30, 15, tzinfo=BEIJING)
    assert invoice.total_in_words == "贰佰零壹圆肆角整"
    assert (invoice.seller.address, invoice.seller.phone) == ("北京市海淀区甲路1号", "010-62345678")
    assert (invoice.seller.bank, invoice.seller.account) == ("某银行中关村支行", "0200001234567")
    assert invoice.buyer.address is None
    assert invoice.lines[0].tax_code == "3040201010000000000"
    assert (invoice.special, invoice.red, invoice.check_code) == (None, None, None)


def test_combined_addresses_are_taken_apart():
    seller = only(CHINESE).seller
    assert (seller.address, seller.phone) == ("北京市海淀区甲路1号", "010-62345678")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("UTF-8", "utf-8-sig"),
        ("GBK", "gbk"),
        ("GB18030", "gb18030"),
        ("gb2312", "gb18030"),
        ("UTF-16", "utf-16"),
        ("UTF-8", "gb18030"),
        ("GBK", "utf-8"),
        ("utf-16", "utf-8"),
    ],
)
def test_every_encoding_is_read_even_where_the_declaration_lies(declared: str, encoding: str):
    data = f'<?xml version="1.0" encoding="{declared}"?>\n{ENGLISH}'.encode(encoding)
    assert detect(data, "x.xml").key == "xml"
    assert_told(only(data))


def test_forgiving_a_declaration_never_lets_a_dtd_through():
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "甲">]><x>&a;</x>'
    with pytest.raises(FapiaoError) as slip:
        parse_xml(bomb.encode("gb18030"))
    assert slip.value.code == "xml-forbidden"


def test_the_bureaus_number_wins_over_the_header_and_the_difference_is_said():
    (reading,) = readings(ENGLISH.replace(f"<EIid>{NUMBER}", "<EIid>26112000000012345679"))
    assert reading.invoice is not None
    assert reading.invoice.number == NUMBER
    assert [(finding.code, finding.path) for finding in reading.findings] == [("routes-disagree", "number")]


def test_the_headers_number_stands_alone_where_the_bureaus_is_missing():
    text = ENGLISH.replace(f"<InvoiceNumber>{NUMBER}</InvoiceNumber>", "")
    assert only(text).number == NUMBER


def test_two_invoices_in_one_file_are_two_readings():
    other = ENGLISH.replace(NUMBER, "26112000000087654321").replace("201.40", "999.99")
    found = readings(f"<Invoices><Batch>{ENGLISH}{other}</Batch></Invoices>")
    assert [(each.page, each.invoice and each.invoice.number) for each in found] == [
        (1, NUMBER),
        (2, "26112000000087654321"),
    ]
    assert [each.invoice.total for each in found if each.invoice] == [Decimal("201.40"), Decimal("999.99")]


@pytest.mark.parametrize(
    ("told", "rate"),
    [("0.06", "0.06"), ("6%", "0.06"), ("6.00%", "0.06"), ("0.130000", "0.13"), ("13", "0.13"), ("1", "0.01"), ("1.5%", "0.015"),
     ("0", "0"), ("0.00%", "0"), ("免税", "免税"), ("不征税", "不征税"), ("***", None), ("", None)],
)  # fmt: skip
def test_rates_come_out_as_the_contract_writes_them(told: str, rate: str | None):
    assert parse_rate(told) == rate


def test_an_exempt_line_keeps_its_stars():
    exempt = ENGLISH.replace("<TotalTaxAm>11.40</TotalTaxAm>", "<TotalTaxAm>***</TotalTaxAm>").replace(
        "<TaxRate>0.060000</TaxRate><ComTaxAm>12.000000</ComTaxAm>",
        "<TaxRate>免税</TaxRate><ComTaxAm>***</ComTaxAm>",
    )
    invoice = only(exempt)
    assert (invoice.tax, invoice.tax_text) == (None, "***")
    assert (invoice.lines[0].rate, invoice.lines[0].tax, invoice.lines[0].tax_text) == ("免税", None, "***")


def test_the_lines_total_is_never_taken_for_the_invoices():
    invoice = only(ENGLISH.replace("<TotalTax-includedAmount>201.40</TotalTax-includedAmount>", ""))
    assert invoice.total is None


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("2026-07-01", (2026, 7, 1), None),
        ("2026/7/1 8:05", (2026, 7, 1), (8, 5, 0)),
        ("2026年07月01日", (2026, 7, 1), None),
        ("20260701", (2026, 7, 1), None),
        ("20260701172851", (2026, 7, 1), (17, 28, 51)),
        ("20260701172851000", (2026, 7, 1), (17, 28, 51)),
        ("2026-07-01T09:30:15+08:00", (2026, 7, 1), (9, 30, 15)),
        ("2026-06-30T17:30:15Z", (2026, 7, 1), (1, 30, 15)),
        ("２０２６－０７－０１", (2026, 7, 1), None),
    ],
)
def test_days_and_moments_are_read_in_every_form(
    text: str, day: tuple[int, int, int], moment: tuple[int, int, int] | None
):
    told, when = parse_when(text)
    assert told == date(*day)
    assert when == (datetime(*day, *moment, tzinfo=BEIJING) if moment else None)


@pytest.mark.parametrize(
    "text",
    [
        "<note><to>a</to></note>",
        "<html><body>发票号码：26112000000012345678</body></html>",
        '<Invoice xmlns="urn:oasis:names:specification:ubl"><ID>INV-1</ID><IssueDate>2026-01-01</IssueDate></Invoice>',
    ],
)
def test_other_documents_invent_nothing(text: str):
    (reading,) = readings(text)
    assert reading.invoice is None
    assert reading.error is not None
    assert reading.error.code == "no-invoice"


def test_a_fiscal_receipt_of_the_same_root_is_no_invoice():
    text = """<EInvoice><Header><EInvoiceTag>CZ-EI</EInvoiceTag><EInvoiceID>1</EInvoiceID></Header><Main><EInvoiceName>医疗门诊收费票据</EInvoiceName>
<EInvoiceCode>11060122</EInvoiceCode><EInvoiceNumber>0123456789</EInvoiceNumber><InvoiceNumber>0123456789</InvoiceNumber></Main></EInvoice>"""
    (reading,) = readings(text)
    assert reading.error is not None
    assert reading.error.code == "not-an-invoice"


def test_a_tax_control_document_names_words_tax_codes_and_the_pair_that_it_reverses():
    [reading] = read_bytes(
        """<?xml version="1.0" encoding="utf-8"?>
<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"><fp:InvoiceCode>011002100311</fp:InvoiceCode>
<fp:InvoiceNo>71500013</fp:InvoiceNo><fp:IssueDate>2021-02-20</fp:IssueDate>
<fp:TaxInclusiveTotalAmount>-106.00</fp:TaxInclusiveTotalAmount>
<fp:TaxInclusiveTotalAmountWithWords>（负数）壹佰零陆圆整</fp:TaxInclusiveTotalAmountWithWords>
<fp:OriginalInvoiceCode>011002100211</fp:OriginalInvoiceCode><fp:OriginalInvoiceNo>71500012</fp:OriginalInvoiceNo>
<fp:GoodsInfos><fp:GoodsInfo><fp:Item>*A*B</fp:Item><fp:Code>3040201010000000000</fp:Code><fp:Amount>-100.00</fp:Amount>
<fp:TaxScheme>6%</fp:TaxScheme><fp:TaxAmount>-6.00</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></eInvoice>""".encode(),
        "a.xml",
    )
    invoice = reading.invoice
    assert invoice is not None
    assert invoice.total_in_words == "（负数）壹佰零陆圆整"
    assert invoice.red == Red(original_code="011002100211", original_number="71500012")
    assert [line.tax_code for line in invoice.lines] == ["3040201010000000000"]
