"""The directory of a zip: the quick way and `zipfile`'s give the same entries, and whatever is unusual is left to the latter."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fapiao import directory
from fapiao.archive import Archive
from fapiao.directory import entries_of, lists

NAMES = st.text(
    st.characters(
        min_codepoint=33, max_codepoint=0x9FFF, exclude_characters="/\\:", exclude_categories=["Cs"]
    ),
    min_size=1,
    max_size=12,
)


def zipped(files: dict[str, bytes], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@given(st.dictionaries(NAMES, st.binary(max_size=60), max_size=6))
def test_both_ways_give_the_same(files: dict[str, bytes]):
    data = zipped(files)
    assert directory._usual(data) == directory._unusual(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06",
        zipped({"a": b"1"}, b"a comment"),
        b"before" + zipped({"a": b"1"}),
        zipped({"a": b"1"})[:-1],
        zipped({"a": b"1"}).replace(b"PK\x01\x02", b"PK\x01\x03"),
    ],
)
def test_the_unusual_is_left_to_zipfile(data: bytes):
    assert directory._usual(data) is None


@given(
    st.lists(
        st.sampled_from(["OFD.xml", "ofd.XML", "/ofd.xml", "x/OFD.xml", "xofd.xml", "ofd.xmlx", "PK\x01\x02"])
    )
)
def test_a_name_is_found_among_others_whatever_its_case(names: list[str]):
    data = zipped(dict.fromkeys(names, b"ofd.xml"))
    plain = {name.lower().lstrip("/") for name in names}
    assert lists(data, b"ofd.xml") == lists(b"x" + data, b"ofd.xml") == ("ofd.xml" in plain)


def test_what_zipfile_refuses_is_refused():
    with pytest.raises(zipfile.BadZipFile):
        entries_of(zipped({"a": b"1"})[:-4])


def test_of_two_entries_of_one_name_each_streams_its_own_bytes():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"second")
    data = buffer.getvalue()
    first, second = entries_of(data)
    plain = Archive(zipped({}))
    plain._data, plain._entries = data, {"1": first, "2": second}
    assert (plain.read("1"), plain.read("2")) == (b"first", b"second")
