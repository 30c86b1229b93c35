"""Bad input: files that are broken, hostile or absurd, each with the code that it must get."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from making.old_workbook import far_corner
from making.samples import FOLDER
from making.tables import raw_workbook, text_row, zipped

BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'
CUTS = 10


def bad_files() -> dict[str, tuple[bytes, str]]:
    """Return name → (bytes, code), of every kind; where a slow machine may end a reading, two codes parted by ``|``."""
    return {
        "empty.pdf": (b"", "file-empty"),
        "zeros.xml": (b"\x00" * 100, "file-empty"),
        "locked.pdf": (locked_pdf(), "file-encrypted"),
        "damaged.pdf": (b"%PDF-1.7\n%broken", "file-damaged"),
        "no-pages.ofd": (zipped({"OFD.xml": b"<OFD/>"}), "file-damaged"),
        "broken.ofd": (zipped({"OFD.xml": b"<OFD"}), "xml-damaged"),
        "bomb.ofd": (zipped({"OFD.xml": BOMB}), "xml-forbidden"),
        "bomb.xml": (BOMB, "xml-forbidden"),
        "bomb-utf-16.xml": (BOMB.decode().encode("utf-16"), "xml-forbidden"),
        "outside.xml": (OUTSIDE, "xml-forbidden"),
        "deep.xml": (b"<a>" * 5000, "xml-damaged"),
        "wide.xml": (b"<EInvoice>" + b"<a/>" * 4_000_000 + b"</EInvoice>", "file-too-costly"),
        "bomb.zip": (zipped({"big.txt": b"0" * 100_000_000}), "archive-too-big"),
        "slip.zip": (zipped({"../evil.xml": b"x"}), "archive-unsafe-path"),
        "absolute.zip": (zipped({"/etc/evil.xml": b"x"}), "archive-unsafe-path"),
        "dot.png": (picture((1, 1)), "image-too-small"),
        "huge.png": (picture((20_000, 20_000)), "image-too-large"),
        "odd.txt": (("纯文字\ud800" * 20).encode("utf-8", "surrogatepass") + b"\x00\x00", "no-invoice"),
        "corner.xlsx": (corner(), "sheet-too-wide"),
        "endless-row.xlsx": (endless_row(), "sheet-too-wide"),
        "corner.xls": (far_corner(), "file-damaged|file-too-costly"),
        "locked.xlsx": (locked_workbook(), "file-encrypted"),
        "wrong.pdf": (b"hello, no invoice here", "no-invoice"),
        "many-pages.pdf": (many_pages(5_000), "no-invoice"),
    }


def large(path: Path) -> Path:
    """Make a file of 300 MB that takes no room on the disk."""
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(300 * 2**20)
    return path


def cut_files() -> Iterator[tuple[str, bytes]]:
    """Yield every sample cut at ten places."""
    for path in sorted(FOLDER.iterdir()):
        if path.suffix != ".json":
            data = path.read_bytes()
            for place in range(CUTS):
                yield f"cut-{place}-{path.name}", data[: len(data) * place // CUTS]


def picture(size: tuple[int, int]) -> bytes:
    """A white PNG of one bit a pixel."""
    buffer = io.BytesIO()
    Image.new("1", size, 1).save(buffer, "PNG")
    return buffer.getvalue()


def pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    body, places = b"%PDF-1.7\n", []
    parts = [body]
    at = len(body)
    for number, each in enumerate(objects, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, each))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer,
        at,
    )
    return b"".join((*parts, head, table, tail))


def many_pages(count: int) -> bytes:
    """A PDF of so many empty pages."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    pages = [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * count
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
            *pages,
        ]
    )


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    lock = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"41" * 32, b"42" * 32)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, lock]
    return pdf(objects, b"/Encrypt 4 0 R /ID [<00> <00>]")


def locked_workbook() -> bytes:
    """The beginning of a workbook with a password: a compound file with an EncryptedPackage."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 1016
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 480
    )


def corner() -> bytes:
    """A sheet of 5 KB whose one cell stands at the far corner."""
    rows = text_row(1, "发票号码", "开票日期", "金额")
    return raw_workbook(rows + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def endless_row() -> bytes:
    """A sheet whose one row never ends: a parser that waits for the end fills its memory."""
    buffer = io.BytesIO(raw_workbook(text_row(1, "发票号码", "开票日期", "金额")))
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(buffer) as whole:
        parts = {each: whole.read(each) for each in whole.namelist()}
    parts[name] = parts[name].replace(
        b"</sheetData>", b'<row r="2">' + b'<c r="A2"/>' * 6_000_000 + b"</row></sheetData>"
    )
    return zipped_at_most(parts)


def zipped_at_most(parts: dict[str, bytes]) -> bytes:
    """A zip that packs little enough to pass the guard on ratios."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()
