"""Headings (表头): which column of a table holds which field, by the names that exports and people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_NAMES = {
    "code": "发票代码 代码 票据代码 invoicecode fpdm code",
    "number": "发票号码 号码 发票号 发票编号 票据号码 票号 invoiceno invoicenumber invoiceno. invoice# fphm number",
    "digital_number": "数电发票号码 数电票号码 全电发票号码 数电号码 全电票号码 数电票号 数电发票号 全电号码 电子发票号码"
    " 电子客票发票号码 数电(全电)发票号码 数电纸质发票号码 digitalnumber digital_number sdfphm",
    "seller.tax_id": "销方识别号 销售方识别号 销方税号 销售方税号 销售方纳税人识别号 销方纳税人识别号 开票方税号 开票方识别号"
    " 开票方纳税人识别号 销货方识别号 销货方纳税人识别号 销货单位识别号 供应商税号 供应商纳税人识别号 销方纳税识别号"
    " 销售方统一社会信用代码/纳税人识别号 销方统一社会信用代码 销售方统一社会信用代码 销售方信用代码 承运人识别号"
    " sellertaxid sellertaxno seller_tax_id xfsbh xsfnsrsbh",
    "seller.name": "销方名称 销售方名称 销售方纳税人名称 销方纳税人名称 销方 销售方 销货方 销货方名称 销货单位 销货单位名称 开票方"
    " 开票方名称 开票单位 开票单位名称 供应商 供应商名称 卖方 卖方名称 承运人名称 seller sellername seller_name vendor supplier"
    " xfmc xsfmc",
    "buyer.tax_id": "购方识别号 购买方识别号 购方税号 购买方税号 购买方纳税人识别号 购方纳税人识别号 受票方税号 受票方识别号"
    " 受票方纳税人识别号 购货方识别号 购货方纳税人识别号 购方统一社会信用代码 购买方统一社会信用代码 客户税号"
    " 购买方统一社会信用代码/纳税人识别号 buyertaxid buyertaxno buyer_tax_id gfsbh gmfnsrsbh",
    "buyer.name": "购买方名称 购方名称 购方 购买方 购买方纳税人名称 购货方 购货方名称 购货单位 购货单位名称 受票方 受票方名称 买方"
    " 买方名称 抬头 发票抬头 客户名称 buyer buyername buyer_name customer gfmc gmfmc",
    "issued": "开票日期 开票时间 日期 发票日期 填开日期 填票日期 开具日期 开具时间 开票日 invoicedate date issuedon issued_on"
    " issuedate issued kprq",
    "amount": "金额 合计金额 金额合计 不含税金额 金额(不含税) 不含税合计 不含税 不含税价 不含税价格 不含税额 未税金额 未税合计 票面金额 发票金额"
    " 开具金额(不含税) 开具金额 销售额 不含税销售额 amount amountwithouttax netamount net je hjje",
    "tax": "税额 合计税额 税额合计 票面税额 税金 增值税额 增值税税额 tax taxamount vat se hjse",
    "total": "价税合计 含税金额 总金额 总额 价税合计金额 金额(含税) 价税总计 价税合计(小写) 含税合计 含税总额 票价 车价合计 合计金额(含税)"
    " 小写金额 total totalamount amountwithtax grossamount gross jshj",
    "kind": "发票票种 票种 发票类型 发票种类 种类 票种标签 票据类型 发票类别 发票品种 票据名称 发票名称 kind invoicetype type fplx fppz",
    "state": "发票状态 状态 票据状态 state status fpzt",
    "positive": "是否正数发票 正负数 正数发票",
    "risk": "发票风险等级 风险等级",
    "source": "发票来源 来源",
    "check_code": "校验码 发票校验码 checkcode check_code jym",
    "machine_number": "机器编号 机器码 machinenumber machine_number",
    "drawer": "开票人 drawer kpr",
    "payee": "收款人 payee skr",
    "reviewer": "复核人 复核 reviewer fhr",
    "remark": "备注 备注栏 remark note bz",
    "total_in_words": "价税合计(大写) 大写金额 金额大写 total_in_words",
    "qr": "二维码内容 qr",
    "line.tax_code": "税收分类编码 商品和服务税收编码 商品编码 税收编码 商品和服务税收分类编码",
    "line.name": "货物或应税劳务名称 货物或应税劳务、服务名称 货物或应税劳务服务名称 货物或服务名称 项目名称 商品名称 货物名称"
    " 商品或服务名称 开票项目 品名",
    "line.spec": "规格型号 规格",
    "line.unit": "单位 计量单位",
    "line.quantity": "数量",
    "line.price": "单价 单价(不含税) 不含税单价",
    "line.rate": "税率 税率/征收率 征收率",
    "line.rate_percent": "税率(%) 税率/征收率(%)",
    "red.original_code": "原发票代码 对应蓝字发票代码 蓝字发票代码 被红冲蓝字发票代码",
    "red.original_number": "原发票号码 对应蓝字发票号码 蓝字发票号码 被红冲蓝字发票号码 被红冲蓝字数电发票号码 蓝字数电发票号码",
    "red.confirmation_number": "红字确认单编号 红字发票信息确认单编号 红字信息表编号 红字确认单号",
    "special.特定业务类型": "特定业务类型 特定业务",
    "invoice_json": "完整数据(json) invoicejson",
    "ref": "ref 序号编号",
    "lookup": "lookup",
    "tax_ids": "taxids tax_ids",
    "as_of": "asof as_of",
    "text": "text 内容 二维码",
}
_SPECIAL = """
乘车日期 车次 出发站 到达站 席别 席位 席位号 车厢 座位 乘车人 乘车人姓名 证件号码 电子客票号码 电子客票号 业务类型 改签 退票
承运人 航班号 航班 起飞日期 始发地 目的地 出行日期 出行人 旅客姓名 燃油附加费 民航发展基金 其他税费 保险费 填开单位 舱位
客票级别 座位等级 起始地 到达地 起运地 运输工具 车种车号 车牌号 交通工具类型 等级 票价类型
车辆类型 厂牌型号 产地 合格证号 进口证明书号 商检单号 发动机号码 发动机号 车架号 车架号码 车辆识别代号 车辆识别代号/车架号码
吨位 限乘人数 主管税务机关 主管税务机关及代码 完税凭证号码 登记证号 转入地车辆管理所名称 卖方地址 买方地址
通行日期起 通行日期止 建筑服务发生地 建筑项目名称 土地增值税项目编号 不动产地址 产权证书号 租赁期起 租赁期止
是否勾选 勾选状态 勾选时间 有效抵扣税额 有效税额 红字锁定标志 转内销证明编号 风险状态 用途 用途状态 入账状态 入账时间
管理状态 税款所属期 抵扣税额 海关缴款书号码 出口转内销证明编号
"""
"""What the further sheets (铁路, 航空, 机动车, 旅客…) and the deduction list say beyond the face."""
_NOTE = re.compile(
    r"[(\[【](?:元|人民币|rmb|cny|￥|¥|单位:?元|必填|选填|必填项|可选|yyyy.*?|文本|\d{1,2}(?:-\d{1,2})?位)[)\]】]$|^[¥￥]|[#]$"
)


def bare(text: str) -> str:
    """Return a heading without width, spaces, line breaks, stars and units: ``开票日期 *`` → ``开票日期``."""
    plain = re.sub(r"[\s*＊:：\u200b\ufeff]", "", unicodedata.normalize("NFKC", text)).lower()
    return _NOTE.sub("", plain.replace("【", "(").replace("】", ")").replace("[", "(").replace("]", ")"))


PATHS = {bare(name): path for path, names in _NAMES.items() for name in names.split()}
PATHS |= {bare(name): f"special.{name}" for name in _SPECIAL.split() if bare(name) not in PATHS}
_IDENTITY = {"number", "digital_number"}
_SUPPORT = {
    "issued",
    "amount",
    "total",
    "tax",
    "seller.name",
    "seller.tax_id",
    "buyer.name",
    "buyer.tax_id",
    "code",
    "kind",
    "line.name",
}
_GROUPS = {
    "销方",
    "销售方",
    "购方",
    "购买方",
    "开票方",
    "受票方",
    "销售方信息",
    "购买方信息",
    "销方信息",
    "购方信息",
}
_SIDES = {"销": "销方", "购": "购方", "开": "销方", "受": "购方"}
LONGEST = 40


def path_of(text: str) -> str | None:
    """Return the field that a heading names, ``None`` for one that is not known."""
    return PATHS.get(bare(text)) if len(text) <= LONGEST else None


def recognise(cells: Mapping[int, str], above: Mapping[int, str] | None = None) -> list[dict[int, str]]:
    """Return fields by column for each table that a heading row begins; ``[]`` when the row is none.

    A heading row names a number and at least two more fields of an invoice; where the names begin anew to the right,
    a second table stands beside the first. ``above`` is the row over it: merged groups such as 销售方 name the columns below
    together with them, and what only stands above holds too.
    """
    tables: list[dict[int, str]] = [{}]
    for column, path in sorted(_named(cells, above or {}).items()):
        if path in tables[-1].values():
            if path not in _IDENTITY or not is_heading(tables[-1]):
                continue
            tables.append({})
        tables[-1][column] = path
    return [table for table in tables if is_heading(table)]


def is_heading(columns: Mapping[int, str]) -> bool:
    """Tell whether these fields are enough to be the heading of a table of invoices."""
    paths = set(columns.values())
    return bool(paths & _IDENTITY) and len(paths & _SUPPORT) >= 2


def continues(cells: Mapping[int, str], above: Mapping[int, str]) -> bool:
    """Tell whether a row is the second half of the heading above it: names only, of which some are known."""
    if any(re.search(r"\d{3}", text) or len(text) > LONGEST for text in cells.values()):
        return False
    own = _named(cells, above)
    return any(column in own and own[column] != path_of(above.get(column, "")) for column in cells)


def _named(cells: Mapping[int, str], above: Mapping[int, str]) -> dict[int, str]:
    named = {
        column: path for column, text in above.items() if (path := path_of(text)) and column not in cells
    }
    groups = sorted((column, text) for column, text in above.items() if bare(text) in _GROUPS)
    ends = sorted(above)
    for column, text in cells.items():
        group = next((name for start, name in reversed(groups) if start <= column), "")
        if group and not _within(column, group, above, ends):
            group = ""
        path = _grouped(group, text) or path_of(text) or (path_of(above[column]) if column in above else None)
        if path:
            named[column] = path
    return named


def _within(column: int, group: str, above: Mapping[int, str], ends: list[int]) -> bool:
    """A merged group reaches from its first column to the next text of its row."""
    return next((above[end] for end in reversed(ends) if end <= column), None) == group


def _grouped(group: str, text: str) -> str | None:
    if not group:
        return None
    side = _SIDES[bare(group)[0]]
    return PATHS.get(bare(side + text))
