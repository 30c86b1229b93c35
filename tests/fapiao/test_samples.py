"""The project's own samples: each says what expected.json says, and every format has one."""

from __future__ import annotations

import json

import pytest

from fapiao.format import FORMATS
from making.samples import EXPECTED, FOLDER, INVOICE, told

SAID = json.loads(EXPECTED.read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_sample_says_what_is_expected(name: str):
    assert told((FOLDER / name).read_bytes(), name) == SAID[name]


@pytest.mark.parametrize("key", list(FORMATS))
def test_every_format_has_a_sample_that_names_its_invoice(key: str):
    [name] = [name for name in SAID if name.partition(".")[0] == key]
    assert [row["error"] for row in SAID[name]] == [None] * len(SAID[name])
    assert all(row["invoice"]["number"] == INVOICE.number for row in SAID[name])
    if key != "zip":
        assert [row["format"] for row in SAID[name]] == [key]


def test_no_other_file_lies_among_the_samples():
    assert {path.name for path in FOLDER.iterdir()} == {*SAID, EXPECTED.name}
