"""Numbers: calling a valid one invalid is the worse mistake."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.people import make_tax_id
from fapiao.errors import NumberError
from fapiao.explain import explain_text
from fapiao.neighbours import distance, distance1, half_ranges, masked, slip
from fapiao.numbers import check_code, confirmation, digital, legacy, tax_office, taxpayer
from fapiao.numbers.region import REGIONS


@pytest.mark.parametrize(
    "number", ["24112000000135114086", "26117000001134616865", "2411 2000 0001 3511 4086"]
)
def test_a_beijing_number_tells_year_and_region(number: str):
    parts = digital.explain(number)
    assert (parts.region, parts.year // 100) == ("11", 20)


@pytest.mark.parametrize(
    ("number", "code"),
    [("123", "number-length"), ("2411200000013511408O", "number-format"), ("0" * 20, "number-component")],
)
def test_a_wrong_number_says_what_is_wrong(number: str, code: str):
    with pytest.raises(NumberError) as slipped:
        digital.validate(number)
    assert slipped.value.code == code


def test_a_region_that_does_not_exist_is_impossible():
    assert digital.impossible("26194987708259872768") is not None
    assert digital.impossible("26114987708259872768") is None


@pytest.mark.parametrize(
    ("code", "region", "kind"),
    [
        ("011001605111", "11", "10"),
        ("1100162140", "11", "01"),
        ("144031539110", "95", "10"),
        ("033002000111", "33", "10"),
        ("111001571071", "11", "10"),
        ("4403162350", "95", "04"),
    ],
)
def test_a_code_tells_region_and_kind(code: str, region: str, kind: str):
    parts = legacy.explain(code, "12345678")
    assert (parts.region, parts.kind) == (region, kind)


def test_a_known_credit_code_is_valid_and_a_changed_sign_is_not():
    assert taxpayer.is_valid("91110000600037341L")
    assert not taxpayer.is_valid("91110000600037342L")
    assert taxpayer.near("911100OO6OOO37341L") == "91110000600037341L"
    assert taxpayer.is_valid("410305123456789")


@given(st.integers(0, 10**6), st.sampled_from(sorted(REGIONS)))
def test_made_credit_codes_are_valid_in_the_peers_eyes_too(seed: int, region: str):
    assert taxpayer.is_uscc(make_tax_id(random.Random(seed), region))


def test_other_numbers():
    assert check_code.agree("16630282980991510014", "510014")
    assert tax_office.explain("14403000000") == "95"
    assert str(confirmation.explain("11010824091002615708").made_on) == "2024-09-10"


@given(st.text("0123456789", min_size=20, max_size=20), st.data())
def test_every_slip_of_one_is_among_the_candidates(number: str, data: st.DataObject):
    at = data.draw(st.integers(0, 18))
    for typed in (
        number[:at] + data.draw(st.sampled_from("0123456789")) + number[at + 1 :],
        number[:at] + number[at + 1] + number[at] + number[at + 2 :],
        number[:at] + number[at + 1 :],
        number[:at] + number[at] + number[at:],
    ):
        if typed != number:
            assert number in distance1(typed)
            assert distance(typed, number) == 1


@given(st.text("0123456789", min_size=20, max_size=20), st.integers(0, 19), st.integers(0, 19))
def test_two_edits_lie_in_one_of_the_ranges(number: str, first: int, second: int):
    signs = list(number)
    for at in (first, second):
        signs[at] = str((int(signs[at]) + 1) % 10)
    front, back = half_ranges("".join(signs))
    assert any(low <= number < high for low, high in front) or any(
        low <= number[::-1] < high for low, high in back
    )


def test_wrong_digits_are_masked_and_the_length_is_the_true_one():
    assert masked("26112000000219703941", "26112000000219703940") == "2611200000021970394*"
    assert masked("2611200000021970394", "26112000000219703940").count("*") == 1
    assert len(masked("2611200000021970394", "26112000000219703940")) == 20
    assert slip("2611200000021970394", "26112000000219703940").how == "dropped"


def test_a_digit_too_many_hides_the_digit_at_its_place():
    assert masked("261120000002197039940", "26112000000219703940") == "261120000002197039*0"
    assert masked("261120000002197039400", "26112000000219703940") == "2611200000021970394*"


@pytest.mark.parametrize(
    "text",
    ["011002600211 05168908", "01100260021105168908", "0110 0260 0211 · 0516 8908", "1100162350 05168908"],
)
def test_a_code_with_its_number_is_no_digital_number_however_it_is_written(text: str):
    told = explain_text(text)
    assert told["what"] == "legacy"
    assert (told["code"], told["number"]) == (re.sub(r"\D", "", text)[:-8], "05168908")
    assert told["region"] == "11"


def test_twenty_digits_that_can_be_a_digital_number_are_one():
    assert explain_text("24112000000135114086")["what"] == "digital"
    assert explain_text("01990260021105168908")["what"] == "digital"  # neither: said with its doubt
    assert explain_text("01990260021105168908")["doubt"]
