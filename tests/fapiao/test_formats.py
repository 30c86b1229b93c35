"""Formats: what was written reads back the same, and bad files get a code, never a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from fapiao.einvoice import write_element
from fapiao.format import FORMATS, detect, read_bytes
from fapiao.invoice import Invoice
from fapiao.tables.workbook_writing import write_workbook
from fapiao.tables.xlsx import Workbook
from making.invoices import invoices

WHOLE = ("xml", "ofd", "excel", "csv", "pdf")


def only(data: bytes, name: str) -> Invoice:
    readings = list(read_bytes(data, name))
    assert [reading.error for reading in readings] == [None]
    assert readings[0].invoice is not None
    return readings[0].invoice


@pytest.mark.parametrize("key", WHOLE)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(invoice=invoices())
def test_reading_what_was_written_gives_the_same_invoice(key: str, invoice: Invoice):
    write = FORMATS[key].write
    assert write is not None
    assert only(write(invoice), f"invoice{FORMATS[key].suffixes[0]}") == invoice


@given(invoice=invoices())
def test_a_payload_gives_the_identity_back(invoice: Invoice):
    write = FORMATS["qr-text"].write
    assert write is not None
    told = only(write(invoice), "payload.txt")
    assert (told.number, told.issued_on) == (invoice.number, invoice.issued_on)


@pytest.mark.shared_samples
def test_the_public_samples_are_read_to_the_last_value(samples: Path):
    tool = samples.parent / "tools" / "read_samples.py"
    run = subprocess.run(
        [sys.executable, tool, Path(sys.executable).with_name("fapiao")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def codes(data: bytes, name: str) -> set[str]:
    return {reading.error.code for reading in read_bytes(data, name) if reading.error}


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("DOTS", ".."), data)
    return buffer.getvalue()


def picture(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", size).save(buffer, "PNG")
    return buffer.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.pdf", "file-empty"),
        (b"\x00" * 100, "zeros.xml", "file-empty"),
        (b"%PDF-1.7\n%broken", "cut.pdf", "file-damaged"),
        (b"<EInvoice><Header>", "cut.xml", "xml-damaged"),
        (BOMB, "bomb.xml", "xml-forbidden"),
        (BOMB.decode().encode("utf-16"), "bomb16.xml", "xml-forbidden"),
        (b"<a>" * 5000, "deep.xml", "xml-damaged"),
        (b"<EInvoice></EInvoice>", "blank.xml", "no-invoice"),
        (zipped(**{"OFD.xml": b"<OFD/>"}), "nopages.ofd", "file-damaged"),
        (zipped(**{"OFD.xml": b"<OFD"}), "broken.ofd", "xml-damaged"),
        (zipped(**{"OFD.xml": BOMB}), "bomb.ofd", "xml-forbidden"),
        (zipped(**{"DOTS__evil.xml": b"x"}), "slip.zip", "archive-unsafe-path"),
        (zipped(**{"big.txt": b"0" * 300_000_000}), "bomb.zip", "archive-too-big"),
        (picture((1, 1)), "dot.png", "image-too-small"),
        (picture((20_000, 20_000)), "huge.png", "image-too-large"),
        (picture((300, 300)), "blank.png", "qr-not-found"),
        (b"\x89PNG\r\n\x1a\n" + b"junk" * 10, "broken.png", "file-damaged"),
        (b"hello", "note.txt", "no-invoice"),
        (("纯文字\ud800" * 20).encode("utf-8", "surrogatepass") + b"\x00\x00", "odd.txt", "no-invoice"),
        (b"a,b,c\n1,2,3\n", "other.csv", "headings-unknown"),
        (b"\x7fELF\x00\x00" * 30, "program.bin", "file-type-unknown"),
    ],
)
def test_a_bad_file_gets_its_code(data: bytes, name: str, code: str):
    assert code in codes(data, name)


def test_a_wrong_extension_does_not_matter():
    invoice = Invoice(number="24112000000135114086")
    assert detect(write_element(invoice), "photo.jpg").key == "xml"


def test_an_encrypted_zip_says_so():
    data = bytearray(zipped(**{"a.txt": b"x" * 50}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        data[at] |= 1
    assert codes(bytes(data), "locked.zip") == {"file-encrypted"}


def test_a_bad_member_does_not_sink_the_others():
    good = write_element(Invoice(number="24112000000135114086", kind="82"))
    readings = list(read_bytes(zipped(**{"good.xml": good, "bad.pdf": b"%PDF-oops"}), "mixed.zip"))
    assert {reading.member: reading.error.code if reading.error else None for reading in readings} == {
        "good.xml": None,
        "bad.pdf": "file-damaged",
    }


def sheet(rows: str) -> bytes:
    parts = {
        "xl/workbook.xml": b'<workbook xmlns="x" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="x"><sheetData>{rows}</sheetData></worksheet>'.encode(),
    }
    return zipped(**{name.replace("/", "__"): data for name, data in parts.items()})


def text_row(number: int, *cells: str) -> str:
    return (
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        + "</row>"
    )


HEAD = ("数电发票号码", "开票日期", "金额", "税额", "价税合计", "销方识别号")


def test_a_lone_cell_at_the_far_corner_costs_nothing_and_gets_its_code():
    data = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert codes(data, "corner.xlsx") <= {"sheet-too-wide", "no-invoice"}
    assert codes(data, "corner.xlsx")


def test_twenty_digits_in_a_number_cell_survive_and_lost_digits_are_said_so():
    rows = (
        text_row(1, *HEAD)
        + '<row r="2"><c r="A2"><v>24112000000135114086</v></c><c r="B2" t="inlineStr"><is><t>2024-05-28'
        "</t></is></c></row>" + '<row r="3"><c r="A3"><v>2.4112000000135E+19</v></c></row>'
    )
    readings = list(read_bytes(sheet(rows), "numbers.xlsx"))
    assert readings[0].invoice is not None
    assert readings[0].invoice.number == "24112000000135114086"
    assert readings[1].error is not None
    assert readings[1].error.code == "row-unreadable"


def test_headings_are_found_below_titles_and_merged_groups():
    rows = (
        text_row(1, "某公司发票清单")
        + text_row(2, "基本信息")
        + text_row(3, *HEAD)
        + text_row(4, "24112000000135114086", "45440", "100.00", "6.00", "106.00", "91110000600037341L")
    )
    readings = list(read_bytes(sheet(rows), "titled.xlsx"))
    assert [reading.page for reading in readings] == [4]


def test_a_formula_without_a_value_is_noted():
    rows = (
        text_row(1, *HEAD)
        + '<row r="2"><c r="A2" t="inlineStr"><is><t>24112000000135114086</t></is></c><c r="C2"><f>1+1</f></c></row>'
    )
    [reading] = read_bytes(sheet(rows), "formula.xlsx")
    assert "formula-without-value" in {finding.code for finding in reading.findings}


def test_formulas_are_neutralised_on_writing_and_restored_on_reading():
    invoice = Invoice(number="24112000000135114086", kind="82", remark="=1+1")
    data = write_workbook([invoice], whole=False)
    book = Workbook(data)
    cells = [text for row in book.rows(book.sheets[0]) for text in row.cells.values()]
    assert "'=1+1" in cells
    assert only(data, "x.xlsx").remark == "=1+1"


def test_gb18030_tables_are_read():
    data = "发票代码,发票号码,开票日期,金额,税额,价税合计\n11001605111,1234567,2016-05-01,1.00,0.06,1.06\n".encode(
        "gb18030"
    )
    invoice = only(data, "old.csv")
    assert invoice.code == "011001605111" or invoice.code == "11001605111"


def test_memory_stays_bounded_on_a_large_export(tmp_path: Path):
    script = """
import re, sys
from fapiao.format import read_bytes
from fapiao.invoice import Invoice
from fapiao.tables.workbook_writing import write_workbook
from decimal import Decimal
from datetime import date
data = write_workbook((Invoice(number=f"24112{n:015d}", kind="82", issued_on=date(2024, 5, 1), amount=Decimal("1.00"),
    tax=Decimal("0.06"), total=Decimal("1.06")) for n in range(30000)), whole=False)
count = sum(1 for reading in read_bytes(data, "big.xlsx") if reading.invoice)
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())  # ru_maxrss would count the parent before exec
print(count, int(peak[1]) // 1024)
"""
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    count, megabytes = map(int, run.stdout.split())
    assert count == 30_000
    assert megabytes < 600


def test_the_command_reads_and_says_errors_in_one_line(tmp_path: Path):
    command = [sys.executable, "-m", "fapiao.cli"]
    invoice = Invoice(number="24112000000135114086", kind="82")
    (tmp_path / "i.json").write_bytes(msgspec.json.encode(invoice))
    made = tmp_path / "i.xml"
    subprocess.run(
        [*command, "make", "--format", "xml", str(tmp_path / "i.json"), "-o", str(made)], check=True
    )
    run = subprocess.run([*command, "read", str(made), "--json"], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["invoice"]["number"] == invoice.number
    lost = subprocess.run(
        [*command, "read", str(tmp_path / "none.pdf")], capture_output=True, text=True, check=False
    )
    assert lost.returncode == 2
    assert lost.stderr.startswith("error[file-not-found]:")
    assert "Traceback" not in lost.stderr
