"""Headings (表头): which column of a table holds which field, by the names that exports and people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_NAMES = {
    "code": "发票代码 代码 invoicecode fpdm code",
    "number": "发票号码 号码 发票号 invoiceno invoicenumber invoiceno. fphm number 票号",
    "digital_number": "数电发票号码 数电票号码 全电发票号码 数电号码 全电票号码 digitalnumber digital_number",
    "seller.tax_id": "销方识别号 销售方识别号 销方税号 销售方税号 销售方纳税人识别号 销方纳税人识别号 sellertaxid"
    " sellertaxno seller_tax_id 销售方统一社会信用代码/纳税人识别号",
    "seller.name": "销方名称 销售方名称 销售方纳税人名称 销方 销售方 开票方 开票方名称 供应商 供应商名称 seller sellername seller_name",
    "buyer.tax_id": "购方识别号 购买方识别号 购方税号 购买方税号 购买方纳税人识别号 购方纳税人识别号 buyertaxid buyertaxno"
    " buyer_tax_id 购买方统一社会信用代码/纳税人识别号",
    "buyer.name": "购买方名称 购方名称 购方 购买方 受票方 受票方名称 buyer buyername buyer_name",
    "issued": "开票日期 开票时间 日期 发票日期 填开日期 invoicedate date issuedon issued_on 开具日期",
    "amount": "金额 合计金额 不含税金额 金额(不含税) 不含税合计 amount 未税金额",
    "tax": "税额 合计税额 票面税额 tax 税金",
    "total": "价税合计 含税金额 总金额 总额 价税合计金额 total 金额(含税) 价税总计",
    "kind": "发票票种 票种 发票类型 发票种类 种类 kind invoicetype 票种标签",
    "state": "发票状态 状态 state",
    "positive": "是否正数发票",
    "risk": "发票风险等级 风险等级",
    "source": "发票来源",
    "check_code": "校验码 checkcode check_code",
    "drawer": "开票人 drawer",
    "payee": "收款人 payee",
    "reviewer": "复核人 复核 reviewer",
    "remark": "备注 remark",
    "line.tax_code": "税收分类编码 商品和服务税收编码 商品编码",
    "line.name": "货物或应税劳务名称 货物或应税劳务、服务名称 项目名称 商品名称 货物名称",
    "line.spec": "规格型号",
    "line.unit": "单位 计量单位",
    "line.quantity": "数量",
    "line.price": "单价",
    "line.rate": "税率 税率/征收率 税率(%)",
    "special_kind": "特定业务类型",
    "invoice_json": "完整数据(json) invoicejson",
    "ref": "ref 序号编号",
    "lookup": "lookup",
    "tax_ids": "taxids tax_ids",
    "as_of": "asof as_of",
    "text": "text 内容 二维码",
}


def bare(text: str) -> str:
    """Return a heading without width, spaces, line breaks and stars: ``开票日期 *`` → ``开票日期``."""
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", text)).lower()


PATHS = {bare(name): path for path, names in _NAMES.items() for name in names.split()}
_IDENTITY = {"number", "digital_number"}
_SUPPORT = {"issued", "amount", "total", "tax", "seller.name", "seller.tax_id", "buyer.name", "code"}


def recognise(cells: Mapping[int, str]) -> dict[int, str] | None:
    """Return fields by column for a heading row; ``None`` when the row is none.

    A heading row names a number and at least two more fields of an invoice.
    """
    found: dict[int, str] = {}
    for column, text in sorted(cells.items()):
        path = PATHS.get(bare(text)) if len(text) <= 40 else None
        if path and path not in found.values():
            found[column] = path
    paths = set(found.values())
    if paths & _IDENTITY and len(paths & _SUPPORT) >= 2:
        return found
    return None
