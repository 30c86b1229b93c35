"""Pasted faces: an invoice's face as text without places, as viewers, extractions and OCR give it."""

from __future__ import annotations

from collections.abc import Callable

from fapiao.invoice import Invoice, Line
from making.shown import day, plain, rate

TITLES = {"81": "电子发票（增值税专用发票）", "82": "电子发票（普通发票）"}
HEADINGS = "项目名称 规格型号 单 位 数 量 单 价 金 额 税率/征收率 税 额"
ID = "统一社会信用代码/纳税人识别号："


def cells(line: Line) -> list[str]:
    told = (line.name, line.spec, line.unit, plain(line.quantity), plain(line.price), str(line.amount))
    return [text for text in (*told, rate(line.rate), str(line.tax)) if text]


def side_by_side(invoice: Invoice) -> str:
    """Rows from left to right, one gap between texts: the upright labels fall between the rows."""
    buyer, seller = invoice.buyer, invoice.seller
    goods = "\n".join(" ".join(cells(line)) for line in invoice.lines)
    return (
        f"{TITLES[invoice.kind or '']}\n发票号码：{invoice.number}\n开票日期：{day(invoice)}\n"
        f"购 名称：{buyer.name} 销 名称：{seller.name}\n买 售\n方 方\n信 {ID}{buyer.tax_id or ''} 信 {ID}{seller.tax_id}\n息 息\n"
        f"{HEADINGS}\n{goods}\n合 计 ¥{invoice.amount} ¥{invoice.tax}\n价税合计（大写） {invoice.total_in_words} （小写）¥{invoice.total}\n"
        f"备\n{invoice.remark or ''}\n注\n开票人：{invoice.drawer}"
    )


def layout(invoice: Invoice) -> str:
    """Rows keep their columns by runs of spaces, and names break within their column."""
    text = side_by_side(invoice)
    rows = [row.replace(" ", "      ") for row in text.split("\n")]
    broken = []
    for row in rows:
        name, gap, rest = row.partition("      ")
        if row.startswith("*"):
            broken += [f"    {name[:-2]}{gap}{rest}", f"    {name[-2:]}"]
        else:
            broken.append(row)
    return "\n".join(broken)


def ahead(invoice: Invoice) -> str:
    """The tax numbers stand close before their labels, behind a sign of the upright label."""
    text = side_by_side(invoice)
    for party in (invoice.buyer, invoice.seller):
        text = text.replace(f"信 {ID}{party.tax_id or ''}", f"信{party.tax_id or ''}{ID}", 1)
    return text


def detached(invoice: Invoice) -> str:
    """All labels of the form come first, all values after them."""
    buyer, seller = invoice.buyer, invoice.seller
    goods = "\n".join(" ".join(cells(line)) for line in invoice.lines)
    return (
        f"{TITLES[invoice.kind or '']} 发票号码：\n开票日期：\n购买方信息 {ID}\n销售方信息 {ID}\n名称： 名称：\n{HEADINGS}\n合 计\n"
        f"价税合计（大写） （小写）\n备\n注\n开票人：\n{invoice.number}\n{day(invoice)}\n{buyer.name}\n{buyer.tax_id}\n{seller.name}\n"
        f"{seller.tax_id}\n{goods}\n¥{invoice.amount} ¥{invoice.tax}\n{invoice.total_in_words} ¥{invoice.total}\n{invoice.drawer}"
    )


def paired(invoice: Invoice) -> str:
    """The form's labels first; then both names in one row, both numbers in the next, and the rest in rows."""
    buyer, seller = invoice.buyer, invoice.seller
    goods = "\n".join(" ".join(cells(line)) for line in invoice.lines)
    return (
        f"{TITLES[invoice.kind or '']}\n发票号码：\n开票日期：\n购 销\n买 名称： 售 名称：\n方 方\n信 信 {ID} {ID}\n息 息\n{HEADINGS}\n"
        f"下载次数：1\n国\n统一发票监\n制 {invoice.number}\n全 章\n国家税务总局 {day(invoice)}\n北 京市税务局\n"
        f"{buyer.name} {seller.name}\n{buyer.tax_id} {seller.tax_id}\n{goods}\n合 计 ¥{invoice.amount} ¥{invoice.tax}\n"
        f"价税合计（大写） {invoice.total_in_words} （小写） ¥ {invoice.total}\n{invoice.remark or ''}\n备\n注\n开票人：{invoice.drawer}"
    )


def scanned(invoice: Invoice) -> str:
    """One text a line, as an OCR lists them."""
    buyer, seller = invoice.buyer, invoice.seller
    goods = [text for line in invoice.lines for text in cells(line)]
    return "\n".join(
        [
            *(
                TITLES[invoice.kind or ""],
                f"发票号码：{invoice.number}",
                "国家税务总局",
                f"开票日期：{day(invoice)}",
            ),
            *("购买方信息", "销售方信息", f"名称：{buyer.name}", f"名称：{seller.name}"),
            *(f"{ID}{buyer.tax_id or ''}", f"{ID}{seller.tax_id}"),
            *("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率/征收率", "税额", *goods),
            *(
                "合",
                "计",
                f"¥{invoice.amount}",
                f"¥{invoice.tax}",
                "价税合计（大写）",
                invoice.total_in_words or "",
            ),
            *(f"（小写）¥{invoice.total}", invoice.remark or "", "备注", f"开票人：{invoice.drawer}"),
        ]
    )


STYLES: dict[str, Callable[[Invoice], str]] = {
    each.__name__: each for each in (side_by_side, layout, ahead, detached, paired, scanned)
}
