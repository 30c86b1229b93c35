"""Photos: how the code of a face reaches us: screenshots, photographs and scans, made from a drawn page."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from making.shown import qr_picture

SIZE = (1240, 802)


def page(payload: str, *, pixels: int = 3, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a page with rules, grey rubble for text, and its code of ``pixels`` a module at the top left."""
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    dice = random.Random(5)
    for y in range(220, size[1] - 30, 26):
        draw.rectangle((40, y, size[0] - 40, y + 1), fill=120)
        for _ in range(10):
            x = dice.randint(45, size[0] - 160)
            draw.rectangle((x, y + 7, x + dice.randint(20, 110), y + 19), fill=dice.randint(40, 140))
    picture.paste(qr_picture(payload, pixels), (40, 30))
    return picture


def rotated(picture: Image.Image, angle: float) -> Image.Image:
    """Return a photograph taken askew, on a dark desk."""
    return picture.rotate(angle, expand=True, fillcolor=70, resample=Image.Resampling.BICUBIC)


def leaning(picture: Image.Image, share: float = 0.12) -> Image.Image:
    """Return a photograph taken from below: the upper edge is shorter."""
    wide, tall = picture.size
    inset = wide * share
    corners = (-inset, -tall * share, -inset * 0.2, tall, wide + inset * 0.4, tall * 1.05, wide + inset, 0)
    return picture.transform(
        picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=90
    )


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    """Return a photograph out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(radius))


def noisy(picture: Image.Image, strength: int) -> Image.Image:
    """Return a photograph taken in the dark."""
    grain = Image.frombytes("L", picture.size, random.Random(9).randbytes(picture.width * picture.height))
    grain = grain.point(lambda level: round(level * strength / 255))
    return ImageChops.subtract(ImageChops.add(picture, grain), Image.new("L", picture.size, strength // 2))


def lit(picture: Image.Image) -> Image.Image:
    """Return a photograph with a lamp on one side."""
    light = Image.linear_gradient("L").resize(picture.size).rotate(90, expand=False).resize(picture.size)
    return ImageChops.multiply(picture, light.point(lambda level: 50 + level * 3 // 4))


def faint(picture: Image.Image) -> Image.Image:
    """Return a copy of a copy: hardly any contrast."""
    return picture.point(lambda level: 150 + level // 5)


def dark_mode(picture: Image.Image) -> Image.Image:
    """Return a screenshot with its colours turned round."""
    return ImageOps.invert(picture)


def bordered(picture: Image.Image) -> Image.Image:
    """Return a screenshot of a telephone: bars above and below, black at the sides."""
    framed = ImageOps.expand(picture, border=(60, 240, 60, 300), fill=0)
    ImageDraw.Draw(framed).rectangle((0, 0, framed.width, 90), fill=40)
    return framed


def squeezed(picture: Image.Image) -> Image.Image:
    """Return what a chat program makes of a picture: smaller, and packed hard."""
    import io

    small = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=35)
    return Image.open(io.BytesIO(buffer.getvalue()))


PHOTOS: dict[str, Callable[[str], Image.Image]] = {
    "plain": lambda told: page(told),
    "one-degree": lambda told: rotated(page(told), 1.3),
    "askew": lambda told: rotated(page(told), 17),
    "very-askew": lambda told: rotated(page(told), 45),
    "sideways": lambda told: rotated(page(told), 90),
    "upside-down": lambda told: rotated(page(told), 183),
    "leaning": lambda told: leaning(page(told, pixels=4)),
    "leaning-askew": lambda told: rotated(leaning(page(told, pixels=4), 0.2), -24),
    "blurred": lambda told: blurred(page(told), 1.4),
    "very-blurred": lambda told: blurred(page(told, pixels=6), 3.2),
    "noisy": lambda told: noisy(page(told), 150),
    "noisy-and-blurred": lambda told: noisy(blurred(page(told, pixels=4), 1.2), 120),
    "lit-from-one-side": lambda told: lit(page(told)),
    "faint": lambda told: faint(page(told)),
    "dark-mode": lambda told: dark_mode(page(told)),
    "dark-mode-bordered": lambda told: bordered(dark_mode(page(told))),
    "bordered": lambda told: bordered(page(told)),
    "squeezed": lambda told: squeezed(page(told)),
    "small": lambda told: page(told, pixels=2),
    "smallest": lambda told: page(told, pixels=1),
    "without-margin": lambda told: ImageOps.crop(qr_picture(told, 3), 12),
    "small-in-twelve-megapixels": lambda told: noisy(page(told, pixels=3, size=(4000, 3000)), 40),
    "small-askew-in-twelve-megapixels": lambda told: rotated(page(told, pixels=3, size=(3800, 2600)), 8),
    "large-in-twelve-megapixels": lambda told: blurred(page(told, pixels=16, size=(4000, 3000)), 6),
}
