"""Screens (截图): a picture that somebody kept as evidence, drawn anew so that nothing hides in it: no EXIF, no place, no trailer."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from fapiao.errors import FapiaoError
from fapiao.sandbox import SANDBOX

MOST_BYTES = 8 * 2**20
MOST_PIXELS, LEAST_SIDE, LONGEST_SIDE = 40_000_000, 40, 2_400
_KINDS = ["PNG", "JPEG", "WEBP", "BMP"]


def cleaned(data: bytes) -> bytes:
    """Return a picture as a new PNG or JPEG of at most 2,400 pixels a side.

    Errors: `file-empty`, `file-too-large`, `image-too-large`, `image-too-small`, `file-damaged` (also what is no picture).
    """
    if not data:
        raise FapiaoError("file-empty")
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 2**20
        raise FapiaoError("file-too-large", f"图片超过 {most} MB", f"the picture is over {most} MB")
    drawn: bytes = SANDBOX.call("fapiao.screens:draw", data)
    return drawn


def draw(data: bytes) -> bytes:
    """Draw a picture anew; runs inside the sandbox. Its size is looked at before anything is drawn."""
    Image.MAX_IMAGE_PIXELS = None  # the cap below is ours and has a code
    try:
        picture: Any = Image.open(io.BytesIO(data), formats=_KINDS)
        width, height = picture.size
        if width * height > MOST_PIXELS:
            said = f"{width}×{height}"
            raise FapiaoError("image-too-large", f"图片有 {said} 像素", f"the picture has {said} pixels")
        if min(width, height) < LEAST_SIDE:
            raise FapiaoError("image-too-small")
        return _drawn(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as slip:
        why = type(slip).__name__
        raise FapiaoError(
            "file-damaged", f"图片打不开：{why}", f"the picture cannot be opened: {why}"
        ) from None


def _drawn(picture: Any) -> bytes:
    sharp = picture.format in ("PNG", "BMP")
    upright = ImageOps.exif_transpose(picture)
    plain = Image.new("RGB", upright.size, "white")
    shown = upright.convert("RGBA")
    plain.paste(shown, mask=shown.getchannel("A"))
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    if sharp:
        plain.save(target, "PNG", optimize=True)
    else:
        plain.save(target, "JPEG", quality=88)
    return target.getvalue()
