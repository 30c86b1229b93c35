"""Guarded zip: what a directory says of an entry is held against the entry itself."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from fapiao.archive import Archive, Limits
from fapiao.errors import FapiaoError

TEXT = b"0123456789" * 50


def zipped(method: int = zipfile.ZIP_DEFLATED, **files: bytes) -> bytearray:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytearray(buffer.getvalue())


def code_of(data: bytes, name: str = "a", limits: Limits | None = None) -> str:
    with pytest.raises(FapiaoError) as slip:
        Archive(bytes(data), limits).read(name)
    return slip.value.code


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_gives_the_same_bytes(method: int):
    archive = Archive(bytes(zipped(method, a=TEXT, b=b"")))
    assert (archive.read("a"), archive.read("/a"), archive.read("b")) == (TEXT, TEXT, b"")
    assert archive.size_of("a") == len(TEXT)


def test_what_stands_before_a_zip_does_not_matter():
    assert Archive(b"#!/bin/sh\n" + bytes(zipped(a=TEXT))).read("a") == TEXT


@pytest.mark.parametrize("size", [0, 10, len(TEXT) - 1, len(TEXT) + 1, 10_000])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_size_that_lies_is_damage(method: int, size: int):
    data = zipped(method, a=TEXT)
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, size)
    assert code_of(data) == "file-damaged"


def test_a_wrong_checksum_is_damage():
    data = zipped(a=TEXT)
    data[data.rindex(b"PK\x01\x02") + 16] ^= 1
    assert code_of(data) == "file-damaged"


def test_an_entry_under_another_name_than_the_directorys_is_damage():
    data = zipped(a=TEXT)
    data[30] = ord("z")
    assert code_of(data) == "file-damaged"


def test_packed_bytes_cut_short_are_damage():
    data = zipped(a=TEXT)
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 20, 3)
    assert code_of(data) == "file-damaged"


def test_reading_the_same_entry_over_and_over_is_bounded():
    archive = Archive(bytes(zipped(zipfile.ZIP_STORED, a=TEXT)), Limits(total=1_000))
    with pytest.raises(FapiaoError) as slip:
        sum(len(archive.read("a")) for _ in range(10))
    assert slip.value.code == "archive-too-big"


def test_a_name_that_is_not_there_is_damage():
    assert code_of(zipped(a=TEXT), "b") == "file-damaged"
