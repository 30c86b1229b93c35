"""Kinds by source: the same digits mean different kinds in different systems (one map a source)."""

from __future__ import annotations

import pytest

from fapiao.vocabulary import KINDS, SOURCES, kind_from_qr, kind_from_source


@pytest.mark.parametrize(
    ("source", "code", "digits", "kind"),
    [
        ("qr", "31", 20, "81"),
        ("qr", "32", 20, "82"),
        ("qr", "51", 20, "51"),
        ("qr", "10", 8, "10"),
        ("leqi", "81", 20, "81"),
        ("leqi", "83", 20, "83"),
        ("leqi-class", "01", 20, "81"),
        ("leqi-class", "01", 8, "01"),
        ("leqi-class", "02", 20, "82"),
        ("leqi-class", "06", 20, "61"),
        ("einvoice-label", "01", 20, "81"),
        ("einvoice-label", "02", 20, "82"),
        ("aliyun", "31", 20, "81"),
        ("aliyun", "20", 20, "83"),
        ("aliyun", "83", 20, "83"),
        ("jumdata", "83", 20, "51"),
        ("jumdata", "0930", 20, "83"),
        ("jumdata", "0940", 20, "84"),
        ("jumdata", "0901", 20, "85"),
        ("jumdata", "8208", 20, "82"),
        ("jumdata", "8208", 8, "14"),
        ("jumdata", "101", 10, None),
        ("tencent-skill", "23", 20, "85"),
        ("tencent-skill", "24", 20, "86"),
        ("tencent-cloud", "08", 20, "81"),
        ("tencent-cloud", "08", 8, "08"),
        ("tencent-cloud", "10", 20, "82"),
        ("tencent-cloud", "32", 8, None),
        ("tencent-cloud", "16", 10, None),
        ("baiwang", "004", 8, "01"),
        ("baiwang", "005", 8, "03"),
        ("baiwang", "026", 8, "10"),
        ("baiwang", "028", 8, "08"),
        ("xbrl", "rai", 20, "51"),
        ("xbrl", "inv_ord", 8, "10"),
        ("xbrl", "inv_ord", 20, "82"),
        ("aliyun", "99", 20, None),
    ],
)
def test_a_code_means_what_its_source_means_by_it(source: str, code: str, digits: int, kind: str | None):
    assert kind_from_source(source, code, number_digits=digits) == kind


def test_a_code_of_both_eras_is_not_told_without_the_number():
    assert kind_from_source("tencent-cloud", "08") is None


def test_a_code_without_a_map_of_its_source_is_refused():
    with pytest.raises(KeyError):
        kind_from_source("somebody", "01")


def test_every_map_leads_to_kinds_that_exist():
    for table in SOURCES.values():
        for meaning in table.values():
            for kind in meaning if isinstance(meaning, tuple) else (meaning,):
                assert kind is None or kind in KINDS


@pytest.mark.parametrize("code", sorted(SOURCES["qr"]))
def test_the_qr_map_and_the_payload_reader_agree(code: str):
    kind = SOURCES["qr"][code]
    assert isinstance(kind, str)
    digital = KINDS[kind].era == "digital"
    told = kind_from_qr(code, "" if digital else "011002600111", "2" * 20 if digital else "12345678")
    assert told == kind
