"""Every source is complete: labels in both languages, a described field for each setting, a docs page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from jingpiao.sync.source import FAILURES, SOURCES, SourceError

CHINESE = re.compile(r"[\u4e00-\u9fff]")
HERE = Path(__file__).parent
DOCS = Path(__file__).resolve().parents[3] / "docs" / "sources"


@pytest.mark.parametrize("key", list(SOURCES))
def test_every_source_is_labelled_and_has_a_page(key: str):
    source = SOURCES[key]
    assert CHINESE.search(source.label)
    assert source.label_en
    assert CHINESE.search(source.what)
    assert source.what_en
    assert not CHINESE.search(source.what_en)
    assert not CHINESE.search(source.label_en)
    page = (DOCS / f"{key}.md").read_text("utf-8")
    assert page.startswith(f"# {source.label} (`{key}`)")
    assert len(page) > 300


@pytest.mark.parametrize("key", list(SOURCES))
def test_every_setting_is_described_in_both_languages(key: str):
    settings = SOURCES[key].settings
    assert settings.__struct_config__.frozen
    for name, hint in get_type_hints(settings, include_extras=True).items():
        meta = next(each for each in hint.__metadata__ if isinstance(each, msgspec.Meta))
        assert CHINESE.search(meta.title or ""), name
        assert meta.description, name
        assert bool(meta.extra["hint"]) == bool(meta.extra["hint_en"]), name
        assert not CHINESE.search(meta.description), name


@pytest.mark.parametrize("key", list(SOURCES))
def test_every_source_has_tests_of_its_own(key: str):
    text = "".join(path.read_text("utf-8") for path in HERE.parent.rglob("test_*.py"))
    assert text.count(f'"{key}"') >= 2, key


@pytest.mark.parametrize("code", sorted(FAILURES))
def test_every_failure_stands_in_the_reference(code: str):
    assert f"`{code}`" in (DOCS.parent / "reference.md").read_text("utf-8")


@pytest.mark.parametrize("code", sorted(FAILURES))
def test_every_failure_says_what_to_do_in_both_languages(code: str):
    kind = FAILURES[code]
    assert CHINESE.search(kind.title)
    assert CHINESE.search(kind.next_step)
    assert kind.title_en
    assert kind.next_step_en


def test_what_a_library_says_in_english_is_not_lost_in_chinese():
    slip = SourceError("source-unreachable", message_en="NATS: connection refused")
    assert slip.message == "连不上来源（NATS: connection refused）"
    assert SourceError("source-unreachable").message == "连不上来源"
