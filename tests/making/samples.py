"""Samples (样例): one small synthetic file a format and what it says. ``python -m making.samples`` below tests/ rewrites them.

The invoices are made up; the files are made by the project's own writers, or by hand here where a format is only read.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import zxingcpp
from PIL import Image

from fapiao.einvoice.values import BEIJING
from fapiao.format import FORMATS, read_bytes
from fapiao.invoice import Invoice, Line, Party
from fapiao.money import in_words
from fapiao.qr import build
from fapiao.vocabulary import label

FOLDER = Path(__file__).resolve().parents[1] / "samples"
EXPECTED = FOLDER / "expected.json"
KEPT = (
    "kind",
    "code",
    "number",
    "issued_on",
    "amount",
    "tax",
    "total",
    "buyer",
    "seller",
    "lines",
    "special",
    "qr",
)
NUMBER, DAY = "26112000000000000117", date(2026, 7, 1)
INVOICE = Invoice(
    kind="82",
    kind_label=label("82"),
    number=NUMBER,
    region="11",
    issued_on=DAY,
    issued_at=datetime(2026, 7, 1, 9, 30, 5, tzinfo=BEIJING),
    amount=Decimal("1000.00"),
    tax=Decimal("60.00"),
    total=Decimal("1060.00"),
    total_in_words=in_words(Decimal("1060.00")),
    buyer=Party(name="样例购买有限公司", tax_id="91110108MA01SAMPX6"),
    seller=Party(name="样例销售有限公司", tax_id="91110000600037341L"),
    lines=(
        Line(
            name="*信息技术服务*软件服务费",
            unit="项",
            quantity=Decimal(1),
            price=Decimal(1000),
            amount=Decimal("1000.00"),
            rate="0.06",
            tax=Decimal("60.00"),
        ),
    ),
    drawer="样例",
)
VOUCHER = f"""<?xml version="1.0" encoding="UTF-8"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:rai="http://xbrl.mof.gov.cn/taxonomy/2023-05-15/rai">
  <rai:ElectronicInvoiceRailwayETicketNumber>{NUMBER}</rai:ElectronicInvoiceRailwayETicketNumber>
  <rai:DateOfIssue>2026-07-01</rai:DateOfIssue>
  <rai:TypeOfBusiness>售</rai:TypeOfBusiness>
  <rai:TotalAmountExcludingTax>50.46</rai:TotalAmountExcludingTax>
  <rai:TaxRate>0.09</rai:TaxRate>
  <rai:TaxAmount>4.54</rai:TaxAmount>
  <rai:Fare>55.00</rai:Fare>
  <rai:NameOfPurchaser>样例购买有限公司</rai:NameOfPurchaser>
  <rai:TravelDate>2026-07-02</rai:TravelDate>
</xbrl>
"""
PAYLOAD = build("32", "", NUMBER, Decimal("1060.00"), DAY)


def files() -> dict[str, bytes]:
    """Return every sample by its name; the stem is the format's key."""
    made = {f"{key}{each.suffixes[0]}": each.write(INVOICE) for key, each in FORMATS.items() if each.write}
    made["image.png"] = picture(PAYLOAD)
    made["xbrl.xml"] = VOUCHER.encode()
    made["zip.zip"] = _zip({"发票.xml": made["xml.xml"], "二维码.txt": made["qr-text.txt"]})
    return made


def picture(payload: str) -> bytes:
    """Return a PNG of a payload's QR code."""
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode)
    buffer = io.BytesIO()
    Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).save(buffer, "PNG")
    return buffer.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), data)
    return buffer.getvalue()


def told(data: bytes, name: str) -> list[dict[str, Any]]:
    """Return what the readings of a file say, JSON-ready, in the fields that a sample promises."""
    rows = [json.loads(msgspec.json.encode(reading)) for reading in read_bytes(data, name)]
    return [
        {
            "member": row["member"],
            "format": row["format"],
            "route": row["route"],
            "error": row["error"] and row["error"]["code"],
            "findings": [finding["code"] for finding in row["findings"]],
            "invoice": row["invoice"] and {field: row["invoice"][field] for field in KEPT},
        }
        for row in rows
    ]


def main() -> None:
    """Write the samples and what they say."""
    FOLDER.mkdir(exist_ok=True)
    made = files()
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)
    text = json.dumps(
        {name: told(data, name) for name, data in sorted(made.items())}, ensure_ascii=False, indent=1
    )
    EXPECTED.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
