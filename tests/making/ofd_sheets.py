"""Sheets as OFD pages: any face we draw, set with the habits of different makers of OFD files (制版软件)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby, pairwise
from xml.sax.saxutils import escape

from PIL import Image

from making.ofd_files import HEAD, NS, ofd_xml, packed, png
from making.sheets import Sheet, Text, advance

RES = f'{HEAD}<ofd:Res {NS} BaseLoc="Res">{{}}</ofd:Res>'
Parts = dict[str, bytes]


def stepped(number: int, text: Text) -> str:
    """Every sign's step is told."""
    steps = " ".join(f"{advance(sign) * text.size:.3f}" for sign in text.text[:-1])
    return text_object(number, text, text.text, f' DeltaX="{steps}"' if steps else "")


def unstepped(number: int, text: Text) -> str:
    """No step is told: the font's own widths count."""
    return text_object(number, text, text.text, "")


def signwise(number: int, text: Text) -> str:
    """Every sign is a text code of its own within the object."""
    codes, x = "", 0.0
    for sign in text.text:
        codes += f'<ofd:TextCode X="{x:.3f}" Y="{text.size:.3f}">{escape(sign)}</ofd:TextCode>'
        x += advance(sign) * text.size
    return _object(number, text, codes)


def text_object(number: int, text: Text, told: str, steps: str) -> str:
    """Return one text object with one text code."""
    return _object(
        number, text, f'<ofd:TextCode X="0" Y="{text.size:.3f}"{steps}>{escape(told)}</ofd:TextCode>'
    )


def _object(number: int, text: Text, codes: str) -> str:
    matrix = ' CTM="0 1 -1 0 0 0"' if text.angle else ""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{text.x:.3f} {text.y - text.size:.3f} {text.width:.3f} {text.size * 1.3:.3f}"'
        f' Font="5" Size="{text.size:.3f}"{matrix}>{codes}</ofd:TextObject>'
    )


def each(set_one: Callable[[int, Text], str]) -> Callable[[Sheet], str]:
    """Return a style that sets text by text."""
    return lambda sheet: "".join(set_one(number, text) for number, text in enumerate(sheet.texts, 100))


def rows(sheet: Sheet) -> str:
    """Texts of one height and size are one text code: its steps lead from column to column."""
    return _by_rows(sheet, _leaping)


def spaced_rows(sheet: Sheet) -> str:
    """Texts of one height and size are one text code without steps: spaces fill the room between the columns."""
    return _by_rows(sheet, _filled)


def _by_rows(sheet: Sheet, set_row: Callable[[int, list[Text]], str]) -> str:
    level = [text for text in sheet.texts if not text.angle]
    turned = [text for text in sheet.texts if text.angle]
    ordered = sorted(level, key=lambda text: (round(text.y, 1), round(text.size, 2), text.x))
    groups = [
        list(group) for _, group in groupby(ordered, lambda text: (round(text.y, 1), round(text.size, 2)))
    ]
    out = "".join(set_row(number, group) for number, group in enumerate(groups, 100))
    return out + "".join(stepped(number, text) for number, text in enumerate(turned, 900))


def _leaping(number: int, group: list[Text]) -> str:
    signs = [sign for text in group for sign in text.text]
    places = [place for text in group for place in _places(text)]
    steps = " ".join(f"{after - before:.3f}" for before, after in pairwise(places))
    return text_object(number, group[0], "".join(signs), f' DeltaX="{steps}"' if steps else "")


def _filled(number: int, group: list[Text]) -> str:
    told, reach = "", group[0].x
    for text in group:
        told += " " * max(round((text.x - reach) / (0.5 * text.size)), 0) + text.text
        reach = group[0].x + sum(advance(sign) for sign in told) * text.size
    return text_object(number, group[0], told, "")


def _places(text: Text) -> Iterable[float]:
    x = text.x
    for sign in text.text:
        yield x
        x += advance(sign) * text.size


STYLES: dict[str, Callable[[Sheet], str]] = {
    "stepped": each(stepped),
    "unstepped": each(unstepped),
    "signwise": each(signwise),
    "rows": rows,
    "spaced-rows": spaced_rows,
}


def pictured(sheet: Sheet, first: int, place: int) -> tuple[str, list[tuple[int, Image.Image]]]:
    """Return the objects and the pictures of a sheet's codes."""
    objects, pictures = "", []
    for number, (x, y, side, picture) in enumerate(sheet.pictures, first):
        objects += f'<ofd:ImageObject ID="{number + 40000}" Boundary="{x} {y} {side} {side}" CTM="{side} 0 0 {side} 0 0" ResourceID="{number}"/>'
        pictures.append((number, picture))
    return objects, pictures


def drawn(sheet: Sheet, first: int, place: int) -> tuple[str, list[tuple[int, Image.Image]]]:
    """Return codes drawn as paths, one square a dark module."""
    objects = ""
    for x, y, side, picture in sheet.pictures:
        squares = _squares(picture)
        k = side / picture.width
        data = " ".join(
            f"M {a * k:.4f} {b * k:.4f} L {c * k:.4f} {b * k:.4f} L {c * k:.4f} {d * k:.4f} L {a * k:.4f} {d * k:.4f} C"
            for a, b, c, d in squares
        )
        objects += (
            f'<ofd:PathObject ID="{first + 50000}" Boundary="{x} {y} {side} {side}" Fill="true" Stroke="false">'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )
    return objects, []


def drawn_apart(sheet: Sheet, first: int, place: int) -> tuple[str, list[tuple[int, Image.Image]]]:
    """Return codes of which every module is an object of its own."""
    objects, number = "", 60000
    for x, y, side, picture in sheet.pictures:
        k = side / picture.width
        for a, b, c, d in _squares(picture):
            number += 1
            objects += (
                f'<ofd:PathObject ID="{number}" Boundary="{x + a * k:.4f} {y + b * k:.4f} {(c - a) * k:.4f} {(d - b) * k:.4f}" Fill="true">'
                f"<ofd:AbbreviatedData>M 0 0 L {(c - a) * k:.4f} 0 L {(c - a) * k:.4f} {(d - b) * k:.4f} L 0 {(d - b) * k:.4f} C</ofd:AbbreviatedData></ofd:PathObject>"
            )
    return objects, []


def drawn_in_rows(sheet: Sheet, first: int, place: int) -> tuple[str, list[tuple[int, Image.Image]]]:
    """Return the codes as thick strokes along the rows of modules, all of one page in one path."""
    steps, thick = [], 0.0
    for x, y, side, picture in sheet.pictures:
        unit = side / picture.width
        for left, top, right, bottom in _squares(picture):
            middle = y + (top + bottom) / 2 * unit
            steps.append(f"M {x + left * unit:.4f} {middle:.4f} L {x + right * unit:.4f} {middle:.4f}")
            thick = (bottom - top) * unit
    path = (
        f'<ofd:PathObject ID="{first}" Boundary="0 0 {sheet.width} {sheet.height}" LineWidth="{thick:.4f}">'
    )
    return f"{path}<ofd:AbbreviatedData>{' '.join(steps)}</ofd:AbbreviatedData></ofd:PathObject>", []


def drawn_out(sheet: Sheet, first: int, place: int) -> tuple[str, list[tuple[int, Image.Image]]]:
    """Return the codes as dark grounds with the light modules drawn over them."""
    objects = ""
    for x, y, side, picture in sheet.pictures:
        unit = side / picture.width
        turned = picture.convert("L").point(lambda value: 255 - value).convert(picture.mode)
        for place_of, (left, top, right, bottom) in enumerate([(0, 0, *picture.size), *_squares(turned)]):
            colour = '<ofd:FillColor Value="255 255 255"/>' if place_of else ""
            wide, high = (right - left) * unit, (bottom - top) * unit
            objects += (
                f'<ofd:PathObject ID="{first + place_of}" Boundary="{x + left * unit:.4f} {y + top * unit:.4f} {wide:.4f} {high:.4f}"'
                f' Fill="true" Stroke="false">{colour}<ofd:AbbreviatedData>M 0 0 L {wide:.4f} 0 L {wide:.4f} {high:.4f}'
                f" L 0 {high:.4f} C</ofd:AbbreviatedData></ofd:PathObject>"
            )
    return objects, []


def _squares(picture: Image.Image, module: int = 4) -> list[tuple[int, int, int, int]]:
    return [
        (left, top, left + module, top + module)
        for top in range(0, picture.height, module)
        for left in range(0, picture.width, module)
        if picture.getpixel((left + 1, top + 1)) == 0
    ]


def plainly(objects: str) -> tuple[str, str]:
    """All objects stand in one layer."""
    return f'<ofd:Layer ID="3" Type="Body">{objects}</ofd:Layer>', ""


def layered(objects: str) -> tuple[str, str]:
    """Objects are spread over three layers and blocks within them."""
    parts = objects.replace("</ofd:TextObject>", "</ofd:TextObject>\n").split("\n")
    thirds = ["".join(parts[at::3]) for at in range(3)]
    kinds = ("Foreground", "Body", "Background")
    return "".join(
        f'<ofd:Layer ID="{number}" Type="{kind}"><ofd:PageBlock ID="{number + 10}">{third}</ofd:PageBlock></ofd:Layer>'
        for number, (kind, third) in enumerate(zip(kinds, thirds, strict=True), 3)
    ), ""


def composed(objects: str) -> tuple[str, str]:
    """All objects stand in a composite unit among the resources; the page only refers to it, shifted and scaled."""
    shifted = '<ofd:CompositeObject ID="77" ResourceID="70" Boundary="0 0 215 300"/>'
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="70" Width="215" Height="300"><ofd:Content>{objects}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'
    return f'<ofd:Layer ID="3">{shifted}</ofd:Layer>', unit


ARRANGED = {"plainly": plainly, "layered": layered, "composed": composed}
CODES = {
    "pictured": pictured,
    "drawn": drawn,
    "drawn-apart": drawn_apart,
    "drawn-in-rows": drawn_in_rows,
    "drawn-out": drawn_out,
}


def ofd_of(
    sheets: list[Sheet], style: str = "stepped", *, arranged: str = "plainly", codes: str = "pictured"
) -> bytes:
    """Return the OFD file of some sheets: nothing in it but pages tells anything."""
    return packed(parts_of(sheets, style, arranged=arranged, codes=codes))


def parts_of(
    sheets: list[Sheet], style: str = "stepped", *, arranged: str = "plainly", codes: str = "pictured"
) -> Parts:
    """Return the parts of that file."""
    parts: Parts = {"OFD.xml": ofd_xml({})}
    listed, media, units = "", "", ""
    for place, sheet in enumerate(sheets):
        shown, pictures = CODES[codes](sheet, 7000 + 50 * place, place)
        content, unit = ARRANGED[arranged](STYLES[style](sheet) + shown)
        unit = unit.replace('ID="70"', f'ID="{7700 + place}"')
        content = content.replace('ResourceID="70"', f'ResourceID="{7700 + place}"')
        units += unit
        for number, picture in pictures:
            media += f'<ofd:MultiMedia ID="{number}" Type="Image"><ofd:MediaFile>{number}.png</ofd:MediaFile></ofd:MultiMedia>'
            parts[f"Doc_0/Res/{number}.png"] = png(picture)
        listed += f'<ofd:Page ID="{60 + place}" BaseLoc="Pages/Page_{place}/Content.xml"/>'
        parts[f"Doc_0/Pages/Page_{place}/Content.xml"] = (
            f"{HEAD}<ofd:Page {NS}><ofd:Area><ofd:PhysicalBox>0 0 {sheet.width} {sheet.height}</ofd:PhysicalBox></ofd:Area>"
            f"<ofd:Content>{content}</ofd:Content></ofd:Page>"
        ).encode()
    parts["Doc_0/DocumentRes.xml"] = RES.format(f"<ofd:MultiMedias>{media}</ofd:MultiMedias>{units}").encode()
    parts["Doc_0/Document.xml"] = (
        f"{HEAD}<ofd:Document {NS}><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 140"
        f"</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    ).encode()
    return parts
