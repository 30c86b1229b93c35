"""Element names (要素名) of the dialects, as data: English and edrm names, Chinese names, pinyin initials, XBRL.

Sources: 数电 XML as the tax platform issues it, GB/T 36609 as used in 税控 OFD attachments (edrm 2019), field names of the
公共服务平台 interfaces, and the 电子凭证会计数据标准 taxonomies (财会〔2025〕9 号), of which the last segment of a name counts.
A name is looked up as written first, then without regard to case, hyphens and underscores: makers differ in these.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

_ROWS = {
    "code": "InvoiceCode 发票代码 FPDM FP_DM CodeOfInvoice OriginalCodeOfInvoice",
    "number": "InvoiceNumber InvoiceNo InvoiceNum 发票号码 FPHM FP_HM NumberOfInvoice"
    " ElectronicInvoiceRailwayETicketNumber ElectronicInvoiceAirTransportReceiptNumber VatElectronicInvoiceNumber"
    " NumberOfElectronicInvoice InvoiceNumberOfVat",
    "digital_number": "数电发票号码 数电票号码 数电号码 全电发票号码 全电票号码 SDFPHM SDPHM QDFPHM QDPHM QDHM DigitalInvoiceNumber",
    "eiid": "EIid",
    "unique": "UniqueCodeOfInvoice",
    "issued": "IssueTime IssueDate DateOfIssue 开票日期 开票时间 KPRQ KPSJ InvoiceDate IssueDateOfInvoice BillingDate",
    "requested": "RequestTime",
    "check_code": "InvoiceCheckCode 校验码 JYM CheckCode CheckCodeOfInvoice IdentifyingCode",
    "machine_number": "MachineNo 机器编号 机器号码 税控设备编号 JQBH MachineNumber NumberOfInvoiceMachine",
    "cipher": "TaxControlCode 密码区 MMQ FPMW FP_MW CipherArea SecurityCode",
    "total_in_words": "TotalTax-includedAmountInChinese 价税合计大写 价税合计（大写） 价税合计(大写) 大写金额 JSHJDX JSHJ_DX"
    " TaxIncludedAmountInWords TaxInclusiveTotalAmountWithWords",
    "drawer": "Drawer InvoiceClerk 开票人 KPR NameOfDrawer Issuer",
    "payee": "Payee 收款人 SKR NameOfPayee",
    "reviewer": "Checker Reviewer 复核人 复核 FHR NameOfReviewer",
    "remark": "Remark Note 备注 BZ Remarks",
    "qr": "GraphCode 二维码 EWM QrCode",
    "title": "InvoiceTitle 发票类型 发票种类 票种 票种名称 发票名称 发票票种 FPLX FPLXMC FPZL FPZLMC TypeOfInvoice NameOfInvoice"
    " TypeOfVoucher",
    "source_kind": "FPLXDM FPPZ FPZLDM",
    "red.own_number": "OriginalInvoiceNumber OriginalInvoiceNo",
    "red.original_number": "OriginalInvoiceCode 原发票号码 蓝字发票号码 被红冲蓝字发票号码"
    " 被红冲蓝字数电发票号码 对应蓝字发票号码 YFPHM YFP_HM LZFPHM BHCLZFPHM",
    "red.original_code": "OriginalInvoiceTypeCode 原发票代码 蓝字发票代码 被红冲蓝字发票代码 对应蓝字发票代码 YFPDM YFP_DM LZFPDM",
    "red.confirmation_number": "CreditNoteNumber 红字确认单编号 红字发票信息确认单编号 红字信息表编号 HZQRDBH HZFPXXQRDBH HZXXBBH",
    "red.flag": "WhetherInvoiceIsRedInvoice WhetherEinvoiceIsRedEinvoice",
    "seller.name": "SellerName 销售方名称 销方名称 销货方名称 销货单位名称 XFMC XSF_MC XHFMC XHDWMC NameOfSeller NameOfIssuer",
    "seller.tax_id": "SellerIdNum SellerTaxID SellerTaxNo SellerTaxNum 销售方纳税人识别号 销售方识别号 销方识别号 销方税号 销售方税号"
    " 销售方统一社会信用代码 销售方统一社会信用代码/纳税人识别号 XFSH XSFSH XSF_NSRSBH XFSBH XHFSBH XHDWSBH XFNSRSBH"
    " UnifiedSocialCreditCodeOfSeller TaxpayerIdentificationNumberOfSeller"
    " TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller",
    "seller.address": "SellerAddr SellerAddress 销售方地址 销方地址 XFDZ XSF_DZ AddressOfSeller",
    "seller.phone": "SellerTelNum SellerTel SellerPhone 销售方电话 销方电话 XFDH XSF_DH TelephoneNumberOfSeller",
    "seller.bank": "SellerBankName 销售方开户行 销售方开户银行 销方开户行 XFKHH XSF_KHH XSF_YHMC XSFYH OpeningBankOfSeller",
    "seller.account": "SellerBankAccNum SellerBankAccount 销售方账号 销售方银行账号 销方账号 XFZH XSF_ZH XSF_YHZH_ZH"
    " XSFYHZHHM AccountNumberOfSeller",
    "seller.address_phone": "SellerAddrTel 销售方地址、电话 销售方地址电话 销方地址电话 XFDZDH XSF_DZDH XHDWDZDH AddressPhoneNumberOfSeller",
    "seller.bank_account": "SellerFinancialAccount 销售方开户行及账号 销方开户行及账号 XFYHZH XSF_YHZH XFKHHJZH XHDWYHZH"
    " DepositBankAndAccountNumberOfSeller",
    "buyer.name": "BuyerName 购买方名称 购方名称 购货方名称 购货单位名称 GFMC GMF_MC GHFMC GHDWMC NameOfPurchaser NameOfBuyer",
    "buyer.tax_id": "BuyerIdNum BuyerTaxID BuyerTaxNo BuyerTaxNum 购买方纳税人识别号 购买方识别号 购方识别号 购方税号 购买方税号"
    " 购买方统一社会信用代码 购买方统一社会信用代码/纳税人识别号 GFSH GMFSH GMF_NSRSBH GFSBH GHFSBH GHDWSBH GFNSRSBH"
    " UnifiedSocialCreditCodeOfPurchaser TaxpayerIdentificationNumberOfPurchaser"
    " TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser",
    "buyer.address": "BuyerAddr BuyerAddress 购买方地址 购方地址 GFDZ GMF_DZ AddressOfPurchaser",
    "buyer.phone": "BuyerTelNum BuyerTel BuyerPhone 购买方电话 购方电话 GFDH GMF_DH TelephoneNumberOfPurchaser",
    "buyer.bank": "BuyerBankName 购买方开户行 购买方开户银行 购方开户行 GFKHH GMF_KHH GMF_YHMC GMFYH OpeningBankOfPurchaser",
    "buyer.account": "BuyerBankAccNum BuyerBankAccount 购买方账号 购买方银行账号 购方账号 GFZH GMF_ZH GMFYHZHHM AccountNumberOfPurchaser",
    "buyer.address_phone": "BuyerAddrTel 购买方地址、电话 购买方地址电话 购方地址电话 GFDZDH GMF_DZDH GHDWDZDH AddressPhoneNumberOfPurchaser",
    "buyer.bank_account": "BuyerFinancialAccount 购买方开户行及账号 购方开户行及账号 GFYHZH GMF_YHZH GFKHHJZH GHDWYHZH"
    " DepositBankAndAccountNumberOfPurchaser",
    "amount": "TotalAmWithoutTax TaxExclusiveTotalAmount 合计金额 金额合计 不含税金额 合计不含税金额 HJJE HJBHSJE TotalAmountExcludingTax"
    " AmountWithoutTax TotalAmountWithoutTax",
    "tax": "TotalTaxAm TaxTotalAmount 合计税额 税额合计 HJSE TaxAmount TotalTaxAmount VatTaxAmount",
    "total": "TotalTax-includedAmount TaxInclusiveTotalAmount 价税合计 价税合计小写 价税合计（小写） 价税合计(小写) JSHJ JSHJXX JSHJ_XX"
    " KPHJJE TotalAmtWithTax TotalAmount TotalAmountIncludingTax TaxIncludedAmountInFigures",
}
MONEY = frozenset({"amount", "tax", "total"})
_LINE_ROWS = {
    "name": "ItemName Item GoodsName 项目名称 货物或应税劳务名称 货物或应税劳务、服务名称 货物名称 商品名称 XMMC SPMC HWMC NameOfGoods"
    " NameOfTaxableGoodsOrServices",
    "spec": "SpecMod Specification 规格型号 规格 GGXH SpecificationAndModel SpecificationModel",
    "unit": "MeaUnits MeasurementDimension 单位 计量单位 DW JLDW XMDW UnitOfMeasurement UnitOfGoodsOrServices",
    "quantity": "Quantity 数量 XMSL SPSL QuantityOfGoodsOrServices",
    "price": "UnPrice Price 单价 XMDJ SPDJ DJ UnitPrice UnitPriceOfGoodsOrServices",
    "amount": "Amount 金额 XMJE SPJE JE AmountExcludingTax DetailAmount",
    "rate": "TaxRate TaxScheme 税率 税率/征收率 征收率 SLV SPSLV ZSL",
    "tax": "ComTaxAm TaxAmount TaxAm 税额 SE SPSE",
    "total": "TotaltaxIncludedAmount 价税合计",
    "tax_code": "TaxClassificationCode Code 税收分类编码 商品和服务税收编码 商品编码 SPBM SSFLBM SPFWSSFLBM",
    "either": "SL",
}
LINE_CONTAINERS = frozenset(
    [
        "IssuItemInformation",
        "ItemDetail",
        "GoodsInfo",
        "项目明细",
        "明细",
        "明细行",
        "商品明细",
        "商品信息",
        "项目",
        "货物明细",
        "发票明细",
        "XMXX",
        "MX",
        "FYXM",
        "FPMX",
        "mx",
        "fpmx",
        "COMMON_FPKJ_XMXX",
        "DetailOfGoodsTuple",
        "InformationOfGoodsOrTaxableServicesTuple",
        "InformationOfGoodsTuple",
        "InformationOfTaxableGoodsOrServicesDetailItemsTuple",
    ]
)
_PARTY_ROWS = {
    "buyer": "购买方 购买方信息 购方 购方信息 购货方 Buyer BuyerInfo BuyerInformation Purchaser GMF GMFXX GFXX",
    "seller": "销售方 销售方信息 销方 销方信息 销货方 Seller SellerInfo SellerInformation XSF XSFXX XFXX",
}
_PARTY_PART_ROWS = {
    "name": "名称 单位名称 企业名称 Name MC",
    "tax_id": "纳税人识别号 识别号 税号 统一社会信用代码 统一社会信用代码或纳税人识别号 TaxID TaxNo IdNum NSRSBH SBH SH",
    "address": "地址 Addr Address DZ",
    "phone": "电话 联系电话 Tel TelNum Phone DH",
    "bank": "开户行 开户银行 BankName KHH YHMC",
    "account": "账号 银行账号 BankAccNum BankAccount ZH",
    "address_phone": "地址电话 地址、电话 AddrTel DZDH",
    "bank_account": "开户行及账号 FinancialAccount YHZH KHHJZH",
}
SKIPPED = frozenset(
    [
        "Signature",
        "TaxBureauSignature",
        "SellerAuthentication",
        "Extension",
        "Signatures",
        "SignedInfo",
        "KeyInfo",
        "签名",
        "数字签名",
        "xbrl-context",
        "context",
        "unit",
        "schemaRef",
    ]
)
NAMED_BY = ("name", "Name", "key", "Key", "comment", "label", "名称")
"""Attributes by which generic elements (``<field name="发票号码">``) name what they hold."""
EXTENSION = "Extension"


def fold(name: str) -> str:
    """Return a name as lookups see it: lower case, without hyphens and underscores."""
    return name.replace("-", "").replace("_", "").lower()


def _table(rows: Mapping[str, str]) -> dict[str, str]:
    return {name: path for path, names in rows.items() for name in names.split()}


_FIELDS, _LINES = _table(_ROWS), _table(_LINE_ROWS)
_PARTIES, _PARTS = _table(_PARTY_ROWS), _table(_PARTY_PART_ROWS)
_FOLDED = [
    {fold(name): path for name, path in table.items()} for table in (_FIELDS, _LINES, _PARTIES, _PARTS)
]
_ONLY_IN_LINES = frozenset({"TotaltaxIncludedAmount"})
"""Differs from the invoice's total by one hyphen and one capital only: never a total."""


@lru_cache(maxsize=4096)
def field_of(name: str) -> str | None:
    """Return the draft path that an element's name means outside a line, ``None`` for any other name."""
    return None if name in _ONLY_IN_LINES else _FIELDS.get(name) or _FOLDED[0].get(fold(name))


@lru_cache(maxsize=4096)
def path_of(name: str, side: str | None) -> str | None:
    """Return the draft path that an element's name means inside a group that holds one party, or outside of any."""
    part = party_part_of(name) if side else None
    return f"{side}.{part}" if part else field_of(name)


@lru_cache(maxsize=4096)
def line_field_of(name: str) -> str | None:
    """Return the line field that a name means inside a line of goods; ``either`` for pinyin SL (数量 or 税率)."""
    return _LINES.get(name) or _FOLDED[1].get(fold(name))


@lru_cache(maxsize=4096)
def line_field_of_tag(tag: object) -> str | None:
    """Return the line field that an element's tag means, its namespace left out; ``None`` for what is no element."""
    return line_field_of(tag.rpartition("}")[2]) if isinstance(tag, str) else None


@lru_cache(maxsize=1024)
def party_of(name: str) -> str | None:
    """Return ``buyer`` or ``seller`` for the name of a group that holds one party."""
    return _PARTIES.get(name) or _FOLDED[2].get(fold(name))


@lru_cache(maxsize=1024)
def party_part_of(name: str) -> str | None:
    """Return the party field that a bare name (名称, 税号) means inside such a group."""
    return _PARTS.get(name) or _FOLDED[3].get(fold(name))
