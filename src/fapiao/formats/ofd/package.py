"""The OFD package (OFD 包, GB/T 33190-2016): its parts, found through damaged and unusual layouts alike."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from fapiao.archive import Archive
from fapiao.errors import FapiaoError
from fapiao.markup import local_name, parse_xml


class Package:
    """An OFD file's parts (OFD 包). Names are looked up without regard to case and to a leading ``/``."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data)
        self._names = {name.lower(): name for name in self.archive.names}
        if "ofd.xml" not in self._names:
            raise FapiaoError("file-damaged", "OFD 里没有 OFD.xml", "the OFD lacks OFD.xml")
        self.root = parse_xml(self.read("OFD.xml"))

    def read(self, name: str) -> bytes:
        """Return a part's bytes. Errors: `file-damaged` when it is not there."""
        bare = name.lstrip("/").lower()
        return self.archive.read(self._names.get(bare, name))

    def find(self, base: str, name: str) -> str | None:
        """Return a part's real name from a location as written, relative to ``base`` or absolute, or ``None``."""
        spots = [name] if name.startswith("/") else [posixpath.join(base, name), name]
        for spot in spots:
            real = self._names.get(posixpath.normpath(spot).lstrip("/").lower())
            if real:
                return real
        return None

    def part(self, base: str, name: str | None) -> tuple[str, etree._Element] | None:
        """Return a part's folder and root element; ``None`` where it is missing or broken."""
        real = self.find(base, name.strip()) if name else None
        if real is None:
            return None
        try:
            return posixpath.dirname(real), parse_xml(self.read(real))
        except FapiaoError as slip:
            if slip.code == "xml-forbidden":
                raise
            return None

    @cached_property
    def documents(self) -> list[tuple[str, etree._Element]]:
        """Folder and root of every document. Errors: `file-damaged` when there is none that can be read."""
        found = [part for name in text_of(self.root, "DocRoot") if (part := self.part("", name))]
        if not found:
            raise FapiaoError("file-damaged", "OFD 里没有可读的文档", "the OFD has no readable document")
        return found

    def custom_data(self) -> dict[str, str]:
        """Return the metadata that the makers put into OFD.xml, by name."""
        return {
            element.get("Name", ""): (element.text or "").strip()
            for element in named(self.root, "CustomData")
            if (element.text or "").strip()
        }

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and bytes of attached files, those listed and those merely lying in the Attachs folder."""
        seen = set()
        for base, document in self.documents:
            for listing in text_of(document, "Attachments"):
                part = self.part(base, listing)
                for location in text_of(part[1], "FileLoc") if part else ():
                    real = part and self.find(part[0], location)
                    if real and real not in seen:
                        seen.add(real)
                        yield real, self.read(real)
        for real in self.archive.names:
            if (
                real not in seen
                and "/attach" in f"/{real.lower()}"
                and not real.lower().endswith("attachments.xml")
            ):
                yield real, self.read(real)


def named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield elements of a name below a root, whatever their namespace."""
    return (element for element in root.iter(f"{{*}}{name}") if local_name(element) == name)


def text_of(root: etree._Element, name: str) -> list[str]:
    """Return the texts of all elements of a name."""
    return [element.text.strip() for element in named(root, name) if element.text and element.text.strip()]
