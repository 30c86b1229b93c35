"""Faces: every layout, its values random by seed, is read back field by field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from fapiao.draft import Draft
from fapiao.face import read_faces
from fapiao.format import FORMATS, read_bytes
from fapiao.formats.pdf.pages import read_pages
from fapiao.identity import settle
from fapiao.placed import PlacedPage, Run
from making import digital_face
from making.comparing import differences, only
from making.deals import Wishes, deal
from making.layouts import LAYOUTS
from making.sheets import pdf_of
from making.tax_control_face import CIPHER

SEEDS = (11, 12, 13)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_printed_field_is_read_and_nothing_else(name: str):
    wrong = []
    for seed in SEEDS:
        printed, sheets = LAYOUTS[name](seed)
        wrong += differences(only(pdf_of(sheets)), printed)
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "digital-building",
            {"建筑服务发生地": "北京市海淀区中关村南大街", "建筑项目名称": "某某大厦二期工程装修改造项目"},
        ),
        ("digital-letting", {"产权证书/不动产权证号": "京（2019）海不动产权第0012345号"}),
        ("digital-riders", {"出行人": "王芳", "出行日期": "2026-05-11", "交通工具类型": "公共交通"}),
        ("digital-loads", {"运输工具牌号": "京A12345", "起运地": "北京市", "运输货物名称": "办公家具"}),
        ("tax-control-toll", {"车牌号": "京A12345", "通行日期起": "20240501"}),
        ("vehicle", {"车辆识别代号/车架号码": "LC0CE4DC1P0123456", "厂牌型号": "比亚迪牌BYD7009BEV"}),
        ("vehicle-used", {"车牌照号": "京A12345", "登记证号": "110012345678"}),
        ("railway", {"乘车日期": "2026-01-02 07:25", "席别": "二等座", "乘车人": "王芳"}),
        ("air", {"旅客姓名": "王芳", "民航发展基金": "50.00"}),
    ],
)
def test_special_business_is_told_by_its_official_names(name: str, told: dict[str, str]):
    special = only(pdf_of(LAYOUTS[name](11)[1])).special
    assert special is not None
    assert {key: special.get(key) for key in told} == told


def test_every_value_knows_its_route_and_agrees_with_the_code():
    [reading] = read_bytes(pdf_of(LAYOUTS["digital-ordinary"](11)[1]), "face.pdf")
    assert reading.route == "text-layer"
    assert reading.routes["seller.tax_id"] == "text-layer"
    assert reading.routes["qr"] == "qr"
    assert [finding.code for finding in reading.findings] == []


def test_a_code_that_says_something_else_makes_a_finding():
    printed, [sheet] = LAYOUTS["digital-ordinary"](11)
    _, [other] = LAYOUTS["digital-ordinary"](12)
    sheet.pictures = other.pictures
    [reading] = read_bytes(pdf_of([sheet]), "face.pdf")
    assert reading.invoice is not None
    assert reading.invoice.number == printed.number
    assert "routes-disagree" in {finding.code for finding in reading.findings}


@pytest.mark.parametrize("seed", [14, 15, 16, 17])
def test_a_price_that_touches_its_quantity_is_parted_by_the_amount(seed: int):
    printed = deal(seed, Wishes(lines=1))
    line = msgspec.structs.replace(
        printed.lines[0],
        quantity=Decimal("4374.35"),
        price=Decimal("23.1989379762212"),
        amount=Decimal("101480.27"),
    )
    sheet = digital_face.face(msgspec.structs.replace(printed, lines=(line,)))
    price = next(text for text in sheet.texts if text.text == "23.1989379762212")
    quantity = next(text for text in sheet.texts if text.text == "4374.35")
    sheet.texts[sheet.texts.index(quantity)] = replace(quantity, x=price.x - quantity.width)
    [told] = only(pdf_of([sheet])).lines
    assert (told.quantity, told.price) == (line.quantity, line.price)


def test_the_cipher_is_kept_as_printed():
    [sheet] = LAYOUTS["tax-control-ordinary"](11)[1]
    assert only(pdf_of([sheet])).cipher == "".join(CIPHER)


def test_the_face_that_we_make_ourselves_is_read_by_its_text_alone():
    """Set in a real font by the typesetter of `fapiao make`, its attachment left unread."""
    printed = deal(18, Wishes(kind="81", lines=3, discount=True))
    told = read_pages(FORMATS["pdf"].write(printed))  # type: ignore[misc]
    [face] = read_faces(
        [PlacedPage(page[0], page[1], tuple(Run(*run) for run in page[2])) for page in told["pages"]]
    )
    draft = Draft()
    draft.put_all(face.fields, "text-layer")
    assert differences(settle(draft), printed) == []


def test_the_upright_labels_tell_whose_side_is_whose():
    """An invoice that the buyer issued (收购) may show the seller on the left."""
    printed, [sheet] = LAYOUTS["digital-special"](19)
    swap = str.maketrans("购买销售", "销售购买")
    sheet.texts = [
        replace(text, text=text.text.translate(swap)) if len(text.text) == 1 else text for text in sheet.texts
    ]
    told = only(pdf_of([sheet]))
    assert (told.seller.name, told.buyer.name) == (printed.buyer.name, printed.seller.name)
    assert (told.seller.tax_id, told.buyer.tax_id) == (printed.buyer.tax_id, printed.seller.tax_id)
