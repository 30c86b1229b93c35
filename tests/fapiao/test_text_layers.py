"""Text layers as they misbehave: what was printed is still read, and nothing is invented from rubble."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fapiao.errors import FapiaoError
from fapiao.face import read_faces
from fapiao.format import read_bytes
from fapiao.placed import PlacedPage, Run
from making.comparing import differences, errors, only, told_by
from making.layouts import LAYOUTS
from making.mischief import MISCHIEF, askew, garbled, halves, turned
from making.sheets import Paper, pdf_of

FACES = ("digital-special", "tax-control-ordinary", "railway", "air", "vehicle", "roll")


@pytest.mark.parametrize("mischief", MISCHIEF)
@pytest.mark.parametrize("name", FACES)
def test_mischief_changes_no_value(name: str, mischief: str):
    wrong = []
    for seed in (21, 22):
        printed, sheets = LAYOUTS[name](seed)
        wrong += differences(only(pdf_of([MISCHIEF[mischief](sheet) for sheet in sheets])), printed)
    assert wrong == []


@pytest.mark.parametrize("rotate", [0, 90, 270])
@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_face_set_sideways_on_a_turned_page_is_read(angle: int, rotate: int):
    printed, [sheet] = LAYOUTS["digital-ordinary"](23)
    assert differences(only(pdf_of([turned(sheet, angle)], Paper(rotate=rotate))), printed) == []


@pytest.mark.parametrize("name", ["air", "railway", "digital-special"])
def test_a_title_in_two_rows_is_one(name: str):
    printed, [sheet] = LAYOUTS[name](30)
    title = next(text for text in sheet.texts if text.text.startswith("电子发票（"))
    sheet.texts.remove(title)
    sheet.middle(sheet.width / 2, 6, "电子发票", 4)
    sheet.middle(sheet.width / 2, 11.5, title.text.removeprefix("电子发票"), 4)
    assert differences(only(pdf_of([sheet])), printed) == []


@pytest.mark.parametrize("angle", [-3.1, -1.0, 0.4, 2.2])
@pytest.mark.parametrize("name", ["digital-special", "tax-control-scanned-paper"])
def test_a_scan_that_lay_askew_is_levelled(name: str, angle: float):
    printed, [sheet] = LAYOUTS[name](29)
    assert differences(only(pdf_of([askew(sheet, angle)])), printed) == []


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.5, 3.0])
def test_a_page_printed_smaller_or_larger_away_from_the_origin_is_read(scale: float):
    printed, sheets = LAYOUTS["digital-special"](24)
    paper = Paper(scale=scale, origin=(-120.5, 333.0))
    assert differences(only(pdf_of(sheets, paper)), printed) == []


def test_a_garbled_layer_is_said_so_and_only_the_code_counts():
    printed, [sheet] = LAYOUTS["digital-ordinary"](25)
    [reading] = read_bytes(pdf_of([garbled(sheet)]), "face.pdf")
    assert reading.invoice is not None
    assert (reading.invoice.number, reading.invoice.total) == (printed.number, printed.total)
    assert reading.invoice.buyer.name is None
    assert reading.invoice.lines == ()
    assert set(reading.routes.values()) == {"qr"}
    assert {finding.code for finding in reading.findings} == {"text-layer-garbled", "no-text-layer"}


def test_a_garbled_layer_without_a_code_gives_no_invoice():
    _, [sheet] = LAYOUTS["digital-ordinary"](25)
    sheet.pictures = []
    assert errors(pdf_of([garbled(sheet)])) == ["no-invoice"]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("digital-ordinary", "tax-control-ordinary"),
        ("tax-control-red", "digital-red"),
        ("digital-special", "digital-special"),
    ],
)
def test_two_invoices_on_one_page_are_two(upper: str, lower: str):
    first, [above] = LAYOUTS[upper](26)
    second, [below] = LAYOUTS[lower](27)
    told = told_by(pdf_of([halves(above, below)]))
    assert [differences(*pair) for pair in zip(told, (first, second), strict=True)] == [[], []]


def test_invoices_of_several_kinds_in_any_order_come_each_with_its_pages():
    names = ("tax-control-list", "railway", "digital-several-pages", "roll", "digital-red")
    printed = [LAYOUTS[name](28 + place) for place, name in enumerate(names)]
    sheets = [sheet for _, group in printed for sheet in group]
    told = told_by(pdf_of(sheets))
    assert [differences(*pair) for pair in zip(told, [each for each, _ in printed], strict=True)] == [[]] * 5


def test_pages_of_two_invoices_may_alternate():
    first, ones = LAYOUTS["digital-several-pages"](31)
    second, twos = LAYOUTS["digital-several-pages"](32)
    told = told_by(pdf_of([sheet for pair in zip(ones, twos, strict=True) for sheet in pair]))
    assert [differences(*pair) for pair in zip(told, (first, second), strict=True)] == [[], []]


RUNS = st.builds(
    Run,
    x=st.floats(-50, 400),
    y=st.floats(-50, 400),
    width=st.floats(0, 300),
    size=st.floats(0, 60),
    text=st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "发票号码：",
                "名称：",
                "合计",
                "24112000000135114086",
                "金额",
                "税率名称",
                "开票人：",
                "*",
                "¥1.00",
            ]
        ),
    ),
)


@settings(max_examples=200, deadline=None)
@given(runs=st.lists(RUNS, max_size=40))
def test_any_text_anywhere_gives_faces_or_a_code_and_never_a_traceback(runs: list[Run]):
    with contextlib.suppress(FapiaoError):
        assert all(face.pages == (1,) for face in read_faces([PlacedPage(210.0, 140.0, tuple(runs))]))
