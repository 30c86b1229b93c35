"""Sellers at whom everything costs the same: a sum that all their invoices share makes none of them the one that was meant."""

from __future__ import annotations

import pytest

from telling.story import claim, event, invoice, lines, number, told

PRICE = {"amount": "100.00", "tax": "6.00", "total": "106.00"}
MISSING, LAST = 215, 229
BLOCK = [place for place in range(200, LAST + 1) if place != MISSING]


def bakery(**change: str) -> list[dict[str, object]]:
    """Return a day's invoices of one price, one number missing, and the feed complete past them."""
    sold = [invoice(place, **PRICE, issued_at="2026-07-10T10:20:00+08:00") for place in BLOCK]
    sold = [{**each, **change} if each["number"] == number(BLOCK[3]) else each for each in sold]
    return [*told(), *(event("invoice", "10T11:30", invoice=each) for each in sold)]


def causes(platform, asked, **change: str) -> list[str]:
    platform.run("load", "-", stdin=lines(bakery(**change)))
    (answer,) = platform.lines("check", "--claims", "-", stdin=lines([asked]))
    return [each["code"] for each in answer["causes"]]


def test_the_missing_one_of_a_row_at_one_price_is_not_taken_for_its_neighbour(platform):
    assert causes(platform, claim(MISSING, total="106.00"))[0] == "never-uploaded"


def test_the_next_one_at_the_same_price_is_not_taken_for_the_last(platform):
    asked = claim(LAST + 1, total="106.00", issued_on="2026-07-14")
    assert causes(platform, asked)[0] == "sync-delay"


@pytest.mark.parametrize("place", [3, 9, 12])
def test_a_slip_far_from_the_row_is_still_one(platform, place):
    signs = list(number(210))
    signs[place] = str((int(signs[place]) + 1) % 10)
    assert causes(platform, claim(210, number="".join(signs), total="106.00"))[0] == "typed-wrong"


def test_a_sum_of_its_own_singles_out_the_one_that_was_meant(platform):
    other = {"amount": "300.00", "tax": "18.00", "total": "318.00"}
    meant = number(BLOCK[3])
    asked = claim(0, number=meant[:-2] + "9" + meant[-1], total="318.00")  # 203 → 293, beyond the row
    assert causes(platform, asked, **other)[0] == "typed-wrong"


def test_that_the_number_is_itself_the_missing_one_speaks_against_a_slip(platform):
    other = {"amount": "300.00", "tax": "18.00", "total": "318.00"}
    platform.run("load", "-", stdin=lines(bakery(**other)))
    in_the_row, beyond = number(MISSING), number(293)
    answers = platform.lines(
        "check",
        "--claims",
        "-",
        stdin=lines([claim(0, number=each, total="318.00") for each in (in_the_row, beyond)]),
    )
    said = [{piece["code"] for cause in each["causes"] for piece in cause["evidence"]} for each in answers]
    assert "is-missing" in said[0]
    assert "is-missing" not in said[1]
