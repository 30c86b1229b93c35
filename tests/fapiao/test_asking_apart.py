"""Taking apart: code and number pasted without a gap are what they are with one; nothing else is cut."""

from __future__ import annotations

import pytest

from fapiao.asking import understand
from fapiao.claim import Claim


@pytest.mark.parametrize(
    ("glued", "code", "number"),
    [
        ("420026214033716154", "4200262140", "33716154"),
        ("4200262140３３７１６１５４", "4200262140", "33716154"),
    ],
)
def test_code_and_number_run_together_are_understood_as_with_a_gap(glued: str, code: str, number: str):
    pasted, spaced = understand(Claim(text=glued)), understand(Claim(code=code, number=number))
    assert (pasted.claim.code, pasted.claim.number, pasted.key) == (code, number, spaced.key)
    assert pasted.typed == spaced.typed
    assert any(each.to == number and each.applied for each in pasted.corrections)


@pytest.mark.parametrize("number", ["26332000000891258828", "91110000600037341L", "4200262140", "33716154"])
def test_a_number_that_may_be_something_else_is_left_whole(number: str):
    claim = understand(Claim(number=number)).claim
    assert (claim.code, claim.number) == (None, number)
