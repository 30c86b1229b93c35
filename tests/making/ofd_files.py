"""OFD files made for tests and benchmarks (版式文件样本): laid out as the tax platform's, with template page, embedded font,
tags, seal picture, QR code, annotation, attachment and, where asked for, a signature. Every part can be left out or replaced.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from xml.sax.saxutils import escape

import zxingcpp
from PIL import Image, ImageDraw

from fapiao.einvoice import write_element
from fapiao.invoice import Invoice, Line
from fapiao.money import in_words
from fapiao.qr import build
from fapiao.vocabulary import qr_code_of
from making import signing

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SIZE = 3.175
Spot = tuple[float, float, str]


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the file that holds these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def text_object(identity: int, x: float, y: float, text: str, *, more: str = "", size: float = SIZE) -> str:
    """Return one text object; half a step for each Latin sign, as the platform sets them."""
    steps = [size if ord(sign) > 255 else size / 2 for sign in text[:-1]]
    runs: list[list[float]] = []
    for step in steps:
        if runs and runs[-1][1] == step:
            runs[-1][0] += 1
        else:
            runs.append([1, step])
    delta = " ".join(f"g {int(count)} {step:g}" if count > 1 else f"{step:g}" for count, step in runs)
    return (
        f'<ofd:TextObject ID="{identity}" Boundary="{x:g} {y:g} {sum(steps) + size:g} 5" Font="5" Size="{size:g}"{more}>'
        f'<ofd:TextCode X="0" Y="3.6"{f" DeltaX={chr(34)}{delta}{chr(34)}" if delta else ""}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def column(identity: int, x: float, y: float, text: str) -> str:
    """Return a text object set downwards."""
    return (
        f'<ofd:TextObject ID="{identity}" Boundary="{x} {y} 5 30" Font="5" Size="{SIZE}">'
        f'<ofd:TextCode X="0" Y="3" DeltaY="g {len(text) - 1} 4">{text}</ofd:TextCode></ofd:TextObject>'
    )


def page(objects: str, *, template: str = "1", layer: str = "") -> str:
    """Return a content part."""
    used = f'<ofd:Template TemplateID="{template}" ZOrder="Background"/>' if template else ""
    return (
        f"{HEAD}<ofd:Page {NS}><ofd:Area><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:Area>{used}"
        f'<ofd:Content><ofd:Layer ID="3"{layer}>{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def template_texts(invoice: Invoice) -> list[Spot]:
    """Return what the blank form prints."""
    name, number = "名称：", "统一社会信用代码/纳税人识别号："
    return [
        (68, 6, (invoice.kind_label or "").replace("(", "（").replace(")", "）")),
        *((150, 10.3, "发票号码："), (150, 16.4, "开票日期：")),
        *((11, 33.8, name), (11, 43.3, number), (111, 33.8, name), (111, 43.3, number)),
        *((18, 52, "项目名称"), (52, 52, "规格型号"), (75, 52, "单位"), (92, 52, "数量"), (110, 52, "单价")),
        *((134, 52, "金额"), (148, 52, "税率/征收率"), (190, 52, "税额")),
        *((24, 90.5, "合"), (34, 90.5, "计"), (18, 97, "价税合计（大写）"), (142, 97, "（小写）")),
        (20, 130, "开票人："),
    ]


VALUES = {
    "InvoiceNo": (170, 10.3),
    "IssueDate": (170, 16.4),
    "BuyerName": (20, 33.8),
    "BuyerTaxID": (62, 43.3),
    "SellerName": (120, 33.8),
    "SellerTaxID": (162, 43.3),
    "TaxExclusiveTotalAmount": (130, 90.5),
    "TaxTotalAmount": (188, 90.5),
    "TaxInclusiveTotalAmount": (158, 97),
    "TotalInWords": (63, 97),
    "InvoiceClerk": (34, 130),
    "Note": (14, 110),
}


def values_of(invoice: Invoice) -> dict[str, str]:
    """Return what the page prints, by tag name."""
    total = invoice.total
    told = {
        "InvoiceNo": invoice.number,
        "IssueDate": invoice.issued_on and f"{invoice.issued_on:%Y年%m月%d日}",
        "BuyerName": invoice.buyer.name,
        "BuyerTaxID": invoice.buyer.tax_id,
        "SellerName": invoice.seller.name,
        "SellerTaxID": invoice.seller.tax_id,
        "TaxExclusiveTotalAmount": f"¥{invoice.amount}",
        "TaxTotalAmount": invoice.tax_text or f"¥{invoice.tax}",
        "TaxInclusiveTotalAmount": f"¥{total}",
        "TotalInWords": in_words(total) if total is not None else None,
        "InvoiceClerk": invoice.drawer,
        "Note": invoice.remark,
    }
    return {name: value for name, value in told.items() if value}


def line_texts(lines: Iterable[Line], top: float = 57) -> list[Spot]:
    """Return the cells of the goods."""
    spots: list[tuple[float, float, str | None]] = []
    for place, line in enumerate(lines):
        y = top + 5 * place
        rate = line.rate
        percent = f"{float(rate) * 100:g}%" if rate and rate[0].isdigit() else rate
        spots += [
            *((8, y, line.name), (53, y, line.spec), (77, y, line.unit)),
            *((95, y, _text(line.quantity)), (110, y, _text(line.price)), (134, y, _text(line.amount))),
            *((152, y, percent), (190, y, line.tax_text or _text(line.tax))),
        ]
    return [(x, y, text) for x, y, text in spots if text]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def digital(invoice: Invoice, *, sign: bool = False, payload: str | None = None) -> dict[str, bytes]:
    """Return the parts of a 数电 file as the platform makes it, by name."""
    told = values_of(invoice)
    identities = {name: number for number, name in enumerate(told, 6900)}
    objects = "".join(text_object(identities[name], *VALUES[name], value) for name, value in told.items())
    objects += "".join(
        text_object(number, *each) for number, each in enumerate(line_texts(invoice.lines), 7000)
    )
    objects += '<ofd:ImageObject ID="7900" Boundary="5 5 20 20" ResourceID="6920"/>'
    form = "".join(text_object(number, *each) for number, each in enumerate(template_texts(invoice), 100))
    form += (
        column(180, 6, 32, "购买方信息") + column(181, 107, 32, "销售方信息") + column(182, 6, 108, "备注")
    )
    form += "".join(
        f'<ofd:PathObject ID="{number}" Boundary="5 {30 + number % 60} 200 0.5" LineWidth="0.25" Stroke="true">'
        f"<ofd:AbbreviatedData>M 0 0 L 200 0</ofd:AbbreviatedData></ofd:PathObject>"
        for number in range(200, 240)
    )
    parts = {
        "OFD.xml": ofd_xml(custom_datas(invoice), signed=sign),
        "Doc_0/Document.xml": DOCUMENT,
        "Doc_0/PublicRes.xml": PUBLIC,
        "Doc_0/DocumentRes.xml": RESOURCES,
        "Doc_0/Tpls/Tpl_0/Content.xml": page(form, template="").encode(),
        "Doc_0/Pages/Page_0/Content.xml": page(objects).encode(),
        "Doc_0/Tags/CustomTags.xml": TAG_LIST,
        "Doc_0/Tags/CustomTag.xml": edrm_tags(identities),
        "Doc_0/Attachs/Attachments.xml": ATTACHMENTS,
        "Doc_0/Attachs/original_invoice.xml": plain_xml(invoice),
        "Doc_0/Annots/Annotations.xml": f"{HEAD}<ofd:Annotations {NS}/>".encode(),
        "Doc_0/Res/image_6920.png": qr_picture(payload or payload_of(invoice)),
        "Doc_0/Res/seal.png": seal_picture(),
        "Doc_0/Res/font_5.ttf": bytes(range(256)) * 160,
    }
    return signed(parts) if sign else parts


def signed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts with a seal's signature over all but OFD.xml."""
    xml = signing.signature_xml(parts, [name for name in parts if name != "OFD.xml"])
    return parts | {
        "Doc_0/Signs/Signatures.xml": f'{HEAD}<ofd:Signatures {NS}><ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'.encode(),
        "Doc_0/Signs/Sign_0/Signature.xml": xml,
        "Doc_0/Signs/Sign_0/SignedValue.dat": signing.ses_v4(xml),
    }


def plain_xml(invoice: Invoice) -> bytes:
    """Return the attachment as a tax platform writes it: without our writer's own element."""
    data = write_element(invoice)
    begin, end = data.find(b"<Extension>"), data.find(b"</Extension>") + len(b"</Extension>")
    return data if begin < 0 else data[:begin] + data[end:]


def custom_datas(invoice: Invoice) -> dict[str, str]:
    """Return the metadata that makers write; 合计金额 is without tax."""
    told = {
        "发票代码": invoice.code,
        "发票号码": invoice.number,
        "合计金额": _text(invoice.amount),
        "合计税额": invoice.tax_text or _text(invoice.tax),
        "开票日期": invoice.issued_on and f"{invoice.issued_on:%Y年%m月%d日}",
        "购买方纳税人识别号": invoice.buyer.tax_id,
        "销售方纳税人识别号": invoice.seller.tax_id,
    }
    return {name: value for name, value in told.items() if value}


def ofd_xml(
    told: Mapping[str, str], *, signed: bool = False, roots: Iterable[str] = ("Doc_0/Document.xml",)
) -> bytes:
    """Return OFD.xml with a body for each document root; the metadata stands in the first."""
    data = "".join(
        f'<ofd:CustomData Name="{name}">{escape(value)}</ofd:CustomData>' for name, value in told.items()
    )
    signatures = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>" if signed else ""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>90baf370</ofd:DocID><ofd:CustomDatas>{'' if place else data}</ofd:CustomDatas></ofd:DocInfo>"
        f"<ofd:DocRoot>{root}</ofd:DocRoot>{signatures}</ofd:DocBody>"
        for place, root in enumerate(roots)
    )
    return f'{HEAD}<ofd:OFD {NS} DocType="OFD" Version="1.1">{bodies}</ofd:OFD>'.encode()


def edrm_tags(identities: Mapping[str, int]) -> bytes:
    """Return the tags of the edrm family, each pointing at its text object on page 61."""

    def tag(name: str) -> str:
        if name not in identities:
            return ""
        return f'<ofd:{name}><ofd:ObjectRef PageRef="61">{identities[name]}</ofd:ObjectRef></ofd:{name}>'

    inner = (
        f"{tag('InvoiceNo')}{tag('IssueDate')}<ofd:Buyer>{tag('BuyerName')}{tag('BuyerTaxID')}</ofd:Buyer>"
        f"<ofd:Seller>{tag('SellerName')}{tag('SellerTaxID')}</ofd:Seller>{tag('TaxExclusiveTotalAmount')}"
        f"{tag('TaxTotalAmount')}{tag('TaxInclusiveTotalAmount')}{tag('InvoiceClerk')}{tag('Note')}"
    )
    return f'{HEAD}<ofd:root {NS} version="1.0">{inner}</ofd:root>'.encode()


def payload_of(invoice: Invoice) -> str:
    """Return the payload of a 数电 face."""
    assert invoice.number
    assert invoice.total is not None
    assert invoice.issued_on
    return build(qr_code_of(invoice.kind or "82"), "", invoice.number, invoice.total, invoice.issued_on)


def qr_picture(payload: str) -> bytes:
    """Return a QR code as PNG, four pixels a module."""
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode)
    image = Image.fromarray(zxingcpp.write_barcode_to_image(barcode, scale=4))
    return png(image)


@cache
def seal_picture() -> bytes:
    """Return a red oval with a rough edge on nothing, about as large as the platform's."""
    image = Image.new("RGBA", (450, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 440, 290), outline=(220, 30, 30, 255), width=14)
    rough = Image.effect_noise((120, 80), 60).convert("RGBA")
    image.paste(rough, (165, 110))
    return png(image)


def png(image: Image.Image) -> bytes:
    """Return a picture as PNG."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


DOCUMENT = (
    f"{HEAD}<ofd:Document {NS}><ofd:CommonData><ofd:MaxUnitID>9000</ofd:MaxUnitID><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    '<ofd:TemplatePage ID="1" BaseLoc="Tpls/Tpl_0/Content.xml"/><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>'
    '<ofd:Pages><ofd:Page ID="61" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>'
    "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments><ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>"
).encode()
PUBLIC = (
    f'{HEAD}<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="5" FontName="宋体" FamilyName="SimSun"><ofd:FontFile>font_5.ttf</ofd:FontFile></ofd:Font>'
    "</ofd:Fonts></ofd:Res>"
).encode()
RESOURCES = (
    f'{HEAD}<ofd:Res {NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="6920" Type="Image"><ofd:MediaFile>image_6920.png</ofd:MediaFile></ofd:MultiMedia>'
    '<ofd:MultiMedia ID="6949" Type="Image"><ofd:MediaFile>seal.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'
).encode()
TAG_LIST = (
    f'{HEAD}<ofd:CustomTags {NS}><ofd:CustomTag TypeID=""><ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>'
).encode()
ATTACHMENTS = (
    f'{HEAD}<ofd:Attachments {NS}><ofd:Attachment ID="98" Name="original_invoice" Format="xml" Visible="false">'
    "<ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
).encode()
