"""Zips that people put together: every member comes back, whatever its name and its neighbours."""

from __future__ import annotations

import io
import warnings
import zipfile

from fapiao.format import read_bytes
from making.tables import BASE, NUMBER, base_row, workbook, zipped


def told(data: bytes, name: str = "many.zip") -> dict[str | None, str | None]:
    return {each.member: each.error.code if each.error else None for each in read_bytes(data, name)}


def test_unsafe_names_are_refused_one_by_one():
    data = zipped({"../evil.txt": b"x", "/etc/passwd": b"x", "C:\\a.txt": b"x", "good.txt": NUMBER.encode()})
    results = told(data)
    assert results.pop("good.txt") is None
    assert set(results.values()) == {"archive-unsafe-path"}
    assert len(results) == 3


def test_the_same_name_twice_comes_twice():
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("发票.txt", NUMBER)
        archive.writestr("发票.txt", "26112000000219703941")
    assert told(buffer.getvalue()) == {"发票.txt": None, "发票 (2).txt": None}


def test_names_in_gbk_are_read():
    mark = "fapiao__.txt"
    data = zipped({mark: NUMBER.encode()}).replace(mark.encode(), "发票单据.txt".encode("gbk"))
    assert told(data) == {"发票单据.txt": None}


def test_a_zip_inside_is_opened_and_one_inside_that_is_too_deep():
    deepest = zipped({"c.txt": NUMBER.encode()})
    data = zipped({"a.txt": NUMBER.encode(), "b.zip": zipped({"b.txt": NUMBER.encode(), "c.zip": deepest})})
    assert told(data, "x//y//z.zip") == {
        "a.txt": None,
        "b.zip/b.txt": None,
        "b.zip/c.zip": "archive-too-deep",
    }


def test_a_workbook_stored_in_a_zip_is_a_member_not_the_zip_itself():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("表.xlsx", workbook(("发票基础信息", [BASE, base_row()])))
        archive.writestr("__MACOSX/._表.xlsx", b"litter")
    assert told(buffer.getvalue()) == {"表.xlsx": None}


def test_zips_in_zips_cannot_unpack_without_end():
    bomb = zipped({"0.txt": b"0" * 60_000_000})
    many = zipped({f"{place}.txt": b"" for place in range(1_900)})
    results = told(zipped({f"{place}.zip": many for place in range(8)} | {"bomb.zip": bomb}))
    assert results["0.zip/0.txt"] == "file-empty"
    assert {results["7.zip"], results["bomb.zip"]} == {"archive-too-many"}
    assert told(zipped({"bomb.zip": bomb})) == {"bomb.zip/0.txt": "archive-too-big"}
