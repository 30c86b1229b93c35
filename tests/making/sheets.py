"""Sheets: placed text of our own, written as raw PDF so that a text layer can misbehave in any way wanted.

Measures are millimetres from the top left, ``y`` at the baseline; type sizes are millimetres too. The font draws
boxes: widths, extents and a table from codes to characters are all that a text layer is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from math import cos, radians, sin

from PIL import Image

from making.boxes import font_file, glyphs_of_codes
from making.locked import Lock

POINT = 72 / 25.4
NORMAL = 3.17


@dataclass(frozen=True)
class Text:
    """A run of text at a place; ``code`` shifts the characters' codes away from their meaning (mojibake)."""

    x: float
    y: float
    text: str
    size: float = NORMAL
    angle: float = 0
    hidden: bool = False
    shift: int = 0

    @property
    def width(self) -> float:
        return sum(advance(sign) for sign in self.text) * self.size

    def moved(self, x: float, y: float) -> Text:
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass
class Sheet:
    """A page: its size, its texts, its pictures (x, y, side, picture) and black boxes (x, y, width, height)."""

    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    pictures: list[tuple[float, float, float, Image.Image]] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    def put(self, x: float, y: float, text: str | None, size: float = NORMAL) -> None:
        """Set text from its left edge."""
        if text:
            self.texts.append(Text(x, y, text, size))

    def end(self, x: float, y: float, text: str | None, size: float = NORMAL) -> None:
        """Set text up to its right edge, as figures are."""
        if text:
            self.texts.append(Text(x - Text(0, 0, text, size).width, y, text, size))

    def middle(self, x: float, y: float, text: str | None, size: float = NORMAL) -> None:
        """Set text about its centre."""
        if text:
            self.texts.append(Text(x - Text(0, 0, text, size).width / 2, y, text, size))

    def upright(self, x: float, y: float, text: str, step: float, size: float = NORMAL) -> None:
        """Set text downwards, a sign at a time, as the labels beside the areas are."""
        for place, sign in enumerate(text):
            self.put(x, y + place * step, sign, size)


def advance(sign: str) -> float:
    """Return a sign's width as a share of the type size."""
    return 0.5 if ord(sign) < 0x2E80 and sign not in "￥（）：；，、·" else 1.0


@dataclass(frozen=True)
class Paper:
    """How the pages are put into the file: turned, larger, away from the origin, with attachments."""

    rotate: int = 0
    scale: float = 1.0
    origin: tuple[float, float] = (0.0, 0.0)
    attachments: tuple[tuple[str, bytes], ...] = ()
    password: str | None = None


def pdf_of(sheets: list[Sheet], paper: Paper | None = None) -> bytes:
    """Return the PDF of some sheets."""
    paper = paper or Paper()
    file = PdfFile()
    font = file.font()
    kids = []
    for sheet in sheets:
        pictures = [file.picture(each[3]) for each in sheet.pictures]
        content = file.stream(_content(sheet, paper))
        left, bottom = paper.origin
        width, height = (side * POINT * paper.scale for side in (sheet.width, sheet.height))
        names = " ".join(f"/I{place} {number} 0 R" for place, number in enumerate(pictures))
        turned = f"/Rotate {paper.rotate}" if paper.rotate else ""
        kids.append(
            file.add(
                f"<</Type/Page/Parent 1 0 R/MediaBox[{left} {bottom} {left + width:.3f} {bottom + height:.3f}]{turned}"
                f"/Contents {content} 0 R/Resources<</Font<</F {font} 0 R>>/XObject<<{names}>>>>>>".encode()
            )
        )
    return file.whole(kids, paper.attachments, None if paper.password is None else Lock(paper.password))


class PdfFile:
    """A PDF under way: numbered objects; number 1 is kept for the tree of pages."""

    def __init__(self) -> None:
        self.objects: list[bytes] = [b""]

    def add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, extra: str = "") -> int:
        packed = zlib.compress(data)
        head = f"<</Length {len(packed)}/Filter/FlateDecode{extra}>>".encode()
        return self.add(head + b"stream\n" + packed + b"\nendstream")

    def font(self) -> int:
        meaning = self.stream(_meaning().encode())
        held = self.stream(font_file(), f"/Length1 {len(font_file())}")
        glyphs = self.stream(glyphs_of_codes())
        described = self.add(
            f"<</Type/FontDescriptor/FontName/AAAAAA+SimSun/Flags 4/FontBBox[0 -140 1000 860]/Ascent 860/Descent -140"
            f"/CapHeight 860/ItalicAngle 0/StemV 80/FontFile2 {held} 0 R>>".encode()
        )
        narrow = " ".join("500" for _ in range(0x80))
        inner = self.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            f"/Supplement 0>>/CIDToGIDMap {glyphs} 0 R/FontDescriptor {described} 0 R/DW 1000/W[0[{narrow}]165[500]]>>".encode()
        )
        return self.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+SimSun/Encoding/Identity-H/DescendantFonts[{inner} 0 R]"
            f"/ToUnicode {meaning} 0 R>>".encode()
        )

    def picture(self, picture: Image.Image) -> int:
        grey = picture.convert("L")
        return self.stream(
            grey.tobytes(),
            f"/Type/XObject/Subtype/Image/Width {grey.width}/Height {grey.height}/ColorSpace/DeviceGray/BitsPerComponent 8",
        )

    def whole(
        self, kids: list[int], attachments: tuple[tuple[str, bytes], ...] = (), lock: Lock | None = None
    ) -> bytes:
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        self.objects[0] = f"<</Type/Pages/Kids[{listed}]/Count {len(kids)}>>".encode()
        names = ""
        for name, data in attachments:
            held = self.stream(data, "/Type/EmbeddedFile")
            named = self.add(f"<</Type/Filespec/F({name})/UF({name})/EF<</F {held} 0 R>>>>".encode())
            names += f"({name}) {named} 0 R "
        tree = f"/Names<</EmbeddedFiles<</Names[{names}]>>>>" if names else ""
        root = self.add(f"<</Type/Catalog/Pages 1 0 R{tree}>>".encode())
        if lock:
            self.objects = [lock.shut(number, body) for number, body in enumerate(self.objects, 1)]
            held = lock.trailer(self.add(lock.described()))
        else:
            held = b""
        out = bytearray(b"%PDF-1.7\n")
        places = []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root %d 0 R%s>>\n" % (len(places) + 1, root, held)
        out += b"startxref\n%d\n%%%%EOF\n" % table
        return bytes(out)


def _turned(angle: float) -> str:
    c, s = cos(radians(angle)), sin(radians(angle))
    return f"{c:.6f} {s:.6f} {-s:.6f} {c:.6f}"


def _content(sheet: Sheet, paper: Paper) -> bytes:
    k = POINT * paper.scale
    left, bottom = paper.origin
    parts = []
    for place, (x, y, side, _) in enumerate(sheet.pictures):
        at = f"{left + x * k:.3f} {bottom + (sheet.height - y - side) * k:.3f}"
        parts.append(f"q {side * k:.3f} 0 0 {side * k:.3f} {at} cm /I{place} Do Q")
    for x, y, width, height in sheet.boxes:
        at = f"{left + x * k:.3f} {bottom + (sheet.height - y - height) * k:.3f}"
        parts.append(f"{at} {width * k:.3f} {height * k:.3f} re f")
    parts.append("BT")
    for text in sheet.texts:
        codes = "".join(f"{(ord(sign) + text.shift) & 0xFFFF:04X}" for sign in text.text)
        at = f"{left + text.x * k:.3f} {bottom + (sheet.height - text.y) * k:.3f}"
        parts.append(
            f"/F {text.size * k:.3f} Tf {3 if text.hidden else 0} Tr {_turned(text.angle)} {at} Tm <{codes}> Tj"
        )
    parts.append("ET")
    return "\n".join(parts).encode()


def _meaning() -> str:
    """Return the table from codes to characters: each code means itself."""
    blocks = []
    for begin in range(0, 256, 100):
        block = range(begin, min(begin + 100, 256))
        lines = "\n".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in block)
        blocks.append(f"{len(block)} beginbfrange\n{lines}\nendbfrange")
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Ours def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + "\n".join(blocks) + "\nendcmap end end"
    )
