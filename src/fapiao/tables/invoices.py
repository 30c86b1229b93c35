"""Invoices of a table (表格里的发票): one reading a row; rows that cannot be read come back with their error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from fapiao.einvoice.reading import line_of
from fapiao.einvoice.values import is_stars, parse_when
from fapiao.errors import FapiaoError
from fapiao.finding import Finding
from fapiao.format import Reading, problem
from fapiao.identity import region_of
from fapiao.invoice import Invoice, Line, Party
from fapiao.money import money_or_none
from fapiao.numbers.texts import clean
from fapiao.tables.headings import recognise
from fapiao.tables.xlsx import SheetRow
from fapiao.vocabulary import kind_from_label, kind_from_title, label, state_from_text

SEARCHED_ROWS = 15
_LOST = re.compile(r"^\d(\.\d+)?[eE]\+?\d{2}$")
_SUM_ROW = re.compile(r"^(合计|总计|小计)")
_NEUTRAL = re.compile(r"^'(?=[=+\-@])")


class Table:
    """A table under its heading (表格): fields by column."""

    def __init__(self, columns: dict[int, str], heading_row: int) -> None:
        self.columns = columns
        self.heading_row = heading_row

    @property
    def by_line(self) -> bool:
        """Tell whether each row is a line of goods, not an invoice (信息汇总表)."""
        return "line.name" in self.columns.values() and "line.rate" in self.columns.values()

    def told(self, row: SheetRow) -> dict[str, str]:
        """Return a row's texts by field."""
        return {
            path: _NEUTRAL.sub("", row.cells[column])
            for column, path in self.columns.items()
            if row.cells.get(column, "").strip()
        }


def split_table(rows: Iterable[SheetRow]) -> tuple[Table | None, Iterator[SheetRow]]:
    """Return the table whose heading stands in the first rows, and the rows below it; ``None`` where there is none.

    A heading may take two rows (merged groups above): the second fills what the first leaves open.
    """
    source = iter(rows)
    above: Mapping[int, str] = {}
    for count, row in enumerate(source):
        if count >= SEARCHED_ROWS:
            break
        columns = recognise(row.cells) or recognise({**above, **row.cells})
        if columns:
            return Table(columns, row.number), source
        above = row.cells
    return None, iter(())


def readings_of(table: Table, rows: Iterable[SheetRow], file: str, key: str) -> Iterator[Reading]:
    """Yield one reading a row; blank rows and sums are left out."""
    for row in rows:
        told = table.told(row)
        if not told or _SUM_ROW.match(next(iter(row.cells.values()), "")):
            continue
        try:
            invoice, findings = invoice_of_row(told)
            if row.bare:
                findings = (*findings, _FORMULA)
            yield Reading(
                file=file, page=row.number, format=key, route="cell", invoice=invoice, findings=findings
            )
        except FapiaoError as slip:
            yield Reading(file=file, page=row.number, format=key, error=problem(slip))


_FORMULA = Finding(
    code="formula-without-value",
    path="",
    severity="warning",
    message="有公式没有保存计算结果，按空白处理",
    message_en="a formula carries no stored value and was taken as blank",
)


def invoice_of_row(told: Mapping[str, str]) -> tuple[Invoice, tuple[Finding, ...]]:
    """Return the invoice that a row's texts state. Errors: `row-unreadable` without a usable number."""
    whole = told.get("invoice_json")
    if whole:
        try:
            return msgspec.json.decode(whole, type=Invoice), ()
        except msgspec.DecodeError:
            pass
    findings: list[Finding] = []
    digital, number, code = (
        _identity(told.get(name), findings) for name in ("digital_number", "number", "code")
    )
    if not (digital or number):
        raise _no_number(told, findings)
    code = _padded(code, number) if code and not digital else code
    if number and len(number) == 20 and number.isdigit() and not digital:
        digital, number = number, None
    paper = bool(digital and code and number)
    main = number if paper or (number and not digital) else digital
    kind = _kind(told.get("kind"), code, len(main or ""), paper)
    day, moment = parse_when(told.get("issued"))
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
        seller=_party(told, "seller"),
        buyer=_party(told, "buyer"),
        check_code=told.get("check_code"),
        drawer=told.get("drawer"),
        payee=told.get("payee"),
        reviewer=told.get("reviewer"),
        remark=told.get("remark"),
        lines=(),
        special=_special(told),
    )
    if day is None and told.get("issued"):
        findings.append(_unread("issued_on", told["issued"]))
    return msgspec.structs.replace(invoice, region=region_of(invoice)), tuple(findings)


def line_of_row(told: Mapping[str, str]) -> Line:
    """Return the line of goods that a row of 信息汇总表 states."""
    parts = {path.removeprefix("line."): text for path, text in told.items() if path.startswith("line.")}
    return line_of(parts | {name: told[name] for name in ("amount", "tax") if name in told})


def row_key(told: Mapping[str, str]) -> str:
    """Return what names a row's invoice, for joining lines to it."""
    digital = clean(told.get("digital_number", ""))
    return digital or clean(told.get("code", "")) + clean(told.get("number", ""))


def _identity(text: str | None, findings: list[Finding]) -> str | None:
    bare = clean(text or "")
    if not bare or bare in ("/", "--"):
        return None
    if _LOST.match(bare):
        findings.append(
            Finding(
                code="digits-lost",
                path="number",
                severity="error",
                message=f"单元格里是 {bare}：号码被表格软件改成了数字，后几位已丢失",
                message_en=f"the cell holds {bare}: the number was turned into a float and has lost digits",
            )
        )
        return None
    return re.sub(r"^(\d+)\.0+$", r"\1", bare)


def _no_number(told: Mapping[str, str], findings: list[Finding]) -> FapiaoError:
    if findings:
        return FapiaoError("row-unreadable", findings[0].message, findings[0].message_en)
    return FapiaoError("row-unreadable", "这一行没有发票号码", "the row has no invoice number")


def _padded(code: str, number: str | None) -> str:
    """A spreadsheet drops the leading zero of a Beijing code: eleven digits beside an eight-digit number had one."""
    return f"0{code}" if len(code) == 11 and number and len(number) <= 8 else code


def _kind(text: str | None, code: str | None, digits: int, paper: bool) -> str | None:
    if text and paper:
        return kind_from_label(f"数电纸质{text}", number_digits=20)
    if text:
        return kind_from_title(text, code=code, number_digits=digits)
    return kind_from_title("", code=code) if code else None


def _total(told: Mapping[str, str]) -> Any:
    total = money_or_none(told.get("total"))
    if total is not None or "total" in told:
        return total
    amount, tax = money_or_none(told.get("amount")), money_or_none(told.get("tax"))
    return amount + tax if amount is not None and tax is not None else None


def _party(told: Mapping[str, str], side: str) -> Party:
    tax_id = clean(told.get(f"{side}.tax_id", "")).upper()
    return Party(name=told.get(f"{side}.name"), tax_id=tax_id or None)


def _special(told: Mapping[str, str]) -> dict[str, Any] | None:
    kept = {
        "发票状态": told.get("state"),
        "特定业务类型": told.get("special_kind"),
        "发票风险等级": told.get("risk"),
    }
    kept = {name: value for name, value in kept.items() if value}
    if kept.get("发票状态") and state_from_text(kept["发票状态"] or "") == "normal":
        kept.pop("发票状态")
    if kept.get("发票风险等级") == "正常":
        kept.pop("发票风险等级")
    return kept or None


def _unread(path: str, text: str) -> Finding:
    return Finding(
        code="field-unread",
        path=path,
        severity="warning",
        message=f"“{text[:30]}”认不出",
        message_en=f"{text[:30]!r} could not be read",
    )
