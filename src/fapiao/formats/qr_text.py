"""Text (二维码内容与粘贴文字): QR payloads, one a line, or pasted text that names an invoice."""

from __future__ import annotations

from typing import Any

from fapiao.asking.words import read_words, split_text
from fapiao.draft import Draft
from fapiao.errors import FapiaoError
from fapiao.format import Format, Reading, Readings
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.invoice import Invoice
from fapiao.qr import build, parse
from fapiao.tables.delimited import decode
from fapiao.vocabulary import qr_code_of

MOST_TEXT = 4 * 2**20


def sniff(data: bytes, name: str) -> int:
    """Tell plain text: no NUL near the beginning, or one of the text marks."""
    head = data[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return 1
    if (
        head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"PK", b"%PDF", b"<", b"{", b"["))
        or head.count(b"\x00") > len(head) // 20
    ):
        return 0
    return 1


def read(data: bytes, name: str) -> Readings:
    """Yield one reading a payload or line. Errors: `no-invoice`, `text-undecodable`, `file-too-large`."""
    if len(data) > MOST_TEXT:
        raise FapiaoError("file-too-large", "文本超过 4 MB", "the text is over 4 MB")
    found = False
    for number, part in enumerate(split_text(decode(data)), 1):
        reading = _reading(part, name, number)
        if reading:
            found = True
            yield reading
    if not found:
        raise FapiaoError("no-invoice", "文字里没有找到发票号码", "the text names no invoice")


def _reading(part: str, name: str, number: int) -> Reading | None:
    draft = Draft()
    try:
        tell_qr(draft, parse(part.strip()))
    except FapiaoError:
        told: dict[str, Any] = read_words(part)
        told.pop("chain", None)
        if not str(told.get("number", "")).isdigit() or len(str(told["number"])) not in (8, 20):
            return None
        draft.put_all(told, "qr" if "kind" in told else "text-layer")
    invoice = settle(draft)
    return Reading(
        file=name,
        page=number,
        format="qr-text",
        route=draft.main_route,
        invoice=invoice,
        findings=(*draft.findings, *findings_of(invoice)),
    )


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
