"""Vouchers made for tests (凭证): XBRL instances of the ministry's taxonomies, with contexts and units."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

RAIL = {
    "TypeOfVoucher": "电子发票（铁路电子客票）",
    "ElectronicInvoiceRailwayETicketNumber": "26119122537000504214",
    "DateOfIssue": "2026-07-11",
    "TypeOfBusiness": "售",
    "DepartureStation": "北京南",
    "DestinationStation": "天津西",
    "TrainNumber": "G1281",
    "TravelDate": "2026-07-02",
    "DepartureTime": "08:15",
    "SeatLevel": "二等座",
    "Carriage": "03",
    "Seat": "12A",
    "Fare": "272.50",
    "ETicketNumber": "2212345678062693012342026",
    "Name": "王芳",
    "TotalAmountExcludingTax": "250.00",
    "TaxRate": "0.09",
    "TaxAmount": "22.50",
    "NameOfPurchaser": "乙商贸公司",
    "UnifiedSocialCreditCodeOfPurchaser": "91110108339805094M",
    "IssueParty": "",
}
AIR = {
    "PassengerName": "王芳",
    "ElectronicInvoiceAirTransportReceiptNumber": "26118836211001486315",
    "Fare": "501.75",
    "FuelSurcharge": "9.17",
    "VatRate": "0.09",
    "VatTaxAmount": "49.54",
    "CivilAviationDevelopmentFund": "50.00",
    "OtherTaxes": "0.00",
    "TotalAmount": "610.46",
    "ETicketNumber": "7812345678901",
    "VerificationCode": "CHECK1",
    "IssueDate": "2026-07-04",
    "IssueParty": "甲航空服务公司",
    "NameOfPurchaser": "乙商贸公司",
    "UnifiedSocialCreditCodeOfPurchaser": "91110108339805094M",
}
INV = {
    "TypeOfInvoice": "增值税电子普通发票",
    "UniqueCodeOfInvoice": "01100260011102630221",
    "CodeOfInvoice": "011002600111",
    "NumberOfInvoice": "02630221",
    "DateOfIssue": "2026-01-05",
    "IdentifyingCode": "69995434391259060960",
    "NumberOfInvoiceMachine": "661825083591",
    "NameOfPurchaser": "乙商贸公司",
    "NameOfSeller": "甲公司",
    "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller": "91110000600037341L",
    "AddressPhoneNumberOfSeller": "北京市甲路1号 010-62345678",
    "DepositBankAndAccountNumberOfSeller": "某银行支行 0200001234567",
    "TotalAmountExcludingTax": "9849.06",
    "TotalTaxAmount": "590.94",
    "TaxIncludedAmountInFigures": "10440.00",
    "TaxIncludedAmountInWords": "壹万零肆佰肆拾圆整",
    "Issuer": "王芳",
    "VoidMark": "N",
    "InformationOfTaxableGoodsOrServicesDetailItemsTuple": "",
}
_LINE = (
    "<x:InformationOfTaxableGoodsOrServicesDetailItemsTuple><x:NameOfTaxableGoodsOrServices>*现代服务*后勤服务</x:NameOfTaxableGoodsOrServices>"
    "<x:AmountExcludingTax>9849.06</x:AmountExcludingTax><x:TaxRate>6.00%</x:TaxRate><x:TaxAmount>590.94</x:TaxAmount>"
    "</x:InformationOfTaxableGoodsOrServicesDetailItemsTuple>"
)


def voucher(
    name: str, facts: Mapping[str, str], *, day: str = "2021-11-30", prefix: str = "x", more: str = ""
) -> bytes:
    """Return an instance of one taxonomy: facts by element name, ``more`` raw elements written with the prefix ``x``."""
    told = ""
    for fact, value in facts.items():
        if fact.endswith("Tuple"):
            told += _LINE
        elif value:
            told += f'<x:{fact} contextRef="c1">{escape(value)}</x:{fact}>'
        else:
            told += f'<x:{fact} contextRef="c1" xsi:nil="true"/>'
    body = (told + more).replace("<x:", f"<{prefix}:").replace("</x:", f"</{prefix}:")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:{prefix}="http://xbrl.mof.gov.cn/taxonomy/{day}/{name}">
<link:schemaRef/><xbrli:context id="c1"><xbrli:entity><xbrli:identifier scheme="http://xbrl.mof.gov.cn">91110108339805094M</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:instant>2026-07-11</xbrli:instant></xbrli:period></xbrli:context>
<xbrli:unit id="CNY"><xbrli:measure>iso4217:CNY</xbrli:measure></xbrli:unit>
{body}</xbrli:xbrl>""".encode()
