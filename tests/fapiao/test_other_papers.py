"""Other papers and blank forms give no invoice, with a code that says so."""

from __future__ import annotations

import pytest

from making.comparing import differences, errors, told_by
from making.layouts import LAYOUTS
from making.other_papers import NAMES, paper
from making.sheets import pdf_of


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_invented_from_another_paper(name: str):
    data = pdf_of([paper(name)])
    assert told_by(data) == []
    assert errors(data) in (["not-an-invoice"], ["no-invoice"])


@pytest.mark.parametrize("name", ["bank-slip", "order-form", "fiscal-receipt", "ride-itinerary", "statement"])
def test_an_invoice_beside_another_paper_is_read_alone(name: str):
    printed, sheets = LAYOUTS["digital-ordinary"](41)
    for pages in ([*sheets, paper(name)], [paper(name), *sheets]):
        [told] = told_by(pdf_of(pages))
        assert differences(told, printed) == []


@pytest.mark.parametrize(
    "word", ["结算单号123", "订单详情见附件", "合同编号HT-1", "销货清单见附件", "对账单"]
)
def test_a_remark_that_names_another_paper_does_not_hide_the_invoice(word: str):
    from making.layouts import digital

    printed, sheets = digital(remark=word)(42)
    [told] = told_by(pdf_of(sheets))
    assert differences(told, printed) == []


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in ("tax-control-list",)])
def test_a_blank_form_holds_no_invoice(name: str):
    """The labels alone: whatever was typed into the form is taken out again, and its code with it."""
    from dataclasses import replace

    _, sheets = LAYOUTS[name](43)
    for sheet in sheets:
        sheet.pictures = []
        sheet.texts = [
            replace(text, text=text.text.split("：")[0].split(":")[0])
            for text in sheet.texts
            if not any(sign.isdigit() for sign in text.text.split("：")[0].split(":")[0])
        ]
    assert told_by(pdf_of(sheets)) == []
