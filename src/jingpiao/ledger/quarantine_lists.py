"""Lists of the quarantine (隔离区清单): narrowed, sorted, counted by reason, taken away as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django import forms
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from fapiao.reasons import Reason, explained
from fapiao.tables.workbook_writing import neutral
from jingpiao.ledger import deeds, quarantining
from jingpiao.ledger.models import Quarantined

PAGE = 50
STATES = {
    "waiting": ("待处理", "Waiting"),
    "shelved": ("已搁置", "Set aside for good"),
    "released": ("已入账", "Taken in"),
}
SORTS = {
    "new": ("-id",),
    "old": ("id",),
    "number": ("key", "-id"),
    "feed": ("feed", "-id"),
    "day": ("-issued_on", "-id"),
}
COLUMNS = (
    "id",
    "number",
    "state",
    "feed",
    "origin",
    "known_at",
    "reasons",
    "issued_on",
    "total",
    "seller",
    "body",
)
MOST_COUNTED = 20_000


class QuarantineFilter(forms.Form):
    """The filters above the quarantine (隔离区筛选); what cannot be read counts as empty."""

    text = forms.CharField(required=False, max_length=100)
    feed = forms.CharField(required=False, max_length=100)
    reason = forms.CharField(required=False, max_length=60)
    state = forms.ChoiceField(required=False, choices=[(name, name) for name in STATES])
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])


def rows(form: QuarantineFilter) -> QuerySet[Quarantined]:
    """Return what is asked for: of what waits, unless another state is named."""
    form.is_valid()
    told = form.cleaned_data
    state = told.get("state") or "waiting"
    conditions = {
        "waiting": Q(released_at=None, shelved_at=None),
        "shelved": Q(released_at=None, shelved_at__isnull=False),
        "released": Q(released_at__isnull=False),
    }[state]
    text = (told.get("text") or "").strip()
    if text:
        bare = text.replace(" ", "")
        conditions &= (
            Q(key__contains=bare) | Q(alias=bare) | Q(origin__contains=text) | Q(seller_tax_id=bare.upper())
        )
    if told.get("feed"):
        conditions &= Q(feed=told["feed"])
    found = Quarantined.objects.filter(conditions).select_related("arrival")
    if told.get("reason"):
        begun = msgspec.json.encode(told["reason"]).decode()[:-1]
        found = found.annotate(said=Cast("reasons", TextField())).filter(said__contains=begun)
    return found.order_by(*SORTS[told.get("sort") or "new"])


def page_of(found: QuerySet[Quarantined], number: int) -> tuple[list[tuple[Quarantined, list[Reason]]], bool]:
    """Return one page with its reasons in words, and whether more follows."""
    held = list(found[(number - 1) * PAGE : number * PAGE + 1])
    return [(row, [explained(code) for code in row.reasons]) for row in held[:PAGE]], len(held) > PAGE


def by_reason() -> list[dict[str, Any]]:
    """Return the reasons of what waits with how many wait for each, the most frequent first."""
    waiting = Quarantined.objects.filter(released_at=None, shelved_at=None).order_by("-id")
    counts = Counter(
        kind_of(code)
        for told in waiting.values_list("reasons", flat=True)[:MOST_COUNTED]
        for code in set(told)
    )
    return [
        {"code": code, "count": count, "text": explained(code).text, "text_en": explained(code).text_en}
        for code, count in counts.most_common()
    ]


def kind_of(code: str) -> str:
    """Return what a reason is filtered by: itself, or for a malformed field, whose message varies, ``field``."""
    return "field" if code.startswith("field:") else code


def feeds() -> list[str]:
    """Return the feeds that something waits from."""
    return list(Quarantined.objects.values_list("feed", flat=True).distinct().order_by("feed")[:200])


def state_of(row: Quarantined) -> str:
    """Return how a row stands: a code of `STATES`."""
    if row.released_at is not None:
        return "released"
    return "shelved" if row.shelved_at is not None else "waiting"


def story(row: Quarantined) -> list[dict[str, Any]]:
    """Return what was done to a row, oldest first, with who and why."""
    return [_chapter(at, deed) for _, at, deed in quarantining.history(row)]


def _chapter(at: datetime, deed: deeds.Deed) -> dict[str, Any]:
    words = {
        "release": ("重试后入账", "tried again and taken in"),
        "correction": ("更正后入账", "corrected and taken in"),
        "shelve": ("搁置", "set aside for good"),
        "undo": ("撤销上一步", "the last step was taken back"),
    }
    kind = str(deed.__struct_config__.tag)
    zh, en = words[kind]
    who, why = getattr(deed, "actor", ""), getattr(deed, "why", "")
    return {"what": kind, "text": zh, "text_en": en, "when": at, "who": who, "why": why}


def csv_rows(found: QuerySet[Quarantined]) -> Iterator[bytes]:
    """Yield a list as CSV while it is read; no cell is a formula."""
    yield b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"
    for row in found.iterator(chunk_size=500):
        cells = [
            row.pk,
            row.key,
            state_of(row),
            row.feed,
            row.origin,
            row.known_at.isoformat(),
            "；".join(explained(code).text for code in row.reasons),
            row.issued_on or "",
            row.total if row.total is not None else "",
            row.seller_tax_id,
            row.body[:30_000],
        ]
        buffer = io.StringIO()
        csv.writer(buffer).writerow([neutral(str(cell)) for cell in cells])
        yield buffer.getvalue().encode()
