"""Sources of one document (要素来源): its attachments, tags, metadata and faces, each read once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fapiao.einvoice import read_element
from fapiao.einvoice.document import Held, read_document
from fapiao.errors import FapiaoError
from fapiao.face import FaceReading, read_faces
from fapiao.face.confirming import confirms
from fapiao.formats.ofd.metadata import metadata_fields
from fapiao.formats.ofd.package import Document
from fapiao.formats.ofd.pages import OfdPage, pages_of
from fapiao.formats.ofd.prints import PrintedPage, printed_page
from fapiao.formats.ofd.tags import tag_fields
from fapiao.markup import parse_xml
from fapiao.once import once


class Sources:
    """What a document offers (来源). Another kind of paper found on the way is remembered for `refusal`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._other: FapiaoError | None = None

    @once
    def pages(self) -> list[OfdPage]:
        """The pages, laid out."""
        return pages_of(self._document)

    @once
    def held(self) -> list[Held]:
        """The invoices of the attachments, one a number; where there are none, of XML parts at odd places."""
        return self._attached or ([] if self.faces else self._read(self._document.stray()))

    @once
    def _attached(self) -> list[Held]:
        return self._read(self._document.attachments())

    def _read(self, files: Iterable[bytes]) -> list[Held]:
        found: dict[str | None, Held] = {}
        for data in files:
            try:
                for each in read_document(data, "attachment"):
                    if not _merged(found.get(each.number), data):
                        found[each.number] = each
            except FapiaoError as slip:
                if slip.code == "xml-forbidden":
                    raise
                if slip.code == "not-an-invoice":
                    self._other = slip
        return list(found.values())

    @once
    def faces(self) -> list[FaceReading]:
        """The faces on the pages; one that only confirms what its attachment tells is not read in full."""
        if self._confirmed is not None:
            return [FaceReading(fields=self._confirmed, pages=(1,))]
        try:
            return read_faces([page.placed for page in self.pages])
        except FapiaoError as slip:
            if slip.code != "not-an-invoice":
                raise
            self._other = slip
            return []

    @once
    def _printed(self) -> PrintedPage | None:
        return printed_page(self._document) if len(self._attached) == 1 else None

    @once
    def _confirmed(self) -> dict[str, Any] | None:
        page = self._printed
        return confirms(self._attached[0].draft, page.parts, page.width) if page else None

    @once
    def tagged(self) -> dict[str, Any]:
        """What the tags tell; nothing where another kind of paper was recognised."""
        if self._is_another():
            return {}
        quick = self._printed if self._confirmed is not None else None
        return tag_fields(self._document, [quick] if quick else self.pages)

    @once
    def metadata(self) -> dict[str, Any]:
        """What OFD.xml tells; nothing where another kind of paper was recognised."""
        return {} if self._is_another() else metadata_fields(self._document.custom_data())

    def _is_another(self) -> bool:
        return not self.held and not self.faces and self._other is not None

    def refusal(self) -> FapiaoError:
        """Return why the document gives no invoice."""
        if self._other:
            return self._other
        if not self.pages:
            return FapiaoError("file-damaged", "OFD 里没有页面", "the OFD has no pages")
        if all(page.pictured and not page.texts for page in self.pages):
            return FapiaoError(
                "no-invoice",
                "OFD 的页面只有图片，图上也没有读得出的二维码",
                "the OFD's pages are pictures only, without a readable QR code",
            )
        return FapiaoError("no-invoice", "OFD 里没有找到发票", "no invoice in the OFD")


def _merged(first: Held | None, data: bytes) -> bool:
    """Tell the first attachment of a number what a further one says: they complete each other, or differ."""
    if first is None:
        return False
    read_element(parse_xml(data), first.draft, "attachment")
    return True
