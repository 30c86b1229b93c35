"""A check (校验): a rule that an invoice should keep, with its official source and the day since which it holds.

Members live in `fapiao.checks`. Each yields findings; none ever calls an invoice a fake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from fapiao.finding import Finding
from fapiao.invoice import Invoice
from fapiao.registry import Members


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule (校验规则): its public code, labels, what it asks of an invoice, source, first day, and the function that applies it.

    ``code`` is also the prefix of every finding it yields. Invoices issued before ``since`` are not held to it.
    """

    code: str
    label: str
    label_en: str
    meaning: str
    meaning_en: str
    source: str
    since: date
    findings: Callable[[Invoice], Iterator[Finding]]


CHECKS: Members[Check] = Members("fapiao.checks", "CHECK", lambda member: member.code)


def check_invoice(invoice: Invoice) -> tuple[Finding, ...]:
    """Return what every check in force on the invoice's day finds, in order of code."""
    return tuple(
        finding
        for check in CHECKS.values()
        if in_force(check, invoice)
        for finding in check.findings(invoice)
    )


def in_force(check: Check, invoice: Invoice) -> bool:
    """Tell whether a check already held when the invoice was issued; an unknown day counts as yes."""
    return invoice.issued_on is None or invoice.issued_on >= check.since
