"""Vendors' habits: what makers of PDF files do to a face changes no value; faces beside each other are told apart."""

from __future__ import annotations

import msgspec
import pytest

from fapiao.invoice import Invoice
from making.comparing import differences, only, told_by
from making.deals import Wishes, deal
from making.digital_face import face
from making.fields import pdf_with_fields
from making.layouts import LAYOUTS
from making.sheets import Sheet, pdf_of
from making.vendors import HABITS, beside, four_up

FACES = (
    "digital-special",
    "digital-several-pages",
    "digital-riders",
    "tax-control-ordinary",
    "tax-control-special-paper",
    "tax-control-toll",
    "tax-control-scanned-paper",
    "railway",
    "air",
    "vehicle",
    "roll",
)


def as_printed(invoice: Invoice, habit: str) -> Invoice:
    if habit != "yuan-simple":
        return invoice
    return msgspec.structs.replace(
        invoice, total_in_words=(invoice.total_in_words or "").replace("圆", "元") or None
    )


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("name", FACES)
def test_a_habit_changes_no_value(name: str, habit: str):
    wrong = []
    for seed in (41, 42):
        printed, sheets = LAYOUTS[name](seed)
        told = only(pdf_of([HABITS[habit](sheet) for sheet in sheets]))
        wrong += differences(told, as_printed(printed, habit))
    assert wrong == []


PAIRS = [
    ("digital-ordinary", "digital-special"),
    ("tax-control-ordinary", "tax-control-red"),
    ("digital-red", "tax-control-special-paper"),
    ("railway", "railway"),
    ("digital-ordinary", "railway"),
]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_two_invoices_beside_each_other_are_two(left: str, right: str):
    (one, [first]), (other, [second]) = LAYOUTS[left](43), LAYOUTS[right](44)
    told = told_by(pdf_of([beside(first, second)]))
    assert [differences(*pair) for pair in zip(told, (one, other), strict=True)] == [[], []]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_four_invoices_on_a_page_are_four(left: str, right: str):
    printed = [LAYOUTS[name](seed) for seed, name in enumerate((left, right, left, right), 45)]
    told = {
        invoice.number: invoice for invoice in told_by(pdf_of([four_up([sheet for _, [sheet] in printed])]))
    }
    assert [differences(told.get(invoice.number), invoice) for invoice, _ in printed] == [[]] * 4


def overprinted(invoice: Invoice, *, name: str, width: float) -> Sheet:
    """A name set in one row, whatever the room: it runs on over its neighbours."""
    short = msgspec.structs.replace(invoice.buyer, name="甲")
    sheet = face(msgspec.structs.replace(invoice, buyer=short))
    place = next(text for text in sheet.texts if text.text == "甲")
    sheet.texts.remove(place)
    sheet.put(place.x, place.y, name, width / len(name))
    return sheet


@pytest.mark.parametrize("width", [70, 100, 120])
def test_a_buyers_name_printed_over_the_sellers_half_stays_the_buyers(width: float):
    printed = deal(47, Wishes(kind="81"))
    name = "中国石油天然气股份有限公司北京朝阳销售分公司望京第二加油加气合建站"
    told = only(pdf_of([overprinted(printed, name=name, width=width)]))
    assert (told.buyer.name, told.seller.name) == (name, printed.seller.name)


def test_a_line_printed_over_its_specification_is_parted():
    printed = deal(48, Wishes(lines=1))
    line = msgspec.structs.replace(printed.lines[0], name="甲", spec="YE660E-2026款", unit="台")
    sheet = face(msgspec.structs.replace(printed, lines=(line,)))
    place = next(text for text in sheet.texts if text.text == "甲")
    sheet.texts.remove(place)
    sheet.put(place.x, place.y, "*医疗仪器器械*鱼跃电子血压计测量仪高精准")
    [told] = only(pdf_of([sheet])).lines
    assert (told.name, told.spec, told.unit) == (
        "*医疗仪器器械*鱼跃电子血压计测量仪高精准",
        "YE660E-2026款",
        "台",
    )


def test_a_fare_without_its_label_is_the_only_figure_with_a_currency_sign():
    printed, [sheet] = LAYOUTS["railway"](49)
    sheet.pictures = []
    assert differences(only(pdf_of([HABITS["fare-unlabelled"](sheet)])), printed) == []


@pytest.mark.parametrize("name", ["tax-control-ordinary", "digital-ordinary", "digital-special"])
def test_values_in_form_fields_are_on_the_face(name: str):
    printed, [sheet] = LAYOUTS[name](50)
    assert differences(only(pdf_with_fields(sheet)), printed) == []
