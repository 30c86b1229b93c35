"""Selectors of audit (审计): the trail narrowed to what an operator looks for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import msgspec
from django import forms
from django.db.models import Q, QuerySet

from fapiao.tables.workbook_writing import neutral
from fapiao.wording import BEIJING
from jingpiao.audit.action import ACTIONS, words
from jingpiao.audit.chain import FIELDS
from jingpiao.audit.models import AuditEntry
from jingpiao.columns import to_micros

PAGE = 50
COLUMNS = (*FIELDS, "digest")


class AuditFilter(forms.Form):
    """The filters above the trail (审计筛选); what cannot be read counts as empty."""

    action = forms.ChoiceField(
        required=False, choices=[("", "—"), *((code, told[0]) for code, told in ACTIONS.items())]
    )
    who = forms.CharField(required=False, max_length=100)
    what = forms.CharField(required=False, max_length=200)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)


def entries(form: AuditFilter) -> QuerySet[AuditEntry]:
    """Return entries, newest first, narrowed; days are Beijing days."""
    form.is_valid()
    told = {name: value for name, value in form.cleaned_data.items() if value}
    found = Q()
    if "action" in told:
        found &= Q(action=told["action"])
    if "who" in told:
        found &= Q(who__icontains=told["who"].strip())
    if "what" in told:
        found &= Q(what__icontains=told["what"].strip()) | Q(detail__icontains=told["what"].strip())
    if "since" in told:
        found &= Q(at__gte=_begin(told["since"]))
    if "until" in told:
        found &= Q(at__lt=_begin(told["until"]) + timedelta(days=1))
    return AuditEntry.objects.filter(found).order_by("-number")


def _begin(day: Any) -> datetime:
    return datetime.combine(day, time.min, BEIJING)


def page_of(found: QuerySet[AuditEntry], number: int) -> tuple[list[dict[str, Any]], bool]:
    """Return one page as shown, and whether more follows."""
    rows = list(found[(number - 1) * PAGE : number * PAGE + 1])
    return [shown(row) for row in rows[:PAGE]], len(rows) > PAGE


def shown(row: AuditEntry) -> dict[str, Any]:
    """Return an entry for eyes."""
    said, said_en = words(row.action)
    detail = msgspec.json.decode(row.detail) if row.detail.endswith("}") else {}
    return {
        "number": row.number,
        "at": row.at,
        "who": row.who,
        "role": row.role,
        "address": row.address,
        "code": row.action,
        "action": said,
        "action_en": said_en,
        "what": row.what,
        "detail": [(name, value) for name, value in detail.items() if value not in ("", None, [], {})],
        "digest": row.digest[:12],
    }


def csv_rows(found: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Yield entries as CSV while they are read; no cell is a formula."""
    yield b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"
    for row in found.iterator(chunk_size=2000):
        buffer = io.StringIO()
        csv.writer(buffer).writerow([neutral(str(value)) for value in _values(row)])
        yield buffer.getvalue().encode()


def json_rows(found: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Yield entries as JSON Lines, each value as its digest covers it."""
    for row in found.iterator(chunk_size=2000):
        yield msgspec.json.encode(dict(zip(COLUMNS, _values(row), strict=True))) + b"\n"


def _values(row: AuditEntry) -> list[Any]:
    return [to_micros(row.at) if name == "at" else getattr(row, name) for name in COLUMNS]
