"""Metadata (元数据): what makers write into OFD.xml beside the documents (CustomDatas). 合计金额 there is without tax."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from fapiao.einvoice.names import MONEY, field_of
from fapiao.einvoice.values import is_stars, parse_when, split_address, split_bank, sum_of
from fapiao.vocabulary import kind_from_title

_TITLES = ("模板编号", "发票类型", "票种", "发票种类", "发票名称")
_NUMBERS = {"code": r"\d{10}|\d{12}", "number": r"\d{8}|\d{20}", "digital_number": r"\d{20}"}
_TEXTS = frozenset(
    {"check_code", "machine_number", "drawer", "payee", "reviewer", "remark", "total_in_words", "cipher"}
    | {f"{side}.{part}" for side in ("seller", "buyer") for part in ("name", "tax_id")}
)
_COMBINED = {
    "address_phone": (split_address, ("address", "phone")),
    "bank_account": (split_bank, ("bank", "account")),
}


def metadata_fields(told: dict[str, str]) -> dict[str, Any]:
    """Return what a document's metadata tells, by draft path."""
    fields: dict[str, Any] = {}
    for label, text in told.items():
        path = _path_of(label)
        if path:
            _tell(fields, path, text)
    digits = len(fields.get("digital_number") or fields.get("number") or "")
    title = next((told[label] for label in _TITLES if label in told), "")
    if digits and title and not title.isdigit():
        fields["kind"] = kind_from_title(title, code=fields.get("code"), number_digits=digits)
    return {path: value for path, value in fields.items() if value is not None}


@lru_cache(maxsize=512)
def _path_of(label: str) -> str | None:
    """Names in Chinese alone are meant for people's eyes: others are the makers' own."""
    return field_of(re.sub(r"\s", "", label)) if any(sign >= "\u4e00" for sign in label) else None


def _tell(fields: dict[str, Any], path: str, text: str) -> None:
    side, _, part = path.partition(".")
    bare = text.replace(" ", "")
    if path in MONEY:
        fields[path] = sum_of(text)
        if path == "tax" and is_stars(text):
            fields["tax_text"] = text
    elif path == "issued":
        fields["issued_on"] = parse_when(text)[0]
    elif path in _NUMBERS:
        fields[path] = bare if re.fullmatch(_NUMBERS[path], bare) else None
    elif part in _COMBINED:
        split, parts = _COMBINED[part]
        for each, value in zip(parts, split(text), strict=True):
            fields.setdefault(f"{side}.{each}", value)
    elif path in _TEXTS:
        fields[path] = bare if path in ("check_code", "machine_number") or part == "tax_id" else text
