"""A document (XML 文档): the invoices that the bytes of one file or attachment hold, in any dialect."""

from __future__ import annotations

from typing import Any

import msgspec

from fapiao.draft import Draft
from fapiao.einvoice.reading import apply_extension, several, tell
from fapiao.einvoice.told import Told
from fapiao.errors import FapiaoError
from fapiao.invoice import Invoice
from fapiao.markup import parse_xml


class Held(msgspec.Struct, frozen=True):
    """One invoice of a document (文档中的发票): its draft, still open to other routes, and its writer's extension."""

    draft: Draft
    extension: dict[str, Any]

    @property
    def number(self) -> str | None:
        """The number as told, or as the extension keeps it."""
        told = self.draft.get("number") or self.extension.get("number")
        return str(told) if told else None

    def build(self) -> Invoice:
        """Return the invoice as this document alone tells it."""
        return apply_extension(self.draft.build(), self.extension)


def read_document(data: bytes, route: str) -> list[Held]:
    """Return every invoice that a document holds; an empty list where none names a number.

    Errors: `xml-damaged`, `xml-forbidden`; `not-an-invoice` for bank slips, fiscal receipts and the like.
    """
    root = parse_xml(data)
    told = Told(root)
    if len(told.numbers) > 1 and not told.complete:
        elements = several(root)
        if len(elements) > 1:
            held = [_held(Told(element), route) for element in elements]
            return [each for each in held if each.number]
    only = _held(told, route)
    return [only] if only.number else []


def _held(told: Told, route: str) -> Held:
    draft = Draft()
    return Held(draft, tell(told, draft, route))


def no_invoice(what: str, what_en: str) -> FapiaoError:
    """Return the error for a document that was read and names no invoice."""
    return FapiaoError("no-invoice", f"{what}里没有发票号码", f"the {what_en} names no invoice number")
