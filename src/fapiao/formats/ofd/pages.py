"""Pages of an OFD (OFD 页面): text objects of page and template, placed, and by object id for the tags."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import msgspec
from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.formats.ofd.composites import Composites
from fapiao.formats.ofd.fonts import Fonts
from fapiao.formats.ofd.joining import joined
from fapiao.formats.ofd.package import MOST_PAGES, Document, Package, text_of
from fapiao.formats.ofd.texts import Text, floats, moved, text_of_object
from fapiao.markup import parse_xml
from fapiao.placed import PlacedPage, Run

A_PAGE = (210.0, 140.0)
MOST_SHARED_BYTES = 128 * 1024


class OfdPage(msgspec.Struct, frozen=True):
    """A page with its text objects: placed, and by id (文字对象); ``pictured`` where it carries pictures."""

    identity: str
    placed: PlacedPage
    texts: dict[str, str]
    pictured: bool


class Drawing(msgspec.Struct, frozen=True):
    """What one content part draws (页面内容): its texts by object id, and whether it has pictures."""

    texts: tuple[tuple[str, Text], ...]
    pictured: bool


def pages_of(document: Document) -> list[OfdPage]:
    """Return a document's pages, at most `MOST_PAGES`; broken pages are left out."""
    pages: list[OfdPage] = []
    root, package = document.root, document.package
    templates = {each.get("ID", ""): each.get("BaseLoc", "") for each in root.iter("{*}TemplatePage")}
    size = box_of(root)
    draw = _drawer(document)
    for element in root.iter("{*}Page"):
        location = element.get("BaseLoc")
        part = _page_part(package, document.base, location) if location and len(pages) < MOST_PAGES else None
        if part is None:
            continue
        drawn = []
        for used in part[1].iter("{*}Template"):
            template = _template(package, document.base, templates.get(used.get("TemplateID", "")), draw)
            if template:
                drawn.append(template)
        drawn.append(draw(part[1]))
        width, height = box_of(part[1], size)
        pages.append(_page(element.get("ID", ""), drawn, width, height, len(pages) + 1))
    return pages


def _page_part(package: Package, base: str, location: str | None) -> tuple[str, etree._Element] | None:
    """A page's content; a location may name the page's folder only."""
    found = package.part(base, location)
    return found or package.part(base, posixpath.join(location or "", "Content.xml"))


def _template(
    package: Package, base: str, location: str | None, draw: Callable[[etree._Element], Drawing]
) -> Drawing | None:
    """A template's drawing; a form as good as all files share is drawn once for all of them."""
    real = package.find(base, location) if location else None
    data = package.read(real) if real and package.archive.size_of(real) <= MOST_SHARED_BYTES else b""
    if data and b"CGTransform" not in data and b"CompositeObject" not in data:
        return _shared(data)
    template = package.part(base, location)
    return draw(template[1]) if template else None


@lru_cache(maxsize=32)
def _shared(data: bytes) -> Drawing | None:
    try:
        return _draw(parse_xml(data), Fonts(None), None)
    except FapiaoError as slip:
        if slip.code == "xml-forbidden":
            raise
        return None


def _drawer(document: Document) -> Callable[[etree._Element], Drawing]:
    """Return a function that draws a content part once: templates serve many pages."""
    drawn: dict[etree._Element, Drawing] = {}
    fonts = Fonts(document)
    composites = Composites(document)

    def draw(root: etree._Element) -> Drawing:
        if root not in drawn:
            drawn[root] = _draw(root, fonts, composites)
        return drawn[root]

    return draw


def _draw(root: etree._Element, fonts: Fonts, composites: Composites | None) -> Drawing:
    """Texts within composite units come first, for their ids are the units' own."""
    texts = [(item.get("ID", ""), text_of_object(item, fonts)) for item in root.iter("{*}TextObject")]
    pictured = next(root.iter("{*}ImageObject"), None) is not None
    if composites:
        for unit, matrix in composites.within(root):
            pictured = pictured or next(unit.iter("{*}ImageObject"), None) is not None
            inner = [moved(text_of_object(item, fonts), matrix) for item in unit.iter("{*}TextObject")]
            if not any(text.turn == -1 for text in inner):  # a unit with signs round a ring is a seal
                texts = [("", text) for text in inner] + texts
    return Drawing(tuple(texts), pictured)


def _page(identity: str, drawn: list[Drawing], width: float, height: float, number: int) -> OfdPage:
    texts = {key: text.text for each in drawn for key, text in each.texts}
    shown = [text for each in drawn for _, text in each.texts if text.visible]
    shown = shown or [text for each in drawn for _, text in each.texts]
    turn = _main_turn(shown)
    runs = joined([run for text in shown if text.turn == turn for run in text.runs])
    if turn:
        runs = [_upright(run, turn, width, height) for run in runs]
        width, height = (height, width) if turn in (90, 270) else (width, height)
    return OfdPage(
        identity,
        PlacedPage(width, height, tuple(runs), number),
        texts,
        any(each.pictured for each in drawn),
    )


def _main_turn(shown: list[Text]) -> int:
    """The direction in which most signs of a page run; text of any other is a stamp or a watermark."""
    if all(text.turn == 0 for text in shown):
        return 0
    signs: Counter[int] = Counter()
    for text in shown:
        signs[text.turn] += len(text.text)
    signs.pop(-1, None)
    return signs.most_common(1)[0][0] if signs else 0


def _upright(run: Run, turn: int, width: float, height: float) -> Run:
    """Return a run of a turned page as the reader who turns the page sees it."""
    x, y = {90: (run.y, width - run.x), 180: (width - run.x, height - run.y), 270: (height - run.y, run.x)}[
        turn
    ]
    return Run(x, y, run.width, run.size, run.text)


def box_of(root: etree._Element, otherwise: tuple[float, float] = A_PAGE) -> tuple[float, float]:
    """Return a page's width and height in millimetres."""
    for text in text_of(root, "PhysicalBox"):
        numbers = floats(text)
        if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
            return numbers[2], numbers[3]
    return otherwise
