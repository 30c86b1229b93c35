"""Pictures: the code is read from screenshots, photographs and scans in every format, and tells what it says."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps

from fapiao.format import read_bytes
from fapiao.invoice import Invoice
from fapiao.qr import build, parse
from making.comparing import errors, told_by
from making.deals import Wishes, deal
from making.photos import PHOTOS, page, rotated
from making.shown import as_file, payload, qr_picture


def told(picture: Image.Image, kind: str = "PNG", **options: object) -> list[str | None]:
    return [invoice.number for invoice in told_by(as_file(picture, kind, **options), f"photo.{kind.lower()}")]


def number_of(invoice: Invoice) -> list[str | None]:
    return [invoice.number]


@pytest.mark.parametrize("kind", ["82", "10"])
@pytest.mark.parametrize("name", PHOTOS)
def test_the_code_is_read_however_it_was_taken(name: str, kind: str):
    invoice = deal(51, Wishes(kind=kind))
    assert told(PHOTOS[name](payload(invoice))) == number_of(invoice)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P"])
def test_every_format_and_depth_is_read(kind: str, mode: str):
    invoice = deal(52)
    picture = page(payload(invoice)).convert(mode)
    picture = picture.convert("RGB") if kind in ("JPEG", "WEBP") and mode in ("1", "P") else picture
    assert told(picture, kind) == number_of(invoice)


def test_ink_for_print_is_read():
    invoice = deal(53)
    assert told(page(payload(invoice)).convert("RGB").convert("CMYK"), "JPEG") == number_of(invoice)


def test_sixteen_bits_of_grey_are_read():
    invoice = deal(53)
    deep = page(payload(invoice)).convert("I").point(lambda level: level * 100 + 5000).convert("I;16")
    assert told(deep, "TIFF") == number_of(invoice)


@pytest.mark.parametrize("turn", [2, 3, 4, 5, 6, 7, 8])
def test_a_picture_turned_by_its_camera_is_read(turn: int):
    invoice = deal(54)
    exif = Image.Exif()
    exif[0x0112] = turn
    assert told(page(payload(invoice)), "JPEG", exif=exif) == number_of(invoice)


@pytest.mark.parametrize("ink", ["black", "white"])
def test_a_code_on_clear_ground_is_read(ink: str):
    invoice = deal(55)
    code = page(payload(invoice))
    clear = Image.new("RGBA", code.size, ink)
    clear.putalpha(ImageOps.invert(code))
    assert told(clear) == number_of(invoice)
    palette = code.point(lambda level: int(level > 128)).convert("L").copy()
    palette.putpalette([*(3 * [255 if ink == "white" else 0]), 9, 9, 9])
    for kind in ("PNG", "GIF"):
        assert told(palette, kind, transparency=1) == number_of(invoice)


def test_a_red_seal_over_the_code_is_seen_through():
    invoice = deal(56)
    picture = page(payload(invoice), pixels=4).convert("RGB")
    seal = Image.new("RGB", picture.size, "white")
    for inset in range(0, 60, 12):
        box = (30 + inset, 40 + inset, 200 - inset, 190 - inset)
        ImageDraw.Draw(seal).ellipse(box, outline=(240, 20, 20), width=7)
    assert told(ImageChops.multiply(picture, seal)) == number_of(invoice)


def test_two_invoices_in_one_picture_are_two():
    first, second = deal(57), deal(58, Wishes(kind="10"))
    picture = page(payload(first), size=(1240, 1700))
    picture.paste(rotated(qr_picture(payload(second), 3), 6), (60, 900))
    assert sorted(told(picture)) == sorted([first.number, second.number])


def test_a_payment_code_beside_the_invoices_is_left_alone():
    invoice = deal(59)
    picture = page(payload(invoice))
    picture.paste(qr_picture("https://qr.alipay.com/fkx012345678901234567890", 5), (800, 20))
    assert told(picture) == number_of(invoice)


@pytest.mark.parametrize(
    "text", ["https://example.cn/pay?amount=100", "91110000600037341L", "01,32,,123,abc"]
)
def test_a_code_that_is_no_invoices_gives_none(text: str):
    assert errors(as_file(page(text)), "photo.png") == ["qr-not-found"]


def test_every_page_of_a_tiff_is_read_with_its_number():
    invoices = [deal(61), deal(62, Wishes(kind="10")), deal(63)]
    first, *rest = [page(payload(invoice)) for invoice in invoices]
    blank = Image.new("L", (600, 400), 255)
    data = as_file(first, "TIFF", save_all=True, append_images=[blank, *rest], compression="tiff_lzw")
    readings = list(read_bytes(data, "scan.tiff"))
    assert [(reading.page, reading.invoice and reading.invoice.number) for reading in readings] == [
        (1, invoices[0].number),
        (3, invoices[1].number),
        (4, invoices[2].number),
    ]


def test_a_moving_gif_shows_its_invoice_once():
    invoice = deal(64)
    frames = [page(payload(invoice)), page(payload(invoice), size=(1240, 802))]
    assert told(frames[0], "GIF", save_all=True, append_images=frames[1:]) == number_of(invoice)


@pytest.mark.parametrize(
    ("code", "kind", "basis"),
    [
        ("01", "01", "amount"),
        ("04", "04", "amount"),
        ("08", "08", "amount"),
        ("10", "10", "amount"),
        ("11", "11", "amount"),
        ("14", "14", "amount"),
        ("31", "81", "total"),
        ("32", "82", "total"),
        ("51", "51", "total"),
    ],
)
def test_the_code_fills_only_what_it_says(code: str, kind: str, basis: str):
    invoice = deal(65)
    assert invoice.issued_on
    old = basis == "amount"
    number = "12345678" if old else "24112000000135114086"
    text = build(code, "011001605111" if old else "", number, Decimal("106.00"), invoice.issued_on)
    [reading] = read_bytes(as_file(page(text)), "photo.png")
    seen = reading.invoice
    assert seen is not None
    assert (seen.kind, seen.number, seen.issued_on) == (kind, number, invoice.issued_on)
    assert (seen.region, seen.qr) == ("11", text)
    assert (seen.amount, seen.total) == ((Decimal("106.00"), None) if old else (None, Decimal("106.00")))
    assert (seen.buyer.name, seen.lines, seen.tax) == (None, (), None)
    assert set(reading.routes.values()) == {"qr"}
    assert "qr-only" in {finding.code for finding in reading.findings}


def test_a_code_whose_mark_does_not_fit_is_read_with_a_note():
    text = "01,51,,26339132621000219582,56.00,20260423,,219a"
    assert parse(text).crc == "mismatch"
    [reading] = read_bytes(as_file(page(text)), "photo.png")
    assert "qr-crc" in {finding.code for finding in reading.findings}


def test_a_cut_picture_says_that_it_is_damaged():
    data = as_file(page(payload(deal(66))), "JPEG")
    assert errors(data[:600], "cut.jpg") == ["file-damaged"]
    buffer = io.BytesIO()
    Image.new("L", (20, 20)).save(buffer, "GIF")
    assert errors(buffer.getvalue(), "dot.gif") == ["image-too-small"]


def test_a_photograph_of_an_iphone_says_what_to_do():
    [reading] = read_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64), "IMG_0001.HEIC")
    assert reading.error is not None
    assert reading.error.code == "file-type-unknown"
    assert "JPEG" in reading.error.message
