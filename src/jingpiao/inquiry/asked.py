"""What was asked (提问内容): claims out of what a page's form brings, as text, fields or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from fapiao.asking import split_text
from fapiao.format import MOST_BYTES, read_bytes
from fapiao.invoice import Invoice
from jingpiao.inquiry.forms import EMPTY, FIELDS, LARGE, Slip, of_problem, slips, told_fields

MOST_AT_ONCE = 50
Claims = list[dict[str, Any]]


def claims_of_form(given: Mapping[str, Any]) -> tuple[Claims, list[Slip]]:
    """Return the claims that text and fields make, or what is wrong with them."""
    told = told_fields(given)
    wrong = list(slips(told))
    text = str(given.get("text") or "").strip()
    if not text:
        return [], [EMPTY, *wrong]
    if wrong:
        return [], wrong
    parts = split_text(text)
    return ([{"text": part} for part in parts] if len(parts) > 1 else [{"text": text, **told}]), []


def claims_of_file(file: UploadedFile[Any]) -> tuple[Claims, list[Slip]]:
    """Return a claim for each invoice that a file holds, and what could not be read in it."""
    if (file.size or 0) > MOST_BYTES:
        return [], [LARGE]
    claims: Claims = []
    wrong: list[Slip] = []
    for reading in read_bytes(file.read(), file.name or "upload"):
        if reading.error:
            wrong.append(of_problem(reading.error))
        elif reading.invoice:
            claims.append(_claim_of(reading.invoice))
        if len(claims) > MOST_AT_ONCE or len(wrong) > MOST_AT_ONCE:
            break
    return claims, wrong


def asked_again(claim: Mapping[str, Any]) -> dict[str, str]:
    """Return a kept claim as the form's fields, so that the same can be asked again."""
    told = {name: str(claim[name]) for name in FIELDS if claim.get(name)}
    if claim.get("text"):
        return {"text": str(claim["text"]), **told}
    return {"text": f"{claim.get('code') or ''} {claim.get('number') or ''}".strip(), **told}


def _claim_of(invoice: Invoice) -> dict[str, Any]:
    return {
        "code": invoice.code,
        "number": invoice.digital_number or invoice.number,
        "issued_on": invoice.issued_on,
        "amount": invoice.amount,
        "total": invoice.total,
        "kind": invoice.kind,
        "check_code": invoice.check_code,
        "seller_tax_id": invoice.seller.tax_id,
        "buyer_tax_id": invoice.buyer.tax_id,
    }
