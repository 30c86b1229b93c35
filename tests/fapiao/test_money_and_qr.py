"""Money, words and QR payloads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao.errors import FapiaoError
from fapiao.money import in_words, parse_money, parse_words
from fapiao.qr import build, parse


@given(st.integers(-(10**15), 10**15))
def test_words_and_figures_say_the_same(fen: int):
    amount = Decimal(fen).scaleb(-2)
    assert parse_words(in_words(amount)) == amount


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("壹万陆仟肆佰零玖元零贰分", "16409.02"),
        ("壹仟肆佰零玖元伍角整", "1409.50"),
        ("壹拾圆柒角整", "10.70"),
        ("零圆整", "0.00"),
        ("壹拾圆零柒角整", "10.70"),
        ("（负数）壹佰元正", "-100.00"),
        ("壹拾万柒仟圆伍角叁分", "107000.53"),
        ("壹佰〇捌圆壹角", "108.10"),
    ],
)
def test_every_legal_spelling_is_read(words: str, amount: str):
    assert parse_words(words) == Decimal(amount)


@pytest.mark.parametrize("words", ["", "圆", "壹仟猫圆", "hello"])
def test_what_is_no_amount_is_refused(words: str):
    with pytest.raises(FapiaoError) as slipped:
        parse_words(words)
    assert slipped.value.code == "words-format"


@pytest.mark.parametrize(
    ("text", "amount"),
    [("¥1,130.00", "1130.00"), ("￥-5", "-5.00"), ("(12.50)", "-12.50"), ("１２.５", "12.50")],
)
def test_amounts_are_read_as_faces_print_them(text: str, amount: str):
    assert parse_money(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("payload", "kind", "basis", "crc"),
    [
        ("01,10,050001700111,12235358,10000.00,20200805,16630282980991510014,7257", "10", "amount", "match"),
        ("01,32,,26427000000375586818,10.70,20260430,,FAFB", "82", "total", "match"),
        ("01,51,,26339132621000219582,56.00,20260423,,219a", "51", "total", "mismatch"),
        ("01,31,,24312000000358032546,633.00,2024-11-18,,", "81", "total", "absent"),
    ],
)
def test_payloads_are_taken_apart(payload: str, kind: str, basis: str, crc: str):
    told = parse(payload)
    assert (told.kind, told.basis, told.crc) == (kind, basis, crc)


@given(st.integers(1, 10**9), st.dates(date(2021, 1, 1), date(2030, 1, 1)))
def test_a_built_payload_reads_back(fen: int, day: date):
    told = parse(build("32", "", "24112000000135114086", Decimal(fen).scaleb(-2), day))
    assert (told.amount, told.issued_on, told.crc) == (Decimal(fen).scaleb(-2), day, "match")


def test_a_scanned_address_is_kept_as_text_and_never_an_invoice():
    with pytest.raises(FapiaoError):
        parse("https://example.com/?bill_num=12345678")
    chain = parse(
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=ab&bill_num=12345678&total_amount=1050"
    )
    assert (chain.number, chain.amount) == ("12345678", Decimal("10.50"))
