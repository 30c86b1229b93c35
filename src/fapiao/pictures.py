"""Pictures (图片): QR payloads of invoices in a picture, tried as it is, larger, sharper, softer and part by part."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from fapiao.qr import is_payload

SMALL_SIDE = 600
LARGE_SIDE = 2_400
MOST_READ = 200_000_000
"""So many pixels, copies counted each, are searched at most: a picture without a code must come to an end."""
PART, OVERLAP = 1_400, 300
"""A large picture is searched in parts of this side, which overlap by the size of a code."""
COLOURED = 60
"""So much must red and blue differ somewhere for a seal to be thought of: paper in lamplight differs a little."""
_QR_ONLY: Any = zxingcpp.BarcodeFormat.QRCode


def decode_qr(picture: Image.Image, *, patient: bool = True, most: int = MOST_READ) -> list[str]:
    """Return the payloads of invoices found in a picture, each once; an empty list when there is none.

    ``patient`` tries larger, sharper and softer copies where the picture itself does not read, and goes on where one
    code was read and another only seen; ``most`` is how many pixels are searched, copies counted each.
    """
    found: dict[str, None] = dict.fromkeys(_alone(picture))
    if found:
        return list(found)
    read = 0
    for attempt in islice(_attempts(picture), None if patient else 2):
        codes = zxingcpp.read_barcodes(_pixels(attempt), formats=_QR_ONLY, return_errors=True)
        texts = [code.text for code in codes if code.valid]
        found.update(dict.fromkeys(text for text in texts if is_payload(text)))
        read += attempt.width * attempt.height
        if (found and all(code.valid for code in codes)) or read > most:
            break
    return list(found)


def _alone(picture: Image.Image) -> list[str]:
    """Return the payload of a small grey picture that is nothing but an upright code, as files carry it."""
    if picture.mode != "L" or max(picture.size) > SMALL_SIDE:
        return []
    codes = zxingcpp.read_barcodes(
        _pixels(picture),
        formats=_QR_ONLY,
        is_pure=True,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return [code.text for code in codes if code.valid and is_payload(code.text)]


def _pixels(grey: Image.Image) -> memoryview:
    return memoryview(grey.tobytes()).cast("B", (grey.height, grey.width))


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    grounds = list(_grounds(picture))
    for grey in grounds:
        yield grey
        yield _padded(grey)
    for grey in grounds:
        yield from _copies(_padded(grey))
    for grey in grounds:
        if max(grey.size) > LARGE_SIDE:
            yield from _parts(grey)


def _grounds(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture in grey: what shines through is white paper, or a dark screen; a red seal is left out."""
    if picture.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        yield ImageOps.autocontrast(_eight_bits(picture))
        return
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        for ground in ("white", "black"):
            paper = Image.new("RGBA", clear.size, ground)
            yield Image.alpha_composite(paper, clear).convert("L")
        return
    yield picture.convert("L")
    if picture.mode in ("RGB", "P", "CMYK", "YCbCr"):
        colours = picture.convert("RGB")
        red, _, blue = colours.resize((160, 160)).split()
        if int(ImageChops.difference(red, blue).getextrema()[1]) > COLOURED:  # type: ignore[arg-type]
            yield colours.getchannel("R")


def _eight_bits(picture: Image.Image) -> Image.Image:
    lowest, highest = picture.getextrema()
    span = max(float(highest) - float(lowest), 1.0)  # type: ignore[arg-type]
    return picture.convert("F").point(lambda level: (level - float(lowest)) * (255 / span)).convert("L")  # type: ignore[arg-type]


def _padded(grey: Image.Image) -> Image.Image:
    return ImageOps.expand(grey, border=max(10, min(grey.size) // 10), fill=255)


def _copies(grey: Image.Image) -> Iterator[Image.Image]:
    """Yield copies for small, blurred, noisy and faint pictures."""
    if max(grey.size) <= LARGE_SIDE:
        double = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS)
        yield double
        yield _sharpened(double, 3, 300)
        yield _sharpened(double, 8, 500)
        yield ImageOps.autocontrast(double.filter(ImageFilter.MedianFilter(3)), cutoff=5)
    else:
        yield grey.resize((grey.width // 2, grey.height // 2), Image.Resampling.BOX)
    yield _sharpened(grey.filter(ImageFilter.GaussianBlur(1.0)), 4, 500)
    yield _sharpened(grey.filter(ImageFilter.MedianFilter(3)), 4, 400)
    yield grey.filter(ImageFilter.GaussianBlur(1.2))


def _sharpened(grey: Image.Image, radius: int, percent: int) -> Image.Image:
    return grey.filter(ImageFilter.UnsharpMask(radius=radius, percent=percent, threshold=0))


def _parts(grey: Image.Image) -> Iterator[Image.Image]:
    """Yield the parts of a large picture, each doubled, so that a small code is large enough."""
    step = PART - OVERLAP
    for top in range(0, max(grey.height - OVERLAP, 1), step):
        for left in range(0, max(grey.width - OVERLAP, 1), step):
            part = grey.crop((left, top, min(left + PART, grey.width), min(top + PART, grey.height)))
            double = part.resize((part.width * 2, part.height * 2), Image.Resampling.LANCZOS)
            yield _sharpened(double, 4, 200)
