"""Prints (印字): the texts of a page and where each begins, taken quickly where every object has the usual form.

What the attachment tells needs no laying out of the page to be confirmed; `fapiao.face.confirming` compares. A page that is
turned, hidden in part, composed of units or split over several pages is not for here: it gives ``None``.
"""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.face.confirming import Print
from fapiao.formats.ofd.package import Document
from fapiao.formats.ofd.pages import MOST_SHARED_BYTES, box_of, page_part
from fapiao.markup import parse_xml

Numbered = tuple[tuple[str, Print], ...]
"""Prints with the ids of their objects."""


class PrintedPage:
    """The only page of a document (印字页): its prints in order of drawing, those of its template first, and its width."""

    def __init__(self, identity: str, numbered: Numbered, width: float) -> None:
        self.identity = identity
        self.width = width
        self.prints = [each for _, each in numbered]
        self._numbered = numbered

    @property
    def texts(self) -> dict[str, str]:
        """Texts by the ids of their objects."""
        return {key: text for key, (_, _, text) in self._numbered}


def printed_page(document: Document) -> PrintedPage | None:
    """Return the prints of a document's only page, ``None`` where something about it is unusual."""
    root, package = document.root, document.package
    pages = list(root.iter("{*}Page"))
    part = page_part(package, document.base, pages[0].get("BaseLoc")) if len(pages) == 1 else None
    own = _prints(part[1]) if part else None
    if part is None or own is None:
        return None
    below: Numbered = ()
    templates = {each.get("ID", ""): each.get("BaseLoc", "") for each in root.iter("{*}TemplatePage")}
    for used in part[1].iter("{*}Template"):
        location = templates.get(used.get("TemplateID", ""))
        real = package.find(document.base, location) if location else None
        if real is None or package.archive.size_of(real) > MOST_SHARED_BYTES:
            return None
        form = _form(package.read(real))
        if form is None:
            return None
        below += form
    width, _ = box_of(part[1], box_of(root))
    return PrintedPage(pages[0].get("ID", ""), below + own, width)


@lru_cache(maxsize=32)
def _form(data: bytes) -> Numbered | None:
    """A form that all files share is read once for all of them."""
    try:
        return _prints(parse_xml(data))
    except FapiaoError as slip:
        if slip.code == "xml-forbidden":
            raise
        return None


def _prints(root: etree._Element) -> Numbered | None:
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
    return tuple(told)


_DETOURS = frozenset({"CTM", "HScale", "Visible"})
