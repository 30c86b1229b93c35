"""OFD layouts: how text is placed, where parts lie, several pages, documents and invoices, encryption, pictures."""

from __future__ import annotations

import io
import re
import struct
from decimal import Decimal

import pytest
from lxml import etree
from PIL import Image

from fapiao.format import Reading, read_bytes
from fapiao.formats.ofd.fonts import Fonts, characters_of
from fapiao.formats.ofd.texts import deltas, text_of_object
from fapiao.invoice import Invoice
from making.ofd_files import (
    HEAD,
    NS,
    custom_datas,
    digital,
    line_texts,
    ofd_xml,
    packed,
    page,
    payload_of,
    png,
    qr_picture,
    text_object,
)
from making.papers import NUMBER, OTHER, paper

Parts = dict[str, bytes]
PAGE, FORM = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Tpls/Tpl_0/Content.xml"
PRINTED = ("number", "total", "amount", "tax", "kind", "drawer", "issued_on", "seller", "buyer", "lines")


def readings(parts: Parts) -> list[Reading]:
    return list(read_bytes(packed(parts), "x.ofd"))


def only(parts: Parts) -> Invoice:
    (reading,) = readings(parts)
    assert reading.error is None, reading.error
    assert reading.invoice is not None
    return reading.invoice


def printed(invoice: Invoice | None = None) -> Parts:
    """A file of which only the page tells anything."""
    parts = digital(invoice or paper())
    kept = {
        name: data
        for name, data in parts.items()
        if not any(each in name for each in ("Attachs", "Tags", "Res/"))
    }
    return kept | {"OFD.xml": ofd_xml({})}


def assert_printed(invoice: Invoice) -> None:
    wanted = paper()
    assert {name: getattr(invoice, name) for name in PRINTED} == {
        name: getattr(wanted, name) for name in PRINTED
    }


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("g 3 1.5", [1.5, 1.5, 1.5]),
        ("1 2 3", [1, 2, 3]),
        ("g 2 1.5 3.175 g 1 2", [1.5, 1.5, 3.175, 2]),
        ("g 999999999 1", [1] * 4),
        ("1 x 3", [1, 3]),
        ("g", []),
        ("", []),
    ],
)
def test_steps_are_read_in_both_forms(text: str, steps: list[float]):
    assert deltas(text, 4) == steps


def scaled(content: bytes) -> bytes:
    """The same objects ten times larger inside, under a matrix that shrinks them."""
    text = content.decode()
    text = re.sub(
        r'<ofd:TextCode X="([\d.]+)" Y="([\d.]+)"',
        lambda m: f'<ofd:TextCode X="{float(m[1]) * 10}" Y="{float(m[2]) * 10}"',
        text,
    )
    text = re.sub(r'(Delta[XY])="([^"]*)"', lambda m: f'{m[1]}="{" ".join(_ten(m[2].split()))}"', text)
    return text.replace('Size="3.175"', 'Size="31.75" CTM="0.1 0 0 0.1 0 0"').encode()


def _ten(words: list[str]) -> list[str]:
    out, counting = [], False
    for word in words:
        out.append(word if word == "g" or counting else f"{float(word) * 10:g}")
        counting = word == "g"
    return out


def test_a_scaled_page_tells_the_same():
    parts = printed()
    assert_printed(only(parts | {PAGE: scaled(parts[PAGE]), FORM: scaled(parts[FORM])}))


def turned(content: bytes) -> bytes:
    """The page turned a quarter clockwise: every object stands at its turned place with a turning matrix."""

    def place(match: re.Match[str]) -> str:
        x, y = float(match[1]), float(match[2])
        return f'Boundary="{140 - y:g} {x:g} {match[3]} {match[4]}" CTM="0 1 -1 0 0 0"'

    text = re.sub(r'Boundary="([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"', place, content.decode())
    return text.replace("0 0 210 140", "0 0 140 210").encode()


def test_a_page_turned_as_a_whole_is_turned_back():
    parts = printed()
    assert_printed(only(parts | {PAGE: turned(parts[PAGE]), FORM: turned(parts[FORM])}))


def test_a_watermark_aslant_or_upright_says_nothing():
    parts = printed()
    mark = text_object(8001, 60, 60, "发票号码：99999999999999999999", more=' CTM="0.7 0.7 -0.7 0.7 0 0"')
    mark += text_object(8002, 205, 30, "电子发票", more=' CTM="0 1 -1 0 0 0"')
    assert_printed(
        only(parts | {PAGE: parts[PAGE].replace(b"</ofd:Layer>", mark.encode() + b"</ofd:Layer>")})
    )


def test_hidden_text_is_not_on_the_face():
    parts = printed()
    hidden = text_object(8001, 170, 4, "发票号码：99999999999999999999", more=' Visible="false"')
    assert_printed(
        only(parts | {PAGE: parts[PAGE].replace(b"</ofd:Layer>", hidden.encode() + b"</ofd:Layer>")})
    )


def test_a_text_code_that_wraps_goes_on_in_the_next_row():
    item = etree.fromstring(
        '<TextObject Boundary="10 20 30 10" Size="3"><TextCode X="1" Y="3" DeltaX="g 2 3 -6 g 1 3 9" DeltaY="g 2 0 4 g 2 0">甲乙丙丁戊</TextCode></TextObject>'
    )
    runs = text_of_object(item, Fonts(None)).runs
    assert [(run.text, run.x, run.y) for run in runs] == [("甲乙丙", 11, 23), ("丁戊", 11, 27)]


def test_a_column_is_one_sign_a_row():
    item = etree.fromstring(
        '<TextObject Boundary="10 20 5 30" Size="3"><TextCode X="1" Y="3" DeltaY="g 1 4 5">购买方</TextCode></TextObject>'
    )
    runs = text_of_object(item, Fonts(None)).runs
    assert [(run.text, run.x, run.y) for run in runs] == [("购", 11, 23), ("买", 11, 27), ("方", 11, 32)]


def test_values_set_sign_by_sign_are_read():
    invoice = paper()
    objects = "".join(
        text_object(number, 170 + place * 1.6, 10.3, sign)
        for place, (number, sign) in enumerate(enumerate(NUMBER, 8000))
    )
    parts = printed(invoice)
    kept = parts[PAGE].replace(NUMBER.encode(), b"")
    assert (
        only(parts | {PAGE: kept.replace(b"</ofd:Layer>", objects.encode() + b"</ofd:Layer>")}).number
        == NUMBER
    )


def test_text_in_blocks_and_several_layers_counts():
    parts = printed()
    text = (
        parts[PAGE]
        .decode()
        .replace(
            '<ofd:Layer ID="3">',
            '<ofd:Layer ID="2" Type="Background"/><ofd:Layer ID="3"><ofd:PageBlock ID="9">',
        )
    )
    assert_printed(
        only(
            parts
            | {
                PAGE: text.replace(
                    "</ofd:Layer></ofd:Content>", "</ofd:PageBlock></ofd:Layer></ofd:Content>"
                ).encode()
            }
        )
    )


def font_of(signs: dict[str, int]) -> bytes:
    """A font that holds nothing but its table of characters (cmap format 12)."""
    groups = b"".join(
        struct.pack(">III", ord(sign), ord(sign), glyph) for sign, glyph in sorted(signs.items())
    )
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(signs)) + groups
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table
    return (
        struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
        + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap))
        + cmap
    )


def test_a_fonts_table_tells_characters_in_both_forms():
    assert dict(characters_of(font_of({"王": 3, "芳": 4}))) == {3: "王", 4: "芳"}
    four = (
        struct.pack(">HHHHHHH", 4, 32, 0, 4, 0, 0, 0)
        + struct.pack(">HH", 0x42, 0xFFFF)
        + b"\0\0"
        + struct.pack(">HH", 0x41, 0xFFFF)
    )
    four += struct.pack(">HH", (3 - 0x41) & 0xFFFF, 1) + struct.pack(">HH", 0, 0)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + four
    font = (
        struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
        + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap))
        + cmap
    )
    assert dict(characters_of(font)) == {3: "A", 4: "B"}
    assert list(characters_of(b"not a font")) == []


def glyph_coded(parts: Parts) -> Parts:
    glyphs = '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="2"><ofd:Glyphs>3 4</ofd:Glyphs></ofd:CGTransform><ofd:TextCode'
    text = parts[PAGE].decode()
    begin = text.index("王芳")
    at = text.rindex("<ofd:TextCode", 0, begin)
    return parts | {
        PAGE: (
            text[:at] + glyphs + text[at + len("<ofd:TextCode") : begin] + "\ue001\ue002" + text[begin + 2 :]
        ).encode()
    }


def test_glyph_numbers_become_characters_by_the_embedded_font():
    parts = glyph_coded(printed()) | {"Doc_0/Res/font_5.ttf": font_of({"王": 3, "芳": 4})}
    assert_printed(only(parts))


def test_glyph_numbers_without_a_font_are_left_out_rather_than_guessed():
    assert only(glyph_coded(printed())).drawer is None


def moved(parts: Parts, old: str, new: str) -> Parts:
    return {name.replace(old, new): data for name, data in parts.items()}


@pytest.mark.parametrize(
    "parts",
    [
        moved(digital(paper()), "Doc_0/", "DOC_0/"),
        moved(digital(paper()), "Tpls/Tpl_0", "TPLS/TPL_0"),
        {f"/{name}": data for name, data in digital(paper()).items()},
        {name.replace("/", "\\"): data for name, data in digital(paper()).items()},
        {name: data.replace(b"Pages/Page_0/Content.xml", b"Pages\\Page_0\\Content.xml") for name, data in digital(paper()).items()},
        {name: data.replace(b'BaseLoc="Pages/', b'BaseLoc="/Doc_0/Pages/').replace(b">Attachs/", b">/Doc_0/Attachs/") for name, data in digital(paper()).items()},
        moved({name: data.replace(b"Pages/Page_0/Content.xml", b"../elsewhere/p.xml") for name, data in digital(paper()).items()}, "Doc_0/Pages/Page_0/Content.xml", "elsewhere/p.xml"),
        {name: data.replace(b"Pages/Page_0/Content.xml", b"Pages/Page_0") for name, data in digital(paper()).items()},
        {name: data.replace(b"ofd:", b"x:").replace(b"xmlns:ofd", b"xmlns:x") for name, data in digital(paper()).items()},
    ],
    ids=["upper-case folder", "upper-case templates", "absolute names", "backslash names", "backslash locations", "absolute locations", "page elsewhere", "page's folder", "another prefix"],
)  # fmt: skip
def test_parts_are_found_wherever_makers_put_them(parts: Parts):
    (reading,) = readings(parts)
    assert reading.error is None, reading.error
    assert reading.invoice is not None
    assert reading.invoice.lines == paper().lines
    assert (reading.routes["kind"], reading.findings) == ("attachment", ())
    assert_printed(reading.invoice)


def test_several_pages_with_the_sums_on_the_last():
    invoice = paper(lines=5)
    parts = printed(invoice)
    text = parts[PAGE].decode()
    goods = "".join(
        text_object(number, *each) for number, each in enumerate(line_texts(invoice.lines[3:]), 8000)
    )
    first = text
    for number in range(7000 + 8 * 3, 7000 + 8 * 5):
        first = _drop(first, number)
    last = text
    for number in range(7000, 7040):
        last = _drop(last, number)
    for value in ("¥505.00", "¥30.30", "¥535.30", "伍佰叁拾伍圆叁角整"):
        first = first.replace(f">{value}<", "><")
    parts["Doc_0/Pages/Page_1/Content.xml"] = last.replace("</ofd:Layer>", f"{goods}</ofd:Layer>").encode()
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        b"</ofd:Pages>", b'<ofd:Page ID="62" BaseLoc="Pages/Page_1/Content.xml"/></ofd:Pages>'
    )
    told = only(parts | {PAGE: first.encode()})
    assert told.number == NUMBER
    assert len(told.lines) == 5


def _drop(text: str, number: int) -> str:
    begin = text.find(f'<ofd:TextObject ID="{number}"')
    return text if begin < 0 else text[:begin] + text[text.index("</ofd:TextObject>", begin) + 17 :]


def second(parts: Parts, number: str) -> Parts:
    return {
        name.replace("Doc_0/", "Doc_1/"): data
        for name, data in digital(paper(number)).items()
        if name.startswith("Doc_0/")
    } | parts


def test_two_documents_in_one_file_are_two_invoices():
    both = second(digital(paper()), OTHER)
    both["OFD.xml"] = ofd_xml(custom_datas(paper()), roots=("Doc_0/Document.xml", "/Doc_1/Document.xml"))
    found = readings(both)
    assert [each.invoice and each.invoice.number for each in found] == [NUMBER, OTHER]
    assert [[finding.code for finding in each.findings] for each in found] == [[], []]


@pytest.mark.parametrize("attached", [True, False])
def test_two_invoices_on_two_pages_of_one_document(attached: bool):
    parts, other = digital(paper()), digital(paper(OTHER))
    parts["Doc_0/Pages/Page_1/Content.xml"] = other[PAGE]
    parts["Doc_0/Attachs/second.xml"] = other["Doc_0/Attachs/original_invoice.xml"]
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        b"</ofd:Pages>", b'<ofd:Page ID="62" BaseLoc="Pages/Page_1/Content.xml"/></ofd:Pages>'
    )
    if not attached:
        parts = {name: data for name, data in parts.items() if "Attachs" not in name}
    found = readings(parts)
    assert [(each.page, each.invoice and each.invoice.number) for each in found] == [(1, NUMBER), (2, OTHER)]
    assert all(each.findings == () for each in found)


def test_an_encrypted_ofd_says_so():
    locked = {name: b"\x91\x02\x03" * 40 for name in digital(paper()) if name != "OFD.xml"}
    files = locked | {"OFD.xml": ofd_xml({}), "Encryptions.xml": f"{HEAD}<ofd:Encryptions {NS}/>".encode()}
    for parts in (
        files,
        {name: data for name, data in files.items() if name != "OFD.xml"} | {"OFD.xml": b"\x91\x02"},
    ):
        (reading,) = readings(parts)
        assert reading.error is not None
        assert reading.error.code == "file-encrypted"


def pictured(picture: bytes) -> Parts:
    parts = {name: data for name, data in printed().items() if "Tpls" not in name}
    image = '<ofd:ImageObject ID="9" Boundary="0 0 210 140" ResourceID="6920"/>'
    return parts | {PAGE: page(image, template="").encode(), "Doc_0/Res/image_6920.png": picture}


def test_a_scanned_page_tells_what_its_qr_code_says():
    code = Image.open(io.BytesIO(qr_picture(f"01,31,,{NUMBER},214.12,20260701,,")))
    sheet = Image.new("L", (2480, 1654), 255)
    sheet.paste(code, (100, 120))
    invoice = only(pictured(png(sheet)))
    assert (invoice.number, invoice.total, invoice.amount) == (NUMBER, Decimal("214.12"), None)


def test_pages_of_pictures_without_a_code_say_that_there_is_nothing_to_read():
    (reading,) = readings(pictured(png(Image.new("L", (400, 300), 255))))
    assert reading.error is not None
    assert (reading.error.code, "只有图片" in reading.error.message) == ("no-invoice", True)


def jbig2(picture: Image.Image) -> bytes:
    """The picture as a JBIG2 file of one region, coded as fax lines (MMR), which TIFF knows too."""
    buffer = io.BytesIO()
    picture.convert("1").save(buffer, "TIFF", compression="group4")
    with Image.open(io.BytesIO(buffer.getvalue())) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        begin, size = tags[273][0], tags[279][0]
    coded = buffer.getvalue()[begin : begin + size]
    width, height = picture.size
    page_info = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + coded
    segments = struct.pack(">IBBBI", 0, 48, 0, 1, len(page_info)) + page_info
    segments += struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region
    return b"\x97JB2\r\n\x1a\n\x01" + struct.pack(">I", 1) + segments


def test_a_jbig2_code_is_read_like_any_other():
    parts = {name: data for name, data in digital(paper()).items() if "Attachs" not in name}
    code = Image.open(io.BytesIO(parts["Doc_0/Res/image_6920.png"]))
    (reading,) = readings(parts | {"Doc_0/Res/image_6920.png": jbig2(code)})
    assert reading.invoice is not None
    assert reading.invoice.qr == payload_of(paper())
    assert reading.routes["qr"] == "qr"
