"""Printing for people (终端输出): readings and explained numbers, Chinese first."""

from __future__ import annotations

from typing import Any

from fapiao.format import Reading
from fapiao.vocabulary import label

_MARK = {"error": "✗", "warning": "!", "note": "·"}


def print_reading(reading: Reading, lang: str) -> None:
    """Print one reading: where it stands, the face's main values, what is doubtful."""
    chinese = lang == "zh"
    place = (
        reading.file
        + (f" › {reading.member}" if reading.member else "")
        + (f" #{reading.page}" if reading.page else "")
    )
    if reading.error:
        print(
            f"{place}: ✗ [{reading.error.code}] {reading.error.message if chinese else reading.error.message_en}"
        )
        return
    invoice = reading.invoice
    assert invoice is not None
    name = f"{invoice.code or ''} {invoice.number or '?'}".strip()
    kind = invoice.kind_label if chinese else label(invoice.kind, "en")
    print(f"{place}: {kind or ('票种未知' if chinese else 'kind unknown')}  {name}")
    words = ("日期", "金额", "税额", "合计") if chinese else ("date", "amount", "tax", "total")
    values = (invoice.issued_on, invoice.amount, invoice.tax_text or invoice.tax, invoice.total)
    print(
        "  "
        + "  ".join(
            f"{word} {'—' if value is None else value}" for word, value in zip(words, values, strict=True)
        )
    )
    for word, party in (
        ("销方" if chinese else "seller", invoice.seller),
        ("购方" if chinese else "buyer", invoice.buyer),
    ):
        if party.name or party.tax_id:
            print(f"  {word} {party.name or '—'}  {party.tax_id or ''}".rstrip())
    if reading.signature.state != "absent":
        print(
            f"  {'签章' if chinese else 'signature'} {reading.signature.state}: {reading.signature.detail or ''}"
        )
    for finding in reading.findings:
        print(
            f"  {_MARK[finding.severity]} [{finding.code}] {finding.message if chinese else finding.message_en}"
        )


def print_explained(told: dict[str, Any], lang: str) -> None:
    """Print what a number tells."""
    chinese = lang == "zh"
    shown = told.get("formatted") or told.get("number") or told.get("code") or told["text"].strip()
    print(f"{shown}  {told['what_label' if chinese else 'what_label_en']}")
    region = told.get("region_name" if chinese else "region_name_en")
    facts = [
        (("地区", "region"), region),
        (("年份", "year"), told.get("year")),
        (("票种", "kind"), label(told.get("kind"), lang)),
        (("日期", "date"), told.get("issued_on") or told.get("made_on")),
        (("金额", "amount"), told.get("amount")),
        (("校验", "CRC"), told.get("crc")),
    ]
    for names, value in facts:
        if value is not None:
            print(f"  {names[not chinese]} {value}")
    for flaw in told.get("flaws", ()):
        print(f"  ✗ {flaw['message' if chinese else 'message_en']}")
    if told.get("doubt"):
        print(f"  ! {told['doubt' if chinese else 'doubt_en']}")
    for each in told.get("corrections", ()):
        print(f"  → {each['to']}  ({each['reason' if chinese else 'reason_en']})")
