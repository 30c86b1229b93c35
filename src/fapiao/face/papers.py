"""Papers (单据): telling an invoice's face from bank slips, order forms, fiscal receipts, itineraries and blank forms."""

from __future__ import annotations

import re

TITLE = re.compile(
    r"(电子发票\n?\([^)\n]{2,24}\)|[\u4e00-\u9fff()]{0,12}?增值税(?:电子)?(?:普通|专用)发票(?:\(卷票\))?"
    r"|[\u4e00-\u9fff]{0,6}?电子(?:普通|专用)发票|机动车销售统一发票|二手车销售统一发票"
    r"|[\u4e00-\u9fff]{0,6}通行费[\u4e00-\u9fff]{0,6}发票|[\u4e00-\u9fff]{0,8}通用(?:机打|电子|手工|定额)?发票)"
)
_SIGNS = (
    re.compile(r"开票日期|填开日期"),
    re.compile(r"价税合计|车价合计|合计金额|票价|\(小写\)"),
    re.compile(r"纳税人识别号|统一社会信用代码"),
    re.compile(r"开票人|收款人|收款员|复核"),
    re.compile(r"(?:校验码|机器编号|机打号码|发票代码):?\d"),
    re.compile(r"税率|征收率|税额"),
    re.compile(r"购买方|销售方|购货单位|销货单位"),
)
OTHER_PAPERS = re.compile(
    r"回单|财政票据|收费票据|非税收入|统一票据|资金往来结算票据|捐赠票据|订单详情|订单信息|采购订单|结算单|对账单|销货清单|送货单|出库单"
    r"|报销单|付款申请|行程单|行程报销|水单|收据|合同|缴款书|完税证明|小票|账单|报价单|申请单|电子客票行程"
)
_IN_TITLE = 16
"""A paper names itself in a short line near its top; a remark that mentions another paper is longer or lower."""


def is_face(text: str) -> bool:
    """Tell whether the text of a sheet is an invoice's: a title and some of the labels that every face has."""
    if names_itself_otherwise(text):
        return False
    title = TITLE.search(text)
    signs = sum(1 for sign in _SIGNS if sign.search(text))
    return signs >= (2 if title else 3)


def names_itself_otherwise(text: str) -> bool:
    """Tell whether a short line near the top says that this is another kind of paper."""
    for line in text.split("\n")[:6]:
        if line.startswith("电子发票") or TITLE.search(line):
            return False
        if len(line) <= _IN_TITLE + 8 and ":" not in line and OTHER_PAPERS.search(line):
            return True
    return False


def is_other_paper(text: str) -> bool:
    """Tell whether a text that holds no invoice plainly belongs to another kind of paper."""
    return bool(OTHER_PAPERS.search(text))


_ANCHORS = re.compile("发票|号码|合计|名称|日期|金额|税|公司")
_SPACE = re.compile(r"\s+")
_HAN = re.compile("[\u4e00-\u9fff]")
_ODD = re.compile(
    "[\x01-\x08\x80-\x9f\u00c0-\u024f\ufffd]|[^\x00-\u024f\u2000-\u33ff\u4e00-\u9fff\uf900-\uffff]"
)
"""Signs that no invoice prints: controls, accented letters, private use, rare ideographs, scripts far from here."""
_MEANINGLESS = re.compile("[\x01-\x1f\ue000-\uf8ff\ufffd]")


def is_garbled(text: str) -> bool:
    """Tell whether a text layer cannot be trusted (乱码): plenty of signs, none of the words that a paper has."""
    bare = _SPACE.sub("", text)
    if len(bare) < 30:
        return False
    if len(_ODD.findall(bare)) > 0.2 * len(bare):
        return True
    return not _ANCHORS.search(bare) and len(_HAN.findall(bare)) > 20


def is_doubtful(value: str) -> bool:
    """Tell whether a value holds signs that mean nothing: private use, replacement, controls."""
    return bool(_MEANINGLESS.search(value))


def is_rubble(value: str) -> bool:
    """Tell whether so many signs of a value mean nothing that it says nothing either."""
    return len(_MEANINGLESS.findall(value)) * 4 > len(value)
