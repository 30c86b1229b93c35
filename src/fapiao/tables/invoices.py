"""Invoices of a table (表格里的发票): one reading a row; rows that cannot be read come back with their error."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from fapiao.einvoice.reading import line_of
from fapiao.einvoice.values import is_stars
from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.format import Reading, problem
from fapiao.identity import findings_of, region_of
from fapiao.invoice import Invoice, Line, Party, Red
from fapiao.money import money_or_none
from fapiao.numbers import check_code
from fapiao.tables.day_cells import day_of
from fapiao.tables.identity_cells import cell_findings, digits_of, identity_of
from fapiao.tables.layout import Table
from fapiao.tables.rows import SheetRow
from fapiao.vocabulary import kind_from_label, kind_from_title, label, state_from_text

_MONEY = ("amount", "tax", "total")
_NO_MONEY = {"-", "--", "—", "——", "/", "¥", "￥"}


def reading_of(table: Table, row: SheetRow, file: str, key: str) -> Reading:
    """Return the reading of one row: its invoice, or the error that stopped it."""
    told = table.told(row)
    try:
        invoice, findings = invoice_of_row(told, hint=table.hint)
    except FapiaoError as slip:
        return Reading(file=file, page=row.number, format=key, error=problem(slip))
    if row.bare or row.wrong:
        findings = (*findings, *cell_findings(table.columns, row))
    return Reading(file=file, page=row.number, format=key, route="cell", invoice=invoice, findings=findings)


def invoice_of_row(told: Mapping[str, str], *, hint: str = "") -> tuple[Invoice, tuple[Finding, ...]]:
    """Return the invoice that a row's texts state. Errors: `row-unreadable` without a usable number.

    ``hint`` is the sheet's name, which tells the kind where no column does.
    """
    whole = _whole(told.get("invoice_json"))
    if whole:
        return whole, ()
    findings: list[Finding] = []
    code, number, digital = identity_of(told, findings)
    if not (digital or number):
        raise _no_number(findings)
    paper = bool(digital and code and number)
    main = number if paper or (number and not digital) else digital
    kind = _kind(told.get("kind"), code if number else None, len(main or ""), paper, hint)
    day, moment = day_of(told.get("issued"))
    invoice = Invoice(
        kind=kind,
        kind_label=label(kind),
        code=code or None if paper or not digital else None,
        number=main,
        digital_number=digital if paper else None,
        issued_on=day,
        issued_at=moment,
        amount=money_or_none(told.get("amount")),
        tax=money_or_none(told.get("tax")),
        tax_text=told["tax"] if is_stars(told.get("tax")) else None,
        total=_total(told),
        total_in_words=told.get("total_in_words"),
        seller=_party(told, "seller", findings),
        buyer=_party(told, "buyer", findings),
        check_code=_check_code(told, findings),
        machine_number=told.get("machine_number"),
        drawer=told.get("drawer"),
        payee=told.get("payee"),
        reviewer=told.get("reviewer"),
        remark=told.get("remark"),
        red=_red(told),
        special=_special(told),
        qr=told.get("qr"),
    )
    findings += _unread(told, invoice)
    found = findings_of(invoice)
    return msgspec.structs.replace(invoice, region=region_of(invoice)), (*findings, *found)


def line_of_row(told: Mapping[str, str]) -> Line:
    """Return the line of goods that a row of 信息汇总表 states."""
    parts = {path.removeprefix("line."): text for path, text in told.items() if path.startswith("line.")}
    percent = parts.pop("rate_percent", None)
    if percent and "rate" not in parts:
        parts["rate"] = percent if percent.endswith("%") or not percent[-1].isdigit() else f"{percent}%"
    return line_of(parts | {name: told[name] for name in ("amount", "tax") if name in told})


def _whole(text: str | None) -> Invoice | None:
    """What `fapiao make` wrote of an invoice beyond the export's columns; anything else in that cell says nothing."""
    try:
        return msgspec.json.decode(text, type=Invoice) if text else None
    except msgspec.DecodeError:
        return None


def _no_number(findings: list[Finding]) -> FapiaoError:
    if findings:
        return FapiaoError("row-unreadable", findings[0].message, findings[0].message_en)
    return FapiaoError("row-unreadable", "这一行没有发票号码", "the row has no invoice number")


def _kind(text: str | None, code: str | None, digits: int, paper: bool, hint: str) -> str | None:
    if text and paper:
        return kind_from_label(f"数电纸质{text}", number_digits=20)
    if text:
        return kind_from_title(text, code=code, number_digits=digits)
    if code:
        return kind_from_title("", code=code)
    return kind_from_label(hint, number_digits=digits) if hint and not paper else None


def _total(told: Mapping[str, str]) -> Decimal | None:
    total = money_or_none(told.get("total"))
    if total is not None or "total" in told:
        return total
    amount, tax = money_or_none(told.get("amount")), money_or_none(told.get("tax"))
    if is_stars(told.get("tax")):
        return amount
    return amount + tax if amount is not None and tax is not None else None


def _party(told: Mapping[str, str], side: str, findings: list[Finding]) -> Party:
    name, path = _SIDES[side]
    tax_id = digits_of(told, path, findings)
    return Party(name=told.get(name), tax_id=tax_id.upper() if tax_id else None)


_SIDES = {side: (f"{side}.name", f"{side}.tax_id") for side in ("seller", "buyer")}


def _check_code(told: Mapping[str, str], findings: list[Finding]) -> str | None:
    text = digits_of(told, "check_code", findings)
    return check_code.compact(text) if text else None


def _red(told: Mapping[str, str]) -> Red | None:
    parts = {name: told.get(f"red.{name}") for name in Red.__struct_fields__}
    return Red(**parts) if any(parts.values()) else None


def _special(told: Mapping[str, str]) -> dict[str, Any] | None:
    found = {path[8:]: text for path, text in told.items() if path.startswith("special.")}
    state, risk = told.get("state"), told.get("risk")
    if state and state_from_text(state) != "normal":
        found["发票状态"] = state
    if risk and risk != "正常":
        found["发票风险等级"] = risk
    return found or None


def _unread(told: Mapping[str, str], invoice: Invoice) -> list[Finding]:
    unread = [("issued_on", told["issued"])] if "issued" in told and not invoice.issued_on else []
    for name in _MONEY:
        text = told.get(name)
        if text and getattr(invoice, name) is None and not is_stars(text) and text not in _NO_MONEY:
            unread.append((name, text))
    return [
        Finding(
            code="field-unread",
            path=path,
            severity="warning",
            message=f"“{text[:30]}”认不出",
            message_en=f"{text[:30]!r} could not be read",
        )
        for path, text in unread
    ]
