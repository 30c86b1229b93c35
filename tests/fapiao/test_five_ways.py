"""Five ways: PDF text, OFD page, OFD tags, XML and QR code tell the same of an invoice; harmed, each ends without a crash."""

from __future__ import annotations

import random

import pytest

from fapiao.errors import ERRORS
from fapiao.format import read_bytes
from making.comparing import differences
from making.five_ways import as_printed, files_of, shared, told_by_ways
from making.wild import wild


@pytest.mark.parametrize("begin", range(0, 200, 20))
def test_five_ways_tell_the_same(begin: int):
    wrong = []
    for seed in range(begin, begin + 20):
        invoice = wild(seed)
        printed = as_printed(invoice)
        for way, told in told_by_ways(invoice).items():
            wrong += [f"{seed} {way} {each}" for each in differences(shared(told, way), shared(printed, way))]
    assert wrong == []


def harmed(data: bytes, dice: random.Random) -> bytes:
    """Return a file cut short, with bytes flipped, with a stretch doubled, or with one taken out."""
    way, at = dice.randrange(4), dice.randrange(len(data))
    if way == 0:
        return data[:at]
    if way == 1:
        broken = bytearray(data)
        for _ in range(dice.choice((1, 3, 30))):
            broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        return bytes(broken)
    length = dice.choice((1, 40, 2_000))
    return data[:at] + data[at : at + length] * (2 if way == 2 else 0) + data[at + length :]


@pytest.mark.parametrize("way", ["pdf", "ofd", "xml", "qr"])
def test_a_harmed_file_gives_an_invoice_or_a_code(way: str):
    dice = random.Random(way)
    for seed in range(6):
        name, data = files_of(wild(seed))[way]
        for _ in range(20):
            for reading in read_bytes(harmed(data, dice), name):
                assert reading.invoice is not None or (reading.error and reading.error.code in ERRORS)
