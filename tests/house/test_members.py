"""Every member is complete: label in both languages, docs page, tests; and the contract's codes are all here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

import pytest

from fapiao.cause import CAUSES
from fapiao.check import CHECKS
from fapiao.errors import ERRORS
from fapiao.format import FORMATS
from house.project import DOCS, ROOT, python_files

CHINESE = re.compile(r"[\u4e00-\u9fff]")

CAUSE_CODES = {
    "typed-wrong",
    "malformed",
    "wrong-function",
    "outside-window",
    "too-early",
    "sync-delay",
    "source-outage",
    "platform-fault",
    "external-service",
    "policy",
    "elsewhere",
    "never-uploaded",
    "refused",
    "not-imported",
    "deleted",
    "wrong-title",
    "not-permitted",
    "suspected-fake",
    "unknown",
}
FORMAT_KEYS = {"xml", "ofd", "pdf", "image", "excel", "csv", "qr-text", "xbrl"}
ACTORS = {"asker", "seller", "platform", "feed-operator", "third-party", "bureau", "desk", "nobody"}


def test_the_contracts_causes_are_all_here_and_no_others():
    assert set(CAUSES) == CAUSE_CODES


def test_the_contracts_formats_are_all_here():
    assert set(FORMATS) - {"zip"} == FORMAT_KEYS


@pytest.mark.parametrize("code", sorted(CAUSE_CODES))
def test_every_cause_says_who_acts_and_how_in_both_languages(code: str):
    cause = CAUSES[code]
    assert cause.actor in ACTORS
    for chinese, english in (
        (cause.label, cause.label_en),
        (cause.meaning, cause.meaning_en),
        (cause.remedy, cause.remedy_en),
    ):
        assert CHINESE.search(chinese), code
        assert english
        assert not CHINESE.search(english), code


def members() -> Iterator[tuple[str, str]]:
    yield from (("formats", key) for key in FORMATS)
    yield from (("checks", key) for key in CHECKS)
    yield from (("causes", key) for key in CAUSES)


@pytest.mark.parametrize(("plural", "key"), list(members()))
def test_every_member_has_a_page_with_a_chinese_label(plural: str, key: str):
    page = (DOCS / plural / f"{key}.md").read_text("utf-8")
    assert CHINESE.search(page.splitlines()[0])
    assert len(page) > 200


@pytest.mark.parametrize("key", list(FORMATS))
def test_every_format_has_a_sample_with_expected_values(key: str):
    folder = ROOT / "tests" / "samples"
    [sample] = folder.glob(f"{key}.*")
    assert json.loads((folder / "expected.json").read_text("utf-8"))[sample.name]


@pytest.mark.parametrize("key", list(CHECKS))
def test_every_check_has_a_source_and_a_first_day(key: str):
    check = CHECKS[key]
    assert check.source
    assert isinstance(check.since, date)
    for chinese, english in ((check.label, check.label_en), (check.meaning, check.meaning_en)):
        assert CHINESE.search(chinese)
        assert english
        assert not CHINESE.search(english)


@pytest.mark.parametrize(("plural", "key"), [each for each in members() if each[0] != "formats"])
def test_every_member_is_named_by_a_happy_and_a_failing_test(plural: str, key: str):
    mentions = sum(
        path.read_text("utf-8").count(f'"{key}"') for path in (ROOT / "tests" / "fapiao").rglob("*.py")
    )
    assert mentions >= 2, f"{plural}/{key} is named {mentions} times in tests/fapiao"


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_error_says_what_to_do_next_in_both_languages(code: str):
    kind = ERRORS[code]
    assert CHINESE.search(kind.title)
    assert CHINESE.search(kind.next_step)
    assert kind.title_en
    assert kind.next_step_en


def test_no_error_code_is_used_that_the_catalogue_lacks_and_none_lies_idle():
    text = "\n".join(path.read_text("utf-8") for path in python_files("src"))
    used = set(re.findall(r'(?:FapiaoError|NumberError)\(\s*"([a-z0-9-]+)"', text))
    assert used <= set(ERRORS)
    idle = {code for code in ERRORS if text.count(f'"{code}"') < 2}
    assert idle == set()


def test_the_reference_lists_every_code():
    page = (DOCS / "reference.md").read_text("utf-8")
    for code in (*CAUSE_CODES, *FORMATS, *ERRORS, *CHECKS):
        assert f"`{code}`" in page, code
