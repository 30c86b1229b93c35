"""Text (二维码内容与粘贴文字): QR payloads, one a line, or pasted text that names an invoice."""

from __future__ import annotations

from typing import Any

from fapiao.asking.words import payload_in, read_words, split_text
from fapiao.draft import Draft
from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.invoice import Invoice
from fapiao.pasted import faces_of, is_pasted_face, read_pasted
from fapiao.qr import build
from fapiao.tables.delimited import decode, utf16_of
from fapiao.vocabulary import kind_from_title, qr_code_of

MOST_TEXT = 4 * 2**20


def sniff(data: bytes, name: str) -> int:
    """Tell plain text: no NUL near the beginning, or one of the text marks."""
    if data.startswith((b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        return 0
    head = data[:4096]
    if utf16_of(head):
        return 1
    marked = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"PK", b"%PDF", b"<", b"{", b"["))
    return 0 if marked or head.count(b"\x00") > len(head) // 20 else 1


def read(data: bytes, name: str) -> Readings:
    """Yield one reading an invoice that the text names.

    Errors: `no-invoice`, `text-undecodable`, `file-too-large`, `qr-format` for an address that is no invoice's.
    """
    if len(data) > MOST_TEXT:
        raise FapiaoError("file-too-large", "文本超过 4 MB", "the text is over 4 MB")
    text = decode(data)
    found = False
    for number, part in enumerate(faces_of(text) if is_pasted_face(text) else split_text(text), 1):
        reading = _reading(part, name, number)
        if reading:
            found = True
            yield reading
    if not found:
        if text.strip().lower().startswith(("http://", "https://")):
            raise FapiaoError(
                "qr-format",
                "这是网址，不是发票；网址不会被打开",
                "an address, not an invoice; it is not opened",
            )
        raise FapiaoError("no-invoice", "文字里没有找到发票号码", "the text names no invoice")


def _reading(part: str, name: str, number: int) -> Reading | None:
    draft = Draft()
    payload = payload_in(part)
    if payload:
        tell_qr(draft, payload)
    if is_pasted_face(part):
        draft.put_all(read_pasted(part), "text-layer")
        draft.close()
    told: dict[str, Any] = read_words(part)
    if not payload and not _usable({"number": draft.get("number") or told.get("number")}):
        return None
    draft.put_all(
        {_PATHS.get(field, field): value for field, value in told.items() if field != "chain"}, "text-layer"
    )
    if draft.get("code"):
        draft.put("kind", draft.get("kind") or kind_from_title("", code=draft.get("code")), "text-layer")
    invoice = settle(draft)
    return Reading(
        file=name,
        page=number,
        format="qr-text",
        route=draft.main_route,
        invoice=invoice,
        findings=(*draft.findings, *findings_of(invoice)),
    )


_PATHS = {
    f"{side}_{field}": f"{side}.{field}" for side in ("seller", "buyer") for field in ("name", "tax_id")
}


def _usable(told: dict[str, Any]) -> bool:
    number = str(told.get("number", ""))
    return number.isdigit() and len(number) in (8, 20)


def write(invoice: Invoice) -> bytes:
    """Return the QR payload of an invoice. Errors: `invoice-field` when number, date or amount is missing."""
    code, number = invoice.code or "", invoice.number
    amount = invoice.amount if code else invoice.total
    if not (number and invoice.issued_on and amount is not None and invoice.kind):
        raise FapiaoError(
            "invoice-field",
            "二维码需要票种、号码、日期和金额",
            "a payload needs kind, number, date and amount",
        )
    return build(
        qr_code_of(invoice.kind), code, number, amount, invoice.issued_on, invoice.check_code or ""
    ).encode()


FORMAT = Format(
    key="qr-text",
    label="二维码文字或粘贴文字",
    label_en="QR payload or pasted text",
    suffixes=(".txt",),
    sniff=sniff,
    read=read,
    write=write,
)
