"""OFD (版式文件, GB/T 33190-2016): attachment, tags, metadata and page text, in this order of trust."""

from __future__ import annotations

from typing import Any

import msgspec

from fapiao.draft import Draft
from fapiao.einvoice import read_element
from fapiao.einvoice.reading import apply_extension
from fapiao.einvoice.values import is_stars, parse_when
from fapiao.errors import FapiaoError
from fapiao.face import FaceReading, read_faces
from fapiao.format import Format, Reading, Readings
from fapiao.formats.ofd.package import Package
from fapiao.formats.ofd.pages import pages_of
from fapiao.formats.ofd.pictures_of import payload_of
from fapiao.formats.ofd.tags import tag_fields
from fapiao.formats.ofd.writing import write
from fapiao.identity import findings_of, settle, tell_qr
from fapiao.markup import parse_xml
from fapiao.money import money_or_none
from fapiao.qr import parse
from fapiao.seal import check_signatures

_METADATA = {
    "发票代码": "code",
    "发票号码": "number",
    "校验码": "check_code",
    "销售方纳税人识别号": "seller.tax_id",
    "购买方纳税人识别号": "buyer.tax_id",
    "销售方名称": "seller.name",
    "购买方名称": "buyer.name",
    "开票人": "drawer",
    "收款人": "payee",
    "复核人": "reviewer",
    "机器编号": "machine_number",
}
_SUMS = {"合计金额": "amount", "合计税额": "tax", "价税合计": "total"}


def sniff(data: bytes, name: str) -> int:
    """Tell OFD: a zip whose directory names OFD.xml."""
    if not data.startswith(b"PK"):
        return 0
    return 3 if b"OFD.xml" in data[-4096:] or b"OFD.xml" in data or b"ofd.xml" in data.lower() else 0


def read(data: bytes, name: str) -> Readings:
    """Yield every invoice. Errors: `file-damaged`, `file-encrypted`, `no-invoice`, `not-an-invoice` and those of zip."""
    package = Package(data)
    pages = pages_of(package)
    faces = read_faces([page.placed for page in pages])
    attached = _attached(package)
    if not faces and not attached and not pages:
        raise FapiaoError("file-damaged", "OFD 里没有页面", "the OFD has no pages")
    signature = check_signatures(package.read, package.archive.names)
    if len(faces) > 1 and not attached:
        for face in faces:
            yield _reading(name, Draft(), {}, face, signature)
        return
    draft, extension = attached or (Draft(), {})
    draft.put_all(tag_fields(package, pages), "tag")
    draft.put_all(_metadata(package.custom_data()), "metadata")
    if faces:
        draft.put_all(faces[0].fields, "text-layer")
    if draft.get("qr") is None and not extension.get("qr"):
        payload = payload_of(package)
        if payload:
            tell_qr(draft, parse(payload))
    if not draft.get("number"):
        raise FapiaoError("no-invoice", "OFD 里没有找到发票", "no invoice in the OFD")
    yield _reading(name, draft, extension, None, signature)


def _reading(
    name: str, draft: Draft, extension: dict[str, Any], face: FaceReading | None, signature: Any
) -> Reading:
    if face:
        draft.put_all(face.fields, "text-layer")
    invoice = apply_extension(settle(draft), extension)
    if (
        invoice.tax is None
        and invoice.amount is not None
        and invoice.amount == invoice.total
        and invoice.tax_text is None
    ):
        invoice = msgspec.structs.replace(invoice, tax_text="***" if _exempt(invoice) else None)
    return Reading(
        file=name,
        page=face.pages[0] if face else 1,
        format="ofd",
        route=draft.main_route,
        invoice=invoice,
        findings=(*draft.findings, *findings_of(invoice)),
        signature=signature,
        routes=dict(draft.routes),
    )


def _exempt(invoice: Any) -> bool:
    return bool(invoice.lines) and all(line.tax is None for line in invoice.lines)


def _attached(package: Package) -> tuple[Draft, dict[str, Any]] | None:
    for _, data in package.attachments():
        if data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")[:1] != b"<":
            continue
        draft = Draft()
        try:
            extension = read_element(parse_xml(data), draft, "attachment")
        except FapiaoError as slip:
            if slip.code in ("xml-forbidden", "not-an-invoice"):
                raise
            continue
        if draft.get("number") or extension.get("number"):
            return draft, extension
    return None


def _metadata(told: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        path: told[label].replace(" ", "") if path == "check_code" else told[label]
        for label, path in _METADATA.items()
        if label in told
    }
    fields |= {path: money_or_none(told[label]) for label, path in _SUMS.items() if label in told}
    if is_stars(told.get("合计税额")):
        fields["tax_text"] = told["合计税额"]
    fields["issued_on"] = parse_when(told.get("开票日期"))[0]
    return fields


FORMAT = Format(
    key="ofd",
    label="OFD 版式文件",
    label_en="OFD",
    suffixes=(".ofd",),
    sniff=sniff,
    read=read,
    write=write,
)
