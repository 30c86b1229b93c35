"""Element names (要素名) of the dialects, as data: English and edrm names, Chinese names, pinyin initials, XBRL.

Sources: 数电 XML as the tax platform issues it, GB/T 36609 as used in 税控 OFD attachments (edrm 2019), field names of the
公共服务平台 interfaces, and the 电子凭证会计数据标准 taxonomies (财会〔2025〕9 号), of which the last segment of a name counts.
"""

from __future__ import annotations

TEXT: dict[str, str] = {}
MONEY: dict[str, str] = {}
LINE: dict[str, str] = {}


def _add(table: dict[str, str], rows: dict[str, str]) -> None:
    for path, names in rows.items():
        for name in names.split():
            table[name] = path


_add(
    TEXT,
    {
        "code": "InvoiceCode 发票代码 FPDM FP_DM fpdm OriginalCodeOfInvoice CodeOfInvoice",
        "number": "InvoiceNumber InvoiceNo EIid 发票号码 数电发票号码 数电票号码 全电发票号码 FPHM FP_HM fphm SDFPHM NumberOfInvoice"
        " ElectronicInvoiceRailwayETicketNumber ElectronicInvoiceAirTransportReceiptNumber UniqueCodeOfInvoice"
        " VatElectronicInvoiceNumber NumberOfElectronicInvoice InvoiceNumberOfVat",
        "issued": "IssueTime IssueDate DateOfIssue 开票日期 开票时间 KPRQ KPSJ kprq InvoiceDate IssueDateOfInvoice",
        "requested": "RequestTime",
        "check_code": "InvoiceCheckCode 校验码 JYM jym CheckCode CheckCodeOfInvoice",
        "machine_number": "MachineNo 机器编号 机器号码 JQBH jqbh MachineNumber",
        "cipher": "TaxControlCode 密码区 MMQ FPMW CipherArea",
        "total_in_words": "TotalTax-includedAmountInChinese 价税合计大写 价税合计（大写） 价税合计(大写) JSHJDX JSHJ_DX",
        "drawer": "Drawer InvoiceClerk 开票人 KPR kpr NameOfDrawer",
        "payee": "Payee 收款人 SKR skr NameOfPayee",
        "reviewer": "Checker Reviewer 复核人 复核 FHR fhr NameOfReviewer",
        "remark": "Remark Note 备注 BZ bz Remarks",
        "qr": "GraphCode 二维码 EWM",
        "title": "InvoiceTitle 发票类型 发票种类 票种 发票名称 FPLX FPLXMC FPZL fplx TypeOfInvoice NameOfInvoice",
        "red.original_number": "OriginalInvoiceCode 原发票号码 YFPHM YFP_HM 蓝字发票号码 LZFPHM",
        "red.original_code": "OriginalInvoiceTypeCode 原发票代码 YFPDM YFP_DM",
        "red.confirmation_number": "CreditNoteNumber 红字确认单编号 红字信息表编号 HZQRDBH HZXXBBH",
        "seller.name": "SellerName 销售方名称 销方名称 XFMC XSF_MC XSFMC xsfmc NameOfSeller NameOfIssuer",
        "seller.tax_id": "SellerIdNum SellerTaxID 销售方纳税人识别号 销售方识别号 销方识别号 销方税号 销售方统一社会信用代码/纳税人识别号"
        " XFSH XSF_NSRSBH XSFNSRSBH XFSBH xsfnsrsbh UnifiedSocialCreditCodeOfSeller"
        " TaxpayerIdentificationNumberOfSeller",
        "seller.address": "SellerAddr 销售方地址 XFDZ XSF_DZ XSFDZ AddressOfSeller",
        "seller.phone": "SellerTelNum 销售方电话 XFDH XSF_DH XSFDH TelephoneNumberOfSeller",
        "seller.bank": "SellerBankName 销售方开户行 销售方开户银行 XFKHH XSF_YHMC XSFKHH OpeningBankOfSeller",
        "seller.account": "SellerBankAccNum 销售方账号 销售方银行账号 XFZH XSF_YHZH XSFZH AccountNumberOfSeller",
        "seller.address_phone": "SellerAddrTel 销售方地址、电话 销售方地址电话 XFDZDH XSF_DZDH",
        "seller.bank_account": "SellerFinancialAccount 销售方开户行及账号 XFYHZH XFKHHJZH",
        "buyer.name": "BuyerName 购买方名称 购方名称 GFMC GMF_MC GMFMC gmfmc NameOfPurchaser NameOfBuyer",
        "buyer.tax_id": "BuyerIdNum BuyerTaxID 购买方纳税人识别号 购买方识别号 购方识别号 购方税号 购买方统一社会信用代码/纳税人识别号"
        " GFSH GMF_NSRSBH GMFNSRSBH GFSBH gmfnsrsbh UnifiedSocialCreditCodeOfPurchaser"
        " TaxpayerIdentificationNumberOfPurchaser",
        "buyer.address": "BuyerAddr 购买方地址 GFDZ GMF_DZ GMFDZ AddressOfPurchaser",
        "buyer.phone": "BuyerTelNum 购买方电话 GFDH GMF_DH GMFDH TelephoneNumberOfPurchaser",
        "buyer.bank": "BuyerBankName 购买方开户行 购买方开户银行 GFKHH GMF_YHMC GMFKHH OpeningBankOfPurchaser",
        "buyer.account": "BuyerBankAccNum 购买方账号 购买方银行账号 GFZH GMF_YHZH GMFZH AccountNumberOfPurchaser",
        "buyer.address_phone": "BuyerAddrTel 购买方地址、电话 购买方地址电话 GFDZDH GMF_DZDH",
        "buyer.bank_account": "BuyerFinancialAccount 购买方开户行及账号 GFYHZH GFKHHJZH",
    },
)
_add(
    MONEY,
    {
        "amount": "TotalAmWithoutTax TaxExclusiveTotalAmount 合计金额 金额合计 不含税金额 HJJE hjje TotalAmountExcludingTax",
        "tax": "TotalTaxAm TaxTotalAmount 合计税额 税额合计 HJSE hjse TaxAmount TotalTaxAmount VatTaxAmount",
        "total": "TotalTax-includedAmount TaxInclusiveTotalAmount 价税合计 价税合计小写 价税合计（小写） 价税合计(小写) JSHJ jshj"
        " TotalAmount Fare TotalAmountIncludingTax",
    },
)
_add(
    LINE,
    {
        "name": "ItemName Item 项目名称 货物或应税劳务名称 货物或应税劳务、服务名称 货物名称 XMMC SPMC xmmc NameOfGoods",
        "spec": "SpecMod Specification 规格型号 GGXH ggxh",
        "unit": "MeaUnits MeasurementDimension 单位 计量单位 DW JLDW dw",
        "quantity": "Quantity 数量 XMSL SPSL",
        "price": "UnPrice Price 单价 XMDJ DJ dj UnitPrice",
        "amount": "Amount 金额 XMJE JE je",
        "rate": "TaxRate TaxScheme 税率 税率/征收率 SLV TAXRATE",
        "tax": "ComTaxAm TaxAmount 税额 SE se",
        "tax_code": "TaxClassificationCode 税收分类编码 商品和服务税收编码 SPBM SSFLBM spbm",
    },
)
LINE_CONTAINERS = frozenset(
    {
        "IssuItemInformation",
        "GoodsInfo",
        "项目明细",
        "明细",
        "商品明细",
        "项目",
        "XMXX",
        "MX",
        "FYXM",
        "COMMON_FPKJ_XMXX",
        "mx",
        "DetailOfGoodsTuple",
        "InformationOfGoodsOrTaxableServicesTuple",
        "InformationOfGoodsTuple",
        "商品信息",
    }
)
SKIPPED = frozenset(
    {"Signature", "SellerAuthentication", "Extension", "xbrl-context", "context", "unit", "schemaRef"}
)
ROOTS = frozenset(
    {
        "EInvoice",
        "eInvoice",
        "e-invoice",
        "发票",
        "电子发票",
        "数电发票",
        "FP",
        "FPXX",
        "fpxx",
        "Invoice",
        "root",
    }
)
EXTENSION = "Extension"
XBRL_KINDS = {
    "rai": "51",
    "atr": "61",
    "inv_ord": "82",
    "inv_spcl": "81",
    "inv_tlf": "14",
    "einv_ord": "10",
    "einv_spcl": "08",
}
NOT_INVOICES = frozenset({"ntrev", "bker", "bkrs", "efi", "ctp"})
