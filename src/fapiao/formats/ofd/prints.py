"""Prints (印字): the texts of a page and where each begins, taken quickly where every object has the usual form.

What the attachment tells needs no laying out of the page to be confirmed; `fapiao.face.confirming` compares. A part in the usual
spelling is scanned as it stands, any other becomes a tree. A page that is turned, hidden in part, composed of units or split over
several pages is not for here: it gives ``None``.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache

from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.face.confirming import Print, sort_out
from fapiao.formats.ofd.package import Document, Package, text_of
from fapiao.formats.ofd.pages import MOST_SHARED_BYTES, box_of
from fapiao.formats.ofd.texts import floats
from fapiao.markup import parse_xml

Numbered = list[tuple[str, Print]]
"""Prints with the ids of their objects."""


class Part:
    """What one content part prints (内容印字): by object id, sorted, the templates below it, and its box as written."""

    def __init__(self, numbered: Numbered, templates: list[str], boxes: list[str]) -> None:
        self.templates = templates
        self.boxes = boxes
        self.sorted = sort_out([each for _, each in numbered])
        self.texts = {key: text for key, (_, _, text) in numbered}


class PrintedPage:
    """The only page of a document (印字页): what its templates and itself print, sorted, and its width."""

    def __init__(self, identity: str, parts: list[Part], width: float) -> None:
        self.identity = identity
        self.width = width
        self.parts = [part.sorted for part in parts]
        self._parts = parts

    @property
    def texts(self) -> dict[str, str]:
        """Texts by the ids of their objects."""
        return {key: text for part in self._parts for key, text in part.texts.items()}


def printed_page(document: Document) -> PrintedPage | None:
    """Return the prints of a document's only page, ``None`` where something about it is unusual."""
    pages = list(document.root.iter("{*}Page"))
    location = pages[0].get("BaseLoc") if len(pages) == 1 else None
    part = _part(document, location) or _part(document, posixpath.join(location or "", "Content.xml"))
    if part is None:
        return None
    forms = []
    places = {each.get("ID", ""): each.get("BaseLoc") for each in document.root.iter("{*}TemplatePage")}
    for identity in part.templates:
        form = _part(document, places.get(identity), shared=True)
        if form is None:
            return None
        forms.append(form)
    return PrintedPage(pages[0].get("ID", ""), [*forms, part], _width(document, part))


def _width(document: Document, part: Part) -> float:
    for text in part.boxes:
        numbers = floats(text)
        if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
            return numbers[2]
    return box_of(document.root)[0]


def _part(document: Document, location: str | None, *, shared: bool = False) -> Part | None:
    """A form that all files share is read once for all of them."""
    package: Package = document.package
    real = package.find(document.base, location) if location else None
    if real is None:
        return None
    try:
        if shared and package.archive.size_of(real) <= MOST_SHARED_BYTES:
            return _shared(package.read(real))
        return _printed(package.read(real))
    except FapiaoError as slip:
        if slip.code in ("xml-forbidden", "archive-too-big"):
            raise
        return None


def _printed(data: bytes) -> Part | None:
    return _scanned(data) or _walked(parse_xml(data))


_shared = lru_cache(maxsize=32)(_printed)
_OBJECT = re.compile(
    r'<(?:ofd:)?TextObject ID="(\d+)" Boundary="([-.\d]+) ([-.\d]+) [^"<]*"(?: (?:Font|Size|LineWidth|Weight)="[^"<]*")*>\s*'
    r'<(?:ofd:)?TextCode X="([-.\d]+)" Y="([-.\d]+)"(?: Delta[XY]="[^"<]*")*>([^<]*)</(?:ofd:)?TextCode>\s*</(?:ofd:)?TextObject>'
)
_TEMPLATE = re.compile(r'<(?:ofd:)?Template [^<>]*?TemplateID="([^"]*)"')
_BOX = re.compile(r"<(?:ofd:)?PhysicalBox>([^<]*)<")
_HEAD = re.compile(
    rb'\s*(?:<\?xml(?![^<>]*encoding=["\'](?!(?i:utf-8)["\']))[^<>]*\?>)?\s*<(?:ofd:)?Page[ >]'
)
"""The beginning of a content part in UTF-8."""
_BEYOND = ("<!", "&", "CompositeObject", "CGTransform", "<?xml-")
"""Where one of these occurs a part's text is not what it says as it stands."""


def _scanned(data: bytes) -> Part | None:
    """Return what a part prints if it has the usual spelling throughout: every text object, none left over."""
    if not _HEAD.match(data):
        return None
    try:
        text = data.decode("utf-8")
        told = [
            (key, (float(left) + float(x), float(top) + float(y), said))
            for key, left, top, x, y, said in _OBJECT.findall(text)
        ]
    except ValueError:
        return None
    if len(told) != text.count("TextObject ") or any(word in text for word in _BEYOND):
        return None
    return Part(told, _TEMPLATE.findall(text), _BOX.findall(text))


def _walked(root: etree._Element) -> Part | None:
    if next(root.iter("{*}CompositeObject", "{*}CGTransform"), None) is not None:
        return None
    told = []
    try:
        for item in root.iter("{*}TextObject"):
            (code,) = item
            left, top, _ = item.get("Boundary", "").split(None, 2)
            x, y = float(left) + float(code.get("X", "")), float(top) + float(code.get("Y", ""))
            text = code.text
            if text is None or not _DETOURS.isdisjoint(item.keys()):
                return None
            told.append((item.get("ID", ""), (x, y, text)))
    except ValueError:
        return None
    templates = [each.get("TemplateID", "") for each in root.iter("{*}Template")]
    return Part(told, templates, text_of(root, "PhysicalBox"))


_DETOURS = frozenset({"CTM", "HScale", "Visible"})
