"""Writing an OFD (生成 OFD): one plain page, the invoice's XML as attachment, metadata. Not the official look."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from fapiao.einvoice import write_element
from fapiao.invoice import Invoice
from fapiao.money import in_words

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_STAMP = (2020, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FONT = 9


def write(invoice: Invoice) -> bytes:
    """Return the OFD file of an invoice; the same invoice always gives the same bytes."""
    parts = {
        "OFD.xml": _ofd(invoice),
        "Doc_0/Document.xml": _DOCUMENT,
        "Doc_0/PublicRes.xml": _RESOURCES,
        "Doc_0/Pages/Page_0/Content.xml": _page(invoice),
        "Doc_0/Attachs/Attachments.xml": _ATTACHMENTS,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), (_HEAD + text).encode(), zipfile.ZIP_DEFLATED)
        archive.writestr(
            zipfile.ZipInfo("Doc_0/Attachs/original_invoice.xml", _STAMP), write_element(invoice)
        )
    return buffer.getvalue()


_DOCUMENT = (
    f"<ofd:Document {_NS}><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 140"
    "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>"
    '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
    "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>"
)
_RESOURCES = f'<ofd:Res {_NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="{_FONT}" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>'
_ATTACHMENTS = (
    f'<ofd:Attachments {_NS}><ofd:Attachment ID="attach_0" Name="original_invoice" Format="xml" Visible="false">'
    "<ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
)


def _ofd(invoice: Invoice) -> str:
    told = {
        "发票代码": invoice.code,
        "发票号码": invoice.number,
        "合计金额": invoice.amount,
        "合计税额": invoice.tax if invoice.tax is not None else invoice.tax_text,
        "校验码": invoice.check_code,
        "开票日期": invoice.issued_on and f"{invoice.issued_on:%Y年%m月%d日}",
        "购买方纳税人识别号": invoice.buyer.tax_id,
        "销售方纳税人识别号": invoice.seller.tax_id,
    }
    data = "".join(
        f"<ofd:CustomData Name={quoteattr(name)}>{_safe(str(value))}</ofd:CustomData>"
        for name, value in told.items()
        if value is not None
    )
    return (
        f'<ofd:OFD {_NS} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>'
        f"{(invoice.number or '0').rjust(32, '0')[:32]}</ofd:DocID><ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _page(invoice: Invoice) -> str:
    texts = list(enumerate(face_texts(invoice), 10))
    objects = "".join(_text_object(number, *each) for number, each in texts)
    return (
        f"<ofd:Page {_NS}><ofd:Area><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:Area><ofd:Content>"
        f'<ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def face_texts(invoice: Invoice) -> list[tuple[float, float, str]]:
    """Return the face as (x, y, text) in millimetres: headings, parties, lines, sums."""
    total = invoice.total
    words = invoice.total_in_words or (in_words(total) if total is not None else "")
    texts: list[tuple[float, float, str | None]] = [
        (70, 12, invoice.kind_label),
        (150, 10, invoice.code and f"发票代码:{invoice.code}"),
        (150, 16, f"发票号码:{invoice.digital_number or invoice.number or ''}"),
        (150, 22, f"开票日期:{invoice.issued_on:%Y年%m月%d日}" if invoice.issued_on else None),
    ]
    y = 66.0
    for line in invoice.lines[:6]:
        texts += [
            (10, y, line.name),
            (150, y, _text(line.amount)),
            (172, y, line.rate),
            (192, y, _text(line.tax)),
        ]
        y += 4
    texts += [
        (20, 95, f"合 计  ¥{_text(invoice.amount)}"),
        (180, 95, _text(invoice.tax) or invoice.tax_text),
        (20, 101, f"价税合计(大写) {words}"),
        (150, 101, f"(小写)¥{_text(total)}"),
        (15, 130, invoice.drawer and f"开票人:{invoice.drawer}"),
    ]
    return [(x, level, text) for x, level, text in texts if text]


def _text_object(number: int, x: float, y: float, text: str) -> str:
    step = 3.2
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{x} {y - 4} {len(text) * step + 2:.1f} 5" Font="{_FONT}" Size="3.2">'
        f'<ofd:TextCode X="0" Y="4" DeltaX="g {max(len(text) - 1, 0)} {step}">{_safe(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _safe(text: str) -> str:
    return escape(
        "".join(
            sign
            for sign in text
            if sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff"
        )
    )
