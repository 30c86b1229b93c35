"""Every verifier is complete: labels in both languages, described settings, a place in the docs, kinds that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from fapiao.vocabulary import KINDS, RESULTS
from jingpiao.verification.verifier import VERIFIERS
from jingpiao.verification.verifiers import baidu

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAGE = Path(__file__).resolve().parents[3] / "docs" / "services" / "verification.md"


@pytest.mark.parametrize("key", list(VERIFIERS))
def test_every_verifier_is_labelled_described_and_documented(key: str):
    verifier = VERIFIERS[key]
    assert CHINESE.search(verifier.label)
    assert verifier.label_en
    assert not CHINESE.search(verifier.label_en)
    assert verifier.kinds <= set(KINDS)
    for name, hint in get_type_hints(verifier.settings, include_extras=True).items():
        meta = next(each for each in hint.__metadata__ if isinstance(each, msgspec.Meta))
        assert CHINESE.search(meta.title or "") or (meta.title or "").isascii(), name
        assert meta.description, name
    assert f"`{key}`" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("code", list(RESULTS))
def test_every_result_is_labelled_and_documented(code: str):
    assert CHINESE.search(RESULTS[code].label)
    assert RESULTS[code].label_en
    assert f"| `{code}`" in PAGE.read_text("utf-8")


def test_the_services_own_codes_lead_to_results_that_exist():
    assert set(baidu.RESULTS.values()) | set(baidu.GATEWAY.values()) <= set(RESULTS)
