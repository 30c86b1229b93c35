"""Layouts found in files of others: each once misled the reader, here with values of our own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from fapiao.check import CHECKS
from fapiao.invoice import Party
from making.comparing import only
from making.digital_face import face
from making.ofd_sheets import ofd_of
from making.papers import NUMBER, paper
from making.sheets import Sheet, pdf_of

WRITERS = {"pdf": lambda sheet: pdf_of([sheet]), "ofd": lambda sheet: ofd_of([sheet])}


@pytest.mark.parametrize("writer", WRITERS)
def test_units_set_smaller_than_the_labels_are_no_seal(writer: str):
    sheet = face(paper())
    sheet.texts = [replace(text, size=1.76) if text.y > 56 and text.y < 85 else text for text in sheet.texts]
    assert [line.unit for line in only(WRITERS[writer](sheet)).lines] == ["项", "项"]


@pytest.mark.parametrize("writer", WRITERS)
def test_a_last_sign_below_a_name_set_small_belongs_to_it(writer: str):
    invoice = paper(lines=1)
    [line] = invoice.lines
    short = msgspec.structs.replace(line, name="*纸制品*纸")
    sheet = face(msgspec.structs.replace(invoice, lines=(short,)))
    sheet.texts = [replace(text, size=1.76) if text.y > 56 and text.y < 85 else text for text in sheet.texts]
    sheet.put(4.5, 59.1, "箱", 1.76)
    [line] = only(WRITERS[writer](sheet)).lines
    assert line.name == "*纸制品*纸箱"


@pytest.mark.parametrize("writer", WRITERS)
def test_an_itinerary_may_set_its_charges_as_labelled_values_on_several_rows(writer: str):
    sheet = Sheet(210, 297)
    for x, y, text in (
        (64, 13, "电子发票（航空运输电子客票行程单）"),
        (134, 22, f"发票号码：{NUMBER}"),
        (134, 27, "填开日期：2026年07月08日"),
        (14, 39, "旅客姓名：王芳"),
        (78, 39, "有效身份证件号码：1101011990****1234"),
        (14, 71, "票价：CNY 1000.00"),
        (64, 71, "民航发展基金：CNY 50.00"),
        (120, 71, "燃油附加费：CNY 30.00"),
        (14, 77, "合计：CNY 1080.00"),
        (14, 90, "填开单位：京华航空票务有限公司"),
        (14, 96, "购买方名称：安泰恒通商贸有限公司"),
    ):
        sheet.put(x, y, text)
    found = only(WRITERS[writer](sheet))
    assert found.special is not None
    assert (found.kind, found.total, found.special["旅客姓名"]) == ("61", Decimal("1080.00"), "王芳")
    assert (found.special["票价"], found.special["燃油附加费"]) == ("1000.00", "30.00")


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("zero", "〇○零")
def test_words_are_told_as_printed_and_still_say_the_total(writer: str, zero: str):
    invoice = paper(lines=10)
    sheet = face(msgspec.structs.replace(invoice, lines=invoice.lines[:1]))
    sheet.texts = [replace(text, text=text.text.replace("零", zero)) for text in sheet.texts]
    found = only(WRITERS[writer](sheet))
    assert (found.total_in_words, found.total) == (f"壹仟{zero}柒拾圆{zero}陆角整", Decimal("1070.60"))
    assert not list(CHECKS["words"].findings(found))


@pytest.mark.parametrize("writer", WRITERS)
def test_parties_may_stand_below_each_other(writer: str):
    sheet = Sheet(210, 140)
    for x, y, text in (
        (70, 14, "电子发票（普通发票）"),
        (154, 14, f"发票号码：{NUMBER}"),
        (154, 20, "开票日期：2026年07月01日"),
        (11, 37, "名称："),
        (22, 37, "安泰恒通商贸有限公司"),
        (11, 47, "统一社会信用代码/纳税人识别号：91110108339805094M"),
        (11, 57, "名称："),
        (22, 57, "京华天成科技有限公司"),
        (11, 67, "统一社会信用代码/纳税人识别号：91110000600037341L"),
        (11, 78, "项目名称"),
        (50, 78, "金额"),
        (75, 78, "税率"),
        (95, 78, "税额"),
        (11, 83, "技术服务费"),
        (50, 83, "100.00"),
        (75, 83, "6%"),
        (95, 83, "6.00"),
        (11, 103, "合计"),
        (50, 103, "100.00"),
        (95, 103, "6.00"),
        (11, 113, "价税合计（大写）壹佰零陆圆整（小写）¥106.00"),
    ):
        sheet.put(x, y, text)
    found = only(WRITERS[writer](sheet))
    assert found.buyer == Party(name="安泰恒通商贸有限公司", tax_id="91110108339805094M")
    assert found.seller == Party(name="京华天成科技有限公司", tax_id="91110000600037341L")
