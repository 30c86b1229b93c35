"""Identity (要素归并): what a QR payload tells a draft, and what follows from the numbers that were read."""

from __future__ import annotations

import msgspec

from fapiao.draft import Draft
from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.numbers import digital, legacy
from fapiao.qr import QrPayload
from fapiao.vocabulary import label


def tell_qr(draft: Draft, payload: QrPayload) -> None:
    """Tell a draft what a payload says; its kind only where nothing better told it."""
    fields = payload.fields()
    kind = fields.pop("kind", None)
    if draft.get("kind") is None:
        draft.put("kind", kind, "qr")
    for path, value in fields.items():
        draft.put(path, value, "qr")
    if payload.crc == "mismatch":
        draft.note(
            Finding(
                code="qr-crc",
                path="qr",
                severity="note",
                message="二维码的校验值对不上，可能是解码有误或非税控格式",
                message_en="the payload's CRC does not match: a reading slip, or not the tax-control form",
            )
        )


def settle(draft: Draft) -> Invoice:
    """Return the invoice of a draft, with the label and region that follow from its kind and numbers."""
    invoice = draft.build()
    return msgspec.structs.replace(invoice, kind_label=label(invoice.kind), region=region_of(invoice))


def region_of(invoice: Invoice) -> str | None:
    """Return the issuing region that an invoice's numbers tell."""
    number = invoice.digital_number or ("" if invoice.code else invoice.number) or ""
    if number:
        return digital.region_of(number)
    return legacy.region_of(invoice.code) if invoice.code else None


def findings_of(invoice: Invoice) -> tuple[Finding, ...]:
    """Return what a reader must say of what it could not tell: a kind that stayed unknown."""
    if invoice.kind is not None:
        return ()
    return (
        Finding(
            code="kind-unknown",
            path="kind",
            severity="warning",
            message="没能认出发票种类，请核对",
            message_en="the kind of invoice could not be told",
        ),
    )
