"""Forms of the ledger (台账表单): what a list is narrowed to, and the chips and headings that change it."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.http import QueryDict

from fapiao.numbers.region import REGIONS
from fapiao.vocabulary import KINDS
from jingpiao.ledger.selectors import SORTS, LedgerFilter

NAMES = {
    "text": ("搜索", "search"),
    "kind": ("票种", "kind"),
    "region": ("地区", "region"),
    "feed": ("来源", "feed"),
    "since": ("开票从", "from"),
    "until": ("开票到", "until"),
    "least": ("金额不少于", "at least"),
    "most": ("金额不多于", "at most"),
    "conflicts": ("内容有冲突", "in conflict"),
}
"""The filters (筛选项) with their words, in the order of the chips."""


class FilterForm(forms.Form):
    """The filters above the ledger (筛选)."""

    text = forms.CharField(required=False, max_length=100)
    kind = forms.ChoiceField(
        required=False, choices=[("", "—"), *((kind.code, kind.label) for kind in KINDS.values())]
    )
    region = forms.ChoiceField(
        required=False, choices=[("", "—"), *((code, names[0]) for code, names in REGIONS.items())]
    )
    feed = forms.CharField(required=False, max_length=100)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    least = forms.DecimalField(required=False, max_digits=20)
    most = forms.DecimalField(required=False, max_digits=20)
    conflicts = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])

    def wanted(self) -> LedgerFilter:
        """Return the filter; fields that cannot be read count as empty."""
        self.is_valid()
        told = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "sort" and value not in (None, "", False)
        }
        return LedgerFilter(**told)

    def sorting(self) -> str:
        """Return the chosen order."""
        return str(self.cleaned_data.get("sort") or "new")


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """A filter in force (筛选标签): its words, its value, and the address without it."""

    name: str
    name_en: str
    value: str
    value_en: str
    without: str


def chips(query: QueryDict, wanted: LedgerFilter) -> list[Chip]:
    """Return the filters in force, each with the address that drops it."""
    return [
        Chip(
            name=zh,
            name_en=en,
            value=_shown(name, getattr(wanted, name)),
            value_en=_shown(name, getattr(wanted, name), "en"),
            without=_without(query, name),
        )
        for name, (zh, en) in NAMES.items()
        if getattr(wanted, name) not in ("", None, False)
    ]


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """A column that sorts (可排序的列): the address that sorts by it, and how it sorts now (``aria-sort``)."""

    address: str
    now: str
    arrow: str


_COLUMNS = {"new": ("new", "old"), "day": ("day", "day-up"), "total": ("total", "total-up")}
_UPWARDS = {"seller": ("seller", "seller-down")}


def headings(query: QueryDict, sort: str) -> dict[str, Heading]:
    """Return the sorting columns by name; pressing the present one turns the order round."""
    told = {}
    for name, (first, second) in {**_COLUMNS, **_UPWARDS}.items():
        rising = (sort == second) if name in _COLUMNS else (sort == first)
        now = "" if sort not in (first, second) else "ascending" if rising else "descending"
        address = _with(query, "sort", second if sort == first else first)
        told[name] = Heading(
            address=address, now=now, arrow={"ascending": "↑", "descending": "↓"}.get(now, "")
        )
    return told


def _shown(name: str, value: Any, lang: str = "zh") -> str:
    if name == "kind":
        return KINDS[value].label
    return REGIONS[value][lang == "en"] if name == "region" else "" if value is True else str(value)


def _without(query: QueryDict, *names: str) -> str:
    left = query.copy()
    for name in (*names, "page"):
        left.pop(name, None)
    return left.urlencode()


def _with(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    changed.pop("page", None)
    changed[name] = value
    return changed.urlencode()
