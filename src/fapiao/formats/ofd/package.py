"""The OFD package (OFD 包, GB/T 33190-2016): its parts, found through damaged and unusual layouts alike."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lxml import etree

from fapiao.archive import Archive
from fapiao.errors import FapiaoError
from fapiao.markup import parse_xml
from fapiao.once import once

MOST_PAGES = 50
_ATTACHED_MARKS = (b"EInvoice", b"eInvoice", b"xbrl.mof.gov.cn")


class Package:
    """An OFD file's parts (OFD 包). Names are looked up without regard to case and to a leading ``/``; each is
    unpacked and parsed once."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data)
        self._names = {name.lower(): name for name in self.archive.names}
        self._parsed: dict[str, etree._Element | None] = {}
        self._bytes: dict[str, bytes] = {}
        self.encrypted = "encryptions.xml" in "\n".join(self._names) and any(
            name.rpartition("/")[2] == "encryptions.xml" for name in self._names
        )
        if "ofd.xml" not in self._names and not self.encrypted:
            raise FapiaoError("file-damaged", "OFD 里没有 OFD.xml", "the OFD lacks OFD.xml")
        self.root = self._root()

    def _root(self) -> etree._Element | None:
        """A broken OFD.xml is forgiven where the documents can still be found by their names."""
        try:
            return parse_xml(self.read("OFD.xml"))
        except FapiaoError as slip:
            if slip.code == "xml-forbidden" or not (self.encrypted or self._guessed_roots()):
                raise
            return None

    def read(self, name: str) -> bytes:
        """Return a part's bytes. Errors: `file-damaged` when it is not there."""
        real = self._names.get(name.lstrip("/").lower(), name)
        if real not in self._bytes:
            self._bytes[real] = self.archive.read(real)
        return self._bytes[real]

    def find(self, base: str, name: str) -> str | None:
        """Return a part's real name from a location as written, relative to ``base`` or absolute, or ``None``."""
        spot = name.strip().replace("\\", "/")
        spots = (spot, posixpath.join(base, spot[1:])) if spot[:1] == "/" else (f"{base}/{spot}", spot)
        for each in spots:
            plain = posixpath.normpath(each) if "./" in each or "//" in each else each
            real = self._names.get(plain.strip("/").lower())
            if real:
                return real
        return None

    def part(self, base: str, name: str | None) -> tuple[str, etree._Element] | None:
        """Return a part's folder and root element; ``None`` where it is missing or broken."""
        real = self.find(base, name) if name else None
        if real is None:
            return None
        if real not in self._parsed:
            self._parsed[real] = self._parse(real)
        root = self._parsed[real]
        return None if root is None else (posixpath.dirname(real), root)

    def mentions(self, base: str, location: str | None, word: bytes) -> bool:
        """Tell whether a part may name something, without reading it as XML: no, or perhaps."""
        real = self.find(base, location) if location else None
        if real is None:
            return False
        try:
            data = self.read(real)
        except FapiaoError as slip:
            if slip.code == "archive-too-big":
                raise
            return False
        return word in data or b"\x00" in data[:64]

    def _parse(self, real: str) -> etree._Element | None:
        try:
            return parse_xml(self.read(real))
        except FapiaoError as slip:
            if slip.code in ("xml-forbidden", "archive-too-big"):
                raise
            return None

    def documents(self) -> list[Document]:
        """Return every document that can be read; where none can, an empty one whose folder may still hold attachments.

        Errors: `file-encrypted`; `file-damaged` when no document is even named.
        """
        bodies = list(named(self.root, "DocBody")) if self.root is not None else []
        named_roots = [(location, body) for body in bodies for location in text_of(body, "DocRoot")]
        found = self._documents_at(named_roots)
        if found:
            return found
        guessed = [(location, self.root) for location in self._guessed_roots()]
        found = self._documents_at(guessed)
        if found:
            return found
        if self.encrypted:
            raise FapiaoError("file-encrypted", "OFD 已加密，内容读不了", "the OFD is encrypted")
        if not named_roots and not guessed:
            raise FapiaoError("file-damaged", "OFD 里没有可读的文档", "the OFD has no readable document")
        location, body = (named_roots or guessed)[0]
        base = posixpath.dirname(location.replace("\\", "/")).lstrip("/")
        return [Document(self, base, etree.Element("Document"), body)]

    def _documents_at(self, roots: Sequence[tuple[str, etree._Element | None]]) -> list[Document]:
        parts = [(self.part("", location), body) for location, body in roots]
        return [Document(self, *part, body) for part, body in parts if part]

    def _guessed_roots(self) -> list[str]:
        return [real for name, real in self._names.items() if name.rpartition("/")[2] == "document.xml"]

    @once
    def signature_lists(self) -> tuple[str, ...]:
        """Locations of Signatures.xml as OFD.xml names them."""
        return tuple(text_of(self.root, "Signatures")) if self.root is not None else ()


class Document:
    """One document of a package (文档): its folder, its root element, and what its body in OFD.xml says."""

    def __init__(
        self, package: Package, base: str, root: etree._Element, body: etree._Element | None
    ) -> None:
        self.package = package
        self.base = base
        self.root = root
        self._body = body

    def custom_data(self) -> dict[str, str]:
        """Return the metadata that the makers put into OFD.xml, by name."""
        if self._body is None:
            return {}
        return {
            each.get("Name", ""): text
            for each in named(self._body, "CustomData")
            if (text := (each.text or "").strip())
        }

    def resources(self, word: bytes = b"") -> Iterator[tuple[str, etree._Element]]:
        """Yield folder and root of each resource part: the document's own, then those of its templates and pages.

        Parts that do not name ``word`` are passed over.
        """
        for kind in ("DocumentRes", "PublicRes"):
            locations = text_of(self.root, kind)
            holding = [each for each in locations if self.package.mentions(self.base, each, word)]
            yield from self._parts(self.base, holding)
        for name in ("TemplatePage", "Page"):
            for page in list(named(self.root, name))[:MOST_PAGES]:
                location = page.get("BaseLoc")
                part = self.package.part(self.base, location) if self._has_resources(location) else None
                if part:
                    yield from self._parts(part[0], text_of(part[1], "PageRes"))

    def _has_resources(self, location: str | None) -> bool:
        """A page's own resources are rare, and its bytes tell that it names none."""
        return self.package.mentions(self.base, location, b"PageRes")

    def _parts(self, base: str, locations: list[str]) -> Iterator[tuple[str, etree._Element]]:
        for location in locations:
            part = self.package.part(base, location)
            if part:
                yield part

    def attachments(self) -> Iterator[bytes]:
        """Yield attached XML files: those listed, then those merely lying in the folder, then any part that looks like one."""
        seen: set[str] = set()
        for real in self._listed:
            if real not in seen:
                seen.add(real)
                data = self._xml_bytes(real)
                if data:
                    yield data
        for real in self._lying:
            if real not in seen:
                seen.add(real)
                data = self._xml_bytes(real)
                if data:
                    yield data

    def enclosed(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of attached PDF and OFD files."""
        for real in dict.fromkeys([*self._listed, *self._lying]):
            if real.lower().endswith((".pdf", ".ofd")):
                try:
                    yield real, self.package.read(real)
                except FapiaoError as slip:
                    if slip.code == "archive-too-big":
                        raise

    def stray(self) -> Iterator[bytes]:
        """Yield XML parts of any place and name that bear an invoice's marks; a last resort."""
        for real in self.package.archive.names:
            if "/tags/" not in f"/{real.lower()}" and real not in self._lying:
                data = self._xml_bytes(real)
                if data and any(mark in data[:4096] for mark in _ATTACHED_MARKS):
                    yield data

    @once
    def _listed(self) -> list[str]:
        """Real names of the attachments that the document lists."""
        found = []
        for listing in text_of(self.root, "Attachments"):
            part = self.package.part(self.base, listing)
            spots = (
                [self.package.find(part[0], location) for location in text_of(part[1], "FileLoc")]
                if part
                else []
            )
            found += [real for real in spots if real]
        return found

    @once
    def _lying(self) -> list[str]:
        """Real names of what lies in the document's folder of attachments, but the listing itself."""
        base = f"/{self.base.lower()}/" if self.base else "/"
        return [
            real
            for real in self.package.archive.names
            if "attach" in (low := f"/{real.lower()}")
            and low.startswith(base)
            and "/attach" in low
            and not low.endswith("attachments.xml")
        ]

    def _xml_bytes(self, real: str) -> bytes | None:
        try:
            data = self.package.read(real)
        except FapiaoError as slip:
            if slip.code == "archive-too-big":
                raise
            return None
        return data if data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00")[:1] == b"<" else None


def named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield elements of a name below a root, whatever their namespace."""
    return root.iter(f"{{*}}{name}")


def text_of(root: etree._Element, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    texts = [element.text for element in root.iter(f"{{*}}{name}")]
    return [text.strip() for text in texts if text and not text.isspace()]
