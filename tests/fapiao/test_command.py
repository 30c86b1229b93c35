"""The command `fapiao`: what it prints, in both languages; exit statuses; errors in one line; paths of every sort."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from making.samples import FOLDER, INVOICE

NUMBER = INVOICE.number


def run(*words: str | bytes, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "fapiao.cli", *words],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )


def told(*words: str | bytes, stdin: bytes = b"") -> list[dict]:
    return [json.loads(line) for line in run(*words, "--json", stdin=stdin).stdout.splitlines()]


def test_files_folders_and_standard_input_are_read(tmp_path: Path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.xml").write_bytes((FOLDER / "xml.xml").read_bytes())
    (tmp_path / ".hidden.xml").write_bytes(b"<x/>")
    rows = told("read", str(tmp_path), str(FOLDER / "ofd.ofd"), "-", stdin=(FOLDER / "pdf.pdf").read_bytes())
    assert [(row["format"], row["invoice"]["number"]) for row in rows] == [
        ("xml", NUMBER),
        ("ofd", NUMBER),
        ("pdf", NUMBER),
    ]


def test_a_name_that_is_no_unicode_is_read_all_the_same(tmp_path: Path):
    path = os.fsencode(tmp_path) + b"/\xb7\xa2\xc6\xb1.xml"
    with open(path, "wb") as file:
        file.write((FOLDER / "xml.xml").read_bytes())
    assert told("read", path)[0]["invoice"]["number"] == NUMBER


def test_people_read_it_in_chinese_or_english():
    path = str(FOLDER / "xml.xml")
    assert "电子发票(普通发票)" in run("read", path).stdout.decode()
    assert "E-invoice (ordinary)" in run("read", path, "--lang", "en").stdout.decode()


def test_check_file_says_the_findings_and_leaves_the_lines():
    [row] = told("check-file", str(FOLDER / "xml.xml"))
    assert row["invoice"]["lines"] == []
    assert {finding["code"] for finding in row["findings"]} == {"tax-id"}


@pytest.mark.parametrize(
    ("words", "stdin", "status", "code"),
    [
        (("read",), b"", 2, "usage"),
        (("read", "none.pdf"), b"", 2, "file-not-found"),
        (("read", "EMPTY"), b"", 2, "file-not-found"),
        (("nonsense",), b"", 2, "usage"),
        (("make", "--format", "xml", "none.json"), b"", 2, "file-not-found"),
        (("make", "--format", "word", "-"), b"{}", 2, "format-unknown"),
        (("make", "--format", "image", "-"), b"{}", 2, "format-read-only"),
        (("make", "--format", "xml", "-"), b"{", 2, "invoice-field"),
        (("make", "--format", "xml", "-"), b"{}", 2, "invoice-field"),
        (("make", "--format", "xml", "-"), b'{"number": 1}', 2, "invoice-field"),
        (
            ("make", "--format", "xml", "-", "-o", "none/a.xml"),
            msgspec.json.encode(INVOICE),
            3,
            "environment",
        ),
    ],
)
def test_every_error_is_one_line_with_its_code(words, stdin: bytes, status: int, code: str, tmp_path: Path):
    for lang in ("zh", "en"):
        extra = ("--lang", lang) if code != "usage" else ()
        done = run(*(str(tmp_path) if word == "EMPTY" else word for word in words), *extra, stdin=stdin)
        assert done.returncode == status
        lines = done.stderr.decode().splitlines()
        assert len(lines) == 1
        assert lines[0].startswith(f"error[{code}]:")


def test_one_bad_file_among_others_is_status_one(tmp_path: Path):
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-oops")
    done = run("read", str(bad), str(FOLDER / "xml.xml"), "--json")
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (1, 2, b"")


@pytest.mark.parametrize("key", ["xml", "ofd", "pdf", "excel", "csv"])
def test_what_was_made_reads_back(key: str, tmp_path: Path):
    source, made = tmp_path / "i.json", tmp_path / "made"
    source.write_bytes(msgspec.json.encode(INVOICE))
    assert run("make", "--format", key, str(source), "-o", str(made)).returncode == 0
    [row] = told("read", str(made))
    assert row["invoice"] == json.loads(msgspec.json.encode(INVOICE))


@pytest.mark.parametrize(
    ("text", "what", "told_of"),
    [
        ("24112000000135114086", "digital", {"region": "11", "year": 2024, "doubt": None}),
        ("２４１１ ２０００ ０００１ ３５１１ ４０８６", "digital", {"number": "24112000000135114086"}),
        ("26194987708259872768", "digital", {"region": None}),
        ("2411200000013511408O", "unknown", {"offered": ["24112000000135114080"]}),
        ("011001605111 12345678", "legacy", {"region": "11", "kind": "10"}),
        ("110016214012345678", "legacy", {"code": "1100162140", "number": "12345678"}),
        ("11001605111 1234567", "unknown", {"offered": ["01100160511101234567"]}),
        ("011001605111", "code", {"year": 2016}),
        ("11001605111", "code", {"offered": ["011001605111"]}),
        ("12345678", "number", {}),
        (
            "01,32,,24312000000136634917,0.01,20240514,,1DD6",
            "qr",
            {"crc": "match", "kind": "82", "region": "31"},
        ),
        ("01,32,,24312000000136634917,0.02,20240514,,1DD6", "qr", {"crc": "mismatch", "amount": "0.02"}),
        ("91110000600037341L", "taxpayer", {"checked": True, "region": "11", "flaws": []}),
        ("911100OO6OOO37341L", "taxpayer", {"suggestion": "91110000600037341L"}),
        ("110108123456789", "taxpayer", {"form": "old"}),
        ("11100000000", "tax-office", {"region": "11"}),
        ("11010824091002615708", "confirmation", {"made_on": "2024-09-10", "region": "11"}),
        ("510014", "check-code", {}),
        ("hello", "unknown", {"offered": []}),
        ("", "unknown", {}),
    ],
)
def test_a_number_is_taken_apart(text: str, what: str, told_of: dict):
    [row] = told("explain", text)
    assert row["what"] == what
    assert {name: row[name] for name in told_of} == told_of


def test_a_wrong_check_sign_is_said_and_lines_of_standard_input_are_explained():
    first, second = told("explain", "-", stdin=b"91110000600037342L\n\n24112000000135114086\n")
    assert [flaw["code"] for flaw in first["flaws"]] == ["number-checksum"]
    assert second["what"] == "digital"
    assert "税务机关代码" in run("explain", "11100000000").stdout.decode()
    assert "tax office code" in run("explain", "11100000000", "--lang", "en").stdout.decode()


@pytest.mark.parametrize("words", [["--lang", "en", "explain"], ["explain", "--lang", "en"]])
def test_language_may_stand_before_or_behind_the_command(words: list[str]):
    said = subprocess.run(
        [sys.executable, "-m", "fapiao.cli", *words, "26427000000375586818"], capture_output=True, check=True
    )
    assert "region Hubei" in said.stdout.decode()
