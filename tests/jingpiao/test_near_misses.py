"""Two slips of the pen anywhere in a number are found by the invoice's sum and day, and by nothing less."""

from __future__ import annotations

from telling.story import claim, event, invoice, lines, number, told

TYPED = number(44)


def twice(first: int, second: int) -> str:
    """Return the number of invoice 44 with two digits wrong."""
    signs = list(TYPED)
    for place in (first, second):
        signs[place] = str((int(signs[place]) + 3) % 10)
    return "".join(signs)


PLACES = ((1, 4), (3, 12), (5, 9), (10, 13), (12, 15), (13, 19), (18, 19))


def test_two_edits_anywhere_are_typed_wrong(platform):
    platform.run("load", "-", stdin=lines(told()))
    asked = [claim(44, number=twice(*places)) for places in PLACES]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    assert len(answers) == len(PLACES)
    for answer in answers:
        assert (answer["existence"], answer["causes"][0]["code"]) == ("not-found", "typed-wrong")
        assert answer["candidates"][0]["number"] == TYPED
        assert answer["candidates"][0]["distance"] == 2


def test_a_tax_control_invoice_is_found_by_its_ex_tax_sum(platform):
    legacy = invoice(7, kind="10", code="011002600211", number="05168908", check_code="12345678901234751646")
    platform.run("load", "-", stdin=lines([*told(), event("invoice", "10T11:40", invoice=legacy)]))
    asked = {
        "code": "011002600211",
        "number": "05198208",
        "issued_on": "2026-07-10",
        "amount": "107.00",
        "as_of": "2026-07-14T12:05:00+08:00",
    }
    (answer,) = platform.lines("check", "--claims", "-", stdin=lines([asked]))
    assert answer["causes"][0]["code"] == "typed-wrong"
    assert answer["candidates"][0]["number"] == "05168908"


def test_another_sum_or_another_day_makes_it_another_number(platform):
    platform.run("load", "-", stdin=lines(told()))
    wrong = twice(12, 15)
    asked = [
        claim(44, number=wrong, total="777.00"),
        claim(44, number=wrong, issued_on="2026-07-11"),
    ]
    answers = platform.lines("check", "--claims", "-", stdin=lines(asked))
    assert all(answer["causes"][0]["code"] != "typed-wrong" for answer in answers)
    assert [answer["candidates"] for answer in answers] == [[], []]


def test_a_later_invoice_is_no_near_miss_of_an_earlier_question(platform):
    platform.run("load", "-", stdin=lines(told()))
    early = claim(44, number=twice(12, 15), as_of="2026-07-10T11:00:00+08:00")
    (answer,) = platform.lines("check", "--claims", "-", stdin=lines([early]))
    assert answer["candidates"] == []


def test_conflicting_contents_of_the_invoice_that_was_meant_do_not_hide_it(platform):
    other = invoice(44, issued_on="2026-07-01", amount="1.00", tax="0.06", total="1.06")
    platform.run("load", "-", stdin=lines([*told(), event("invoice", "10T11:45", id="other", invoice=other)]))
    wrong = TYPED[:9] + "7" + TYPED[10:]
    told_first = claim(44, number=wrong)
    told_later = claim(44, number=wrong, issued_on="2026-07-01", total="1.06")
    for answer in platform.lines("check", "--claims", "-", stdin=lines([told_first, told_later])):
        assert answer["causes"][0]["code"] == "typed-wrong"
        assert [each["number"] for each in answer["candidates"]] == [TYPED]
