"""Makers of OFD: the same faces set text by text, sign by sign, row by row, in composite units and drawn; files in files."""

from __future__ import annotations

import pytest
from PIL import Image

from fapiao.format import read_bytes
from fapiao.formats.ofd.joining import joined
from fapiao.placed import Run
from making.comparing import differences, only
from making.layouts import LAYOUTS
from making.ofd_files import HEAD, NS, packed, text_object
from making.ofd_sheets import CODES, STYLES, ofd_of, parts_of
from making.sheets import Paper, Sheet, pdf_of
from making.shown import payload, qr_picture
from making.vendors import HABITS

TOUCHING = ("tax-control-list", "tax-control-toll")
"""Columns that touch cannot be told apart where a whole row is one text."""


TOLD = [
    (name, style)
    for name in LAYOUTS
    for style in STYLES
    if name not in TOUCHING or style in ("stepped", "unstepped")
]


@pytest.mark.parametrize(("name", "style"), TOLD)
def test_every_face_is_read_however_it_is_set(name: str, style: str):
    printed, sheets = LAYOUTS[name](51)
    assert differences(only(ofd_of(sheets, style), "x.ofd"), printed) == []


@pytest.mark.parametrize("arranged", ["layered", "composed"])
@pytest.mark.parametrize("name", ["digital-special", "tax-control-ordinary", "railway", "air", "vehicle"])
def test_layers_blocks_and_composite_units_are_on_the_page(name: str, arranged: str):
    printed, sheets = LAYOUTS[name](52)
    assert differences(only(ofd_of(sheets, arranged=arranged), "x.ofd"), printed) == []


def test_a_composite_unit_is_shifted_scaled_and_nested():
    """The face stands at half its size in a unit within a unit, each shown shifted and doubled back."""
    printed, [sheet] = LAYOUTS["digital-special"](53)
    parts = parts_of([sheet], arranged="composed")
    resources = parts["Doc_0/DocumentRes.xml"].decode()
    outer = (
        '<ofd:CompositeGraphicUnit ID="7800"><ofd:Content><ofd:CompositeObject ID="78" ResourceID="7700" '
        'Boundary="10 5 215 300" CTM="0.5 0 0 0.5 0 0"/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    )
    parts["Doc_0/DocumentRes.xml"] = resources.replace("</ofd:CompositeGraphicUnits>", outer).encode()
    page = "Doc_0/Pages/Page_0/Content.xml"
    shown = b'ResourceID="7800" CTM="2 0 0 2 0 0"'
    parts[page] = (
        parts[page].replace(b'ResourceID="7700"', shown).replace(b'"0 0 215 300"', b'"-20 -10 215 300"')
    )
    assert differences(only(packed(parts), "x.ofd"), printed) == []


def test_units_that_show_each_other_come_to_an_end():
    _, [sheet] = LAYOUTS["digital-special"](53)
    parts = parts_of([sheet], arranged="composed")
    name, again = (
        "Doc_0/DocumentRes.xml",
        b'<ofd:CompositeObject ResourceID="7700" Boundary="0 0 9 9"/></ofd:Content>',
    )
    parts[name] = parts[name].replace(b"</ofd:Content>", again)
    assert only(packed(parts), "x.ofd").number is not None


@pytest.mark.parametrize("name", ["railway", "digital-special"])
def test_a_seal_kept_as_a_composite_unit_says_nothing(name: str):
    """A ring of turned signs and the tax office across it lie between number and date, as on railway tickets."""
    printed, [sheet] = LAYOUTS[name](61)
    ring = "".join(
        text_object(8000 + at, 80 + 3 * at, 13, sign, more=f' CTM="0.8 {0.3 - 0.1 * at:.2f} -0.3 0.8 0 0"')
        for at, sign in enumerate("全国统一发票监制章")
    )
    across = text_object(8100, 84, 20.4, "国家税务总局") + text_object(8101, 84, 24.0, "天津市税务局")
    unit = f'<ofd:CompositeGraphicUnit ID="90"><ofd:Content>{ring}{across}</ofd:Content></ofd:CompositeGraphicUnit>'
    parts, page = parts_of([sheet]), "Doc_0/Pages/Page_0/Content.xml"
    res = parts["Doc_0/DocumentRes.xml"]
    parts["Doc_0/DocumentRes.xml"] = res.replace(
        b"</ofd:Res>", f"<ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>".encode()
    )
    parts[page] = parts[page].replace(
        b"</ofd:Layer>", b'<ofd:CompositeObject ID="91" ResourceID="90" Boundary="0 0 90 30"/></ofd:Layer>'
    )
    assert differences(only(packed(parts), "x.ofd"), printed) == []


@pytest.mark.parametrize("codes", CODES)
def test_a_code_is_read_as_a_picture_or_drawn(codes: str):
    printed, [sheet] = LAYOUTS["tax-control-ordinary"](54)
    told = only(ofd_of([sheet], codes=codes), "x.ofd")
    assert (told.qr, differences(told, printed)) == (payload(printed), [])


@pytest.mark.parametrize("codes", CODES)
def test_a_page_that_is_nothing_but_a_code_tells_what_the_code_says(codes: str):
    printed, [sheet] = LAYOUTS["digital-ordinary"](55)
    bare = Sheet(sheet.width, sheet.height, [], sheet.pictures)
    [reading] = read_bytes(ofd_of([bare], codes=codes), "x.ofd")
    assert reading.invoice is not None
    assert (reading.invoice.number, reading.invoice.total, reading.route) == (
        printed.number,
        printed.total,
        "qr",
    )


def test_light_grounds_and_clips_are_no_part_of_a_drawn_code():
    printed, [sheet] = LAYOUTS["digital-ordinary"](55)
    parts, page = (
        parts_of([Sheet(sheet.width, sheet.height, [], sheet.pictures)], codes="drawn"),
        "Doc_0/Pages/Page_0/Content.xml",
    )
    clip = "<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path><ofd:AbbreviatedData>M 0 0 L 9 0 L 9 9 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    ground = "".join(
        f'<ofd:PathObject ID="{at}" Boundary="0 0 30 30" Fill="true"><ofd:FillColor Value="{colour}"/><ofd:AbbreviatedData>'
        "M 0 0 L 30 0 L 30 30 L 0 30 C</ofd:AbbreviatedData></ofd:PathObject>"
        for at, colour in ((8001, "255 255 255"), (8002, "#FF #FF #FF"))
    )
    text = parts[page].decode().replace("<ofd:AbbreviatedData>", f"{clip}<ofd:AbbreviatedData>")
    parts[page] = text.replace("<ofd:PathObject", f"{ground}<ofd:PathObject", 1).encode()
    assert only(packed(parts), "x.ofd").number == printed.number


@pytest.mark.parametrize("arranged", ["plainly", "composed"])
def test_a_page_may_have_resources_of_its_own(arranged: str):
    printed, [sheet] = LAYOUTS["tax-control-ordinary"](62)
    parts, page = parts_of([sheet], arranged=arranged), "Doc_0/Pages/Page_0/Content.xml"
    parts["Doc_0/Pages/Page_0/PageRes.xml"] = parts.pop("Doc_0/DocumentRes.xml").replace(
        b'"Res"', b'"../../Res"'
    )
    own = b"<ofd:PageRes>PageRes.xml</ofd:PageRes><ofd:Content>"
    parts[page] = parts[page].replace(b"<ofd:Content>", own, 1)
    told = only(packed(parts), "x.ofd")
    assert (told.qr, differences(told, printed)) == (payload(printed), [])


def test_a_picture_that_no_resource_names_is_looked_at_last():
    printed, [sheet] = LAYOUTS["digital-ordinary"](55)
    parts = parts_of([Sheet(sheet.width, sheet.height, [], sheet.pictures)])
    parts["Doc_0/DocumentRes.xml"] = f"{HEAD}<ofd:Res {NS}/>".encode()
    assert only(packed(parts), "x.ofd").number == printed.number


ANNOTATED = (
    f'{HEAD}<ofd:Annotations {NS}><ofd:Page PageID="60"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
).encode()


def test_annotations_say_nothing_of_the_invoice():
    """A stamp 作废, a count of downloads and another number lie over the page as annotations."""
    printed, [sheet] = LAYOUTS["digital-special"](56)
    texts = ("作废", "下载次数：3", "发票号码：99999999999999999999", "名称：某某公司", "开票人：某某")
    inner = "".join(text_object(9000 + at, 20, 15 + 8 * at, text) for at, text in enumerate(texts))
    note = f'{HEAD}<ofd:PageAnnot {NS}><ofd:Annot ID="1" Type="Stamp"><ofd:Appearance Boundary="0 0 210 140">{inner}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>'
    parts = parts_of([sheet]) | {
        "Doc_0/Annots/Annotations.xml": ANNOTATED,
        "Doc_0/Annots/Page_0/Annotation.xml": note.encode(),
    }
    root = "Doc_0/Document.xml"
    parts[root] = parts[root].replace(
        b"</ofd:Document>", b"<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations></ofd:Document>"
    )
    [reading] = read_bytes(packed(parts), "x.ofd")
    assert (differences(reading.invoice, printed), reading.findings) == ([], ())


ATTACHED = f'{HEAD}<ofd:Attachments {NS}><ofd:Attachment ID="1" Name="a"><ofd:FileLoc>a.pdf</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'


def with_pdf(sheets: list[Sheet], pdf: bytes) -> bytes:
    parts = parts_of(sheets) | {
        "Doc_0/Attachs/Attachments.xml": ATTACHED.encode(),
        "Doc_0/Attachs/a.pdf": pdf,
    }
    root = "Doc_0/Document.xml"
    parts[root] = parts[root].replace(
        b"</ofd:Document>", b"<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>"
    )
    return packed(parts)


def test_a_pdf_attached_to_an_empty_ofd_is_read():
    printed, sheets = LAYOUTS["digital-special"](57)
    cover = Sheet(210, 140)
    cover.put(20, 20, "附件见内")
    [reading] = read_bytes(with_pdf([cover], pdf_of(sheets)), "cover.ofd")
    assert (differences(reading.invoice, printed), reading.file) == ([], "cover.ofd")
    assert reading.member == "Doc_0/Attachs/a.pdf"


def test_the_same_invoice_attached_as_pdf_is_no_second_one():
    printed, sheets = LAYOUTS["digital-special"](57)
    assert differences(only(with_pdf(sheets, pdf_of(sheets)), "x.ofd"), printed) == []


def test_a_portfolio_gives_the_invoices_inside():
    (one, ones), (other, others) = LAYOUTS["digital-special"](58), LAYOUTS["tax-control-ordinary"](59)
    cover = Sheet(210, 140)
    cover.put(20, 20, "封面")
    held = Paper(
        attachments=(("a.ofd", ofd_of(ones)), ("b.pdf", pdf_of(others)), ("c.ofd", b"PK\x03\x04broken"))
    )
    found = list(read_bytes(pdf_of([cover], held), "portfolio.pdf"))
    assert [(each.file, each.member) for each in found] == [
        ("portfolio.pdf", "a.ofd"),
        ("portfolio.pdf", "b.pdf"),
    ]
    assert [
        differences(each.invoice, printed) for each, printed in zip(found, (one, other), strict=True)
    ] == [[], []]


def test_files_within_files_within_files_come_to_an_end():
    _, sheets = LAYOUTS["digital-special"](58)
    cover, data = Sheet(210, 140), pdf_of(sheets)
    for _ in range(4):
        data = pdf_of([cover], Paper(attachments=(("inner.pdf", data),)))
    [reading] = read_bytes(data, "x.pdf")
    assert reading.error is not None
    assert reading.error.code == "no-invoice"


def test_single_signs_become_texts_and_figures_of_two_columns_do_not():
    runs = [Run(x, 10, 1.7, 3.2, sign) for x, sign in ((0, "1"), (1.6, "2"), (4.6, "3"), (6.2, "4"))]
    assert [run.text for run in joined(runs)] == ["12", "34"]
    words = [Run(x, 10, 1.7, 3.2, sign) for x, sign in ((0, "P"), (1.6, "C"), (4.8, "X"), (6.4, "1"))]
    assert [run.text for run in joined(words)] == ["PC X1"]


@pytest.mark.parametrize("sheet", ["blank", "ruled", "pictured"])
def test_a_pdf_of_5000_pages_without_an_invoice_ends_by_its_pages(sheet: str):
    pages = {
        "blank": Sheet(210, 297),
        "ruled": Sheet(210, 297, boxes=[(10, 10, 100, 0.3)]),
        "pictured": Sheet(210, 297, pictures=[(0, 0, 210, Image.new("L", (300, 300), 255))]),
    }
    [reading] = read_bytes(pdf_of([pages[sheet]] * 5_000), "long.pdf")
    assert reading.error is not None
    assert (reading.error.code, "5000" in reading.error.message) == ("no-invoice", True)


def test_a_small_code_alone_on_a_page_is_no_blank_page():
    printed, _ = LAYOUTS["digital-ordinary"](60)
    page = Sheet(210, 297, pictures=[(150, 250, 9, qr_picture(payload(printed)))])
    assert only(pdf_of([Sheet(210, 297), page])).number == printed.number


@pytest.mark.parametrize("habit", [habit for habit in HABITS if habit != "yuan-simple"])
def test_vendors_habits_change_no_value_of_an_ofd_set_sign_by_sign(habit: str):
    wrong = []
    for name in ("digital-ordinary", "digital-special", "tax-control-ordinary", "railway", "vehicle"):
        printed, sheets = LAYOUTS[name](81)
        wrong += differences(
            only(ofd_of([HABITS[habit](sheet) for sheet in sheets], "signwise"), "x.ofd"), printed
        )
    assert wrong == []
