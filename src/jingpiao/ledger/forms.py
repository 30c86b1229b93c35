"""Forms of the ledger (台账表单): what a list is narrowed to."""

from __future__ import annotations

from django import forms

from fapiao.numbers.region import REGIONS
from fapiao.vocabulary import KINDS
from jingpiao.ledger.selectors import SORTS, LedgerFilter


class FilterForm(forms.Form):
    """The filters above the ledger (筛选)."""

    text = forms.CharField(required=False, max_length=100)
    kind = forms.ChoiceField(
        required=False, choices=[("", ""), *((kind.code, kind.label) for kind in KINDS.values())]
    )
    region = forms.ChoiceField(
        required=False, choices=[("", ""), *((code, names[0]) for code, names in REGIONS.items())]
    )
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    least = forms.DecimalField(required=False)
    most = forms.DecimalField(required=False)
    conflicts = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in SORTS])

    def wanted(self) -> LedgerFilter:
        """Return the filter; fields that cannot be read count as empty."""
        self.is_valid()
        told = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "sort" and value not in (None, "")
        }
        return LedgerFilter(**told)

    def sorting(self) -> str:
        """Return the chosen order."""
        return str(self.cleaned_data.get("sort") or "new")
