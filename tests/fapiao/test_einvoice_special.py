"""Special business, red letters, paper 数电 and other codes in XML: told under their official names."""

from __future__ import annotations

from typing import Any

import pytest

from fapiao.einvoice.red import red_of_remark
from fapiao.format import read_bytes
from fapiao.invoice import Invoice, Red

NUMBER = "26112000000012345678"
BLUE = "25112000000011111111"
CONFIRMED = "11010826070102615708"


def only(text: str) -> Invoice:
    (reading,) = read_bytes(text.encode(), "x.xml")
    assert reading.error is None, reading.error
    assert reading.invoice is not None
    return reading.invoice


def einvoice(
    specific: str = "", *, blue: str = "Y", kind: str = "02", remark: str = "", more: str = ""
) -> str:
    return f"""<EInvoice><Header><EIid>{NUMBER}</EIid><InherentLabel><InIssuType><LabelCode>{blue}</LabelCode></InIssuType>
<GeneralOrSpecialVAT><LabelCode>{kind}</LabelCode></GeneralOrSpecialVAT></InherentLabel></Header><EInvoiceData>
<SellerInformation><SellerName>甲公司</SellerName></SellerInformation><BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax>
<TotalTaxAm>9.00</TotalTaxAm><TotalTax-includedAmount>109.00</TotalTax-includedAmount>{more}</BasicInformation>
<SpecificInformation>{specific}</SpecificInformation><AdditionalInformation><Remark>{remark}</Remark></AdditionalInformation></EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>{NUMBER}</InvoiceNumber><IssueTime>2026-07-01</IssueTime></TaxSupervisionInfo></EInvoice>"""


def group(name: str, **fields: str) -> str:
    return f"<{name}>" + "".join(f"<{key}>{value}</{key}>" for key, value in fields.items()) + f"</{name}>"


SPECIAL: list[tuple[str, dict[str, Any]]] = [
    (
        group("Toll", PlateNumber="京A12345", VehicleType="客车", StartDatesOfPassage="20260227172851000", EndDatesOfPassage="20260227180000000"),
        {"特定业务类型": "通行费", "车牌号": "京A12345", "类型": "客车", "通行日期起": "20260227172851000", "通行日期止": "20260227180000000"},
    ),
    (
        group("PassengerTransportation", Traveler="王芳", TypeOfPassengerDocument="居民身份证", ValidIDNumber="110***", TravelDate="2026-06-30",
              Departure="北京", Destination="天津", Grade="二等座", Vehicletype="火车"),
        {"特定业务类型": "旅客运输服务", "出行人": "王芳", "出行人证件类型": "居民身份证", "有效身份证件号": "110***", "出行日期": "2026-06-30",
         "出发地": "北京", "到达地": "天津", "等级": "二等座", "交通工具类型": "火车"},
    ),
    (
        group("建筑服务", 建筑服务发生地="北京市海淀区", 建筑项目名称="一号楼", 跨地市标志="否"),
        {"特定业务类型": "建筑服务", "建筑服务发生地": "北京市海淀区", "建筑项目名称": "一号楼", "跨地（市）标志": "否"},
    ),
    (
        group("HWYSFW", YSGJZL="公路运输", YSGJPH="京B2", QYD="北京", DDD="上海", YSHWMC="书"),
        {"特定业务类型": "货物运输服务", "运输工具种类": "公路运输", "运输工具牌号": "京B2", "起运地": "北京", "到达地": "上海", "运输货物名称": "书"},
    ),
    (
        group("RealEstateLease", RealEstateAddress="北京市甲路1号", LeaseStartDate="2026-01-01", LeaseEndDate="2026-12-31", AreaUnit="平方米", CQZSH="京2026"),
        {"特定业务类型": "不动产经营租赁服务", "不动产地址": "北京市甲路1号", "租赁期起": "2026-01-01", "租赁期止": "2026-12-31", "面积单位": "平方米",
         "产权证书/不动产权证号": "京2026"},
    ),
    (
        group("VehicleAndVesselTax", InsurancePolicyNumber="P1", PlateNumber="京A1", CCSJE="300.00", ZNJJE="0.00"),
        {"特定业务类型": "代收车船税", "保险单号": "P1", "车牌号": "京A1", "代收车船税金额": "300.00", "滞纳金金额": "0.00"},
    ),
    (
        group("MotorVehicle", BrandModel="某牌", VIN="LSV000", EngineNumber="E1", Certificate="HG1"),
        {"特定业务类型": "机动车", "厂牌型号": "某牌", "车辆识别代号/车架号码": "LSV000", "发动机号码": "E1", "合格证号": "HG1"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("told", "special"), SPECIAL, ids=[each[1]["特定业务类型"] for each in SPECIAL])
def test_special_business_has_its_official_names(told: str, special: dict[str, Any]):
    assert only(einvoice(told)).special == special


def test_several_travellers_stand_in_columns():
    told = group("PassengerTransportation", Traveler="王芳", Grade="二等座") + group(
        "PassengerTransportation", Traveler="李强"
    )
    assert only(einvoice(told)).special == {
        "特定业务类型": "旅客运输服务",
        "出行人": ["王芳", "李强"],
        "等级": ["二等座", None],
    }


def test_a_business_not_known_keeps_its_own_names():
    assert only(einvoice(group("Tobacco", LicenceNumber="L1"))).special == {
        "特定业务类型": "Tobacco",
        "LicenceNumber": "L1",
    }


def test_the_plate_is_never_taken_for_the_number():
    assert only(einvoice(group("Toll", PlateNumber="京A12345"))).number == NUMBER


def test_a_deduction_and_additions_are_kept():
    text = einvoice(more="<KCE>20.00</KCE>").replace("<Remark>", "<项目编号>X-1</项目编号><Remark>")
    assert only(text).special == {"扣除额": "20.00", "附加要素": {"项目编号": "X-1"}}


@pytest.mark.parametrize(("code", "kind"), [("01", "81"), ("02", "82")])
def test_a_label_without_its_name_means_the_digital_kinds(code: str, kind: str):
    assert only(einvoice(kind=code)).kind == kind


def test_a_red_invoice_names_what_it_reverses():
    told = group("RedEInvoice", OriginalInvoiceCode=BLUE, CreditNoteNumber=CONFIRMED)
    invoice = only(einvoice(told, blue="N"))
    assert invoice.red == Red(original_number=BLUE, confirmation_number=CONFIRMED)
    assert invoice.special is None


def test_a_red_label_alone_leaves_the_original_unknown():
    assert only(einvoice(blue="N")).red == Red()


def test_a_red_remark_tells_where_the_elements_are_missing():
    remark = f"被红冲蓝字数电发票号码：{BLUE} 红字发票信息确认单编号：{CONFIRMED}"
    assert only(einvoice(blue="N", remark=remark)).red == Red(
        original_number=BLUE, confirmation_number=CONFIRMED
    )


@pytest.mark.parametrize(
    ("remark", "red"),
    [
        (f"被红冲蓝字数电票号码：{BLUE} 红字发票信息确认单编号：{CONFIRMED}", Red(original_number=BLUE, confirmation_number=CONFIRMED)),
        (f"被红冲蓝字全电发票号码:{BLUE}", Red(original_number=BLUE)),
        ("对应正数发票代码:011001605111号码:12345678", Red(original_code="011001605111", original_number="12345678")),
        ("开具红字增值税专用发票信息表编号1101082607010261", None),
        ("红字发票信息表编号:1101082607010261", Red(confirmation_number="1101082607010261")),
        ("红木家具 一批", None),
        ("", None),
    ],
)  # fmt: skip
def test_remarks_of_red_invoices_are_understood(remark: str, red: Red | None):
    assert red_of_remark(remark) == red


def test_a_tax_control_original_is_told_by_code_and_number():
    text = """<FPXX><FPDM>011002600111</FPDM><FPHM>12345678</FPHM><KPRQ>2026-01-05</KPRQ><FPLXDM>026</FPLXDM><KPLX>1</KPLX>
<YFPDM>011002500111</YFPDM><YFPHM>87654321</YFPHM><HJJE>-100.00</HJJE><HJSE>-6.00</HJSE><JSHJ>-106.00</JSHJ><JYM>12345 67890 12345 67890</JYM></FPXX>"""
    invoice = only(text)
    assert invoice.red == Red(original_code="011002500111", original_number="87654321")
    assert (invoice.kind, invoice.check_code, invoice.region) == ("10", "12345678901234567890", "11")


def test_paper_digital_invoices_have_three_identifiers():
    text = f"""<发票><发票类型>数电纸质发票（增值税专用发票）</发票类型><发票代码>1100261130</发票代码><发票号码>12345678</发票号码>
<数电发票号码>{NUMBER}</数电发票号码><开票日期>2026-07-01</开票日期><价税合计>109.00</价税合计></发票>"""
    invoice = only(text)
    assert (invoice.kind, invoice.code, invoice.number, invoice.digital_number) == (
        "85",
        "1100261130",
        "12345678",
        NUMBER,
    )
    assert invoice.region == "11"


def test_a_digital_number_under_its_own_name_is_the_number():
    invoice = only(f"<发票><数电票号码>{NUMBER}</数电票号码><价税合计>1.00</价税合计></发票>")
    assert (invoice.number, invoice.digital_number, invoice.code) == (NUMBER, None, None)


def test_a_flat_document_states_its_one_line_among_the_fields():
    invoice = only(
        f"<发票><FPHM>{NUMBER}</FPHM><SPMC>餐饮服务</SPMC><JE>57.28</JE><SL>3%</SL><SE>1.72</SE><JSHJXX>59.00</JSHJXX></发票>"
    )
    (line,) = invoice.lines
    assert (line.name, str(line.amount), line.rate, str(line.tax)) == ("餐饮服务", "57.28", "0.03", "1.72")
    assert (str(invoice.amount), str(invoice.tax), str(invoice.total)) == ("57.28", "1.72", "59.00")


@pytest.mark.parametrize(
    ("fields", "quantity", "rate"),
    [
        ("<SL>3</SL><SLV>0.06</SLV>", "3", "0.06"),
        ("<SPSL>3</SPSL><SL>0.06</SL>", "3", "0.06"),
        ("<SL>6%</SL>", "None", "0.06"),
        ("<SL>0.06</SL>", "None", "0.06"),
        ("<SL>4</SL>", "4", None),
    ],
)
def test_pinyin_sl_is_quantity_or_rate_as_the_others_leave_open(fields: str, quantity: str, rate: str | None):
    text = f"<FP><FPHM>{NUMBER}</FPHM><MXS><MX><SPMC>书</SPMC>{fields}<JE>100.00</JE><SE>6.00</SE></MX></MXS></FP>"
    (line,) = only(text).lines
    assert (str(line.quantity), line.rate) == (quantity, rate)


def test_nested_and_nil_lines_are_told_apart():
    nested = """<IssuItemInformation><ItemDetail><ItemName>甲</ItemName><Amount>1.00</Amount><TaxAm>0.06</TaxAm></ItemDetail>
<ItemDetail><ItemName>乙</ItemName><Amount>2.00</Amount></ItemDetail></IssuItemInformation>"""
    nil = '<IssuItemInformation xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"><ItemName/></IssuItemInformation>'
    text = einvoice().replace("<SpecificInformation>", f"{nested}{nil}<SpecificInformation>")
    assert [line.name for line in only(text).lines] == ["甲", "乙"]


@pytest.mark.parametrize("code", ["0110", "01100260011X", "京A", "0" * 40])
def test_a_code_that_is_none_is_kept_as_told_and_harms_nothing(code: str):
    invoice = only(
        f"<发票><发票类型>增值税普通发票</发票类型><发票代码>{code}</发票代码><发票号码>12345678</发票号码></发票>"
    )
    assert (invoice.code, invoice.number, invoice.region) == (code, "12345678", None)
