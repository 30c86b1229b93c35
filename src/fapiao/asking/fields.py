"""Fields of a claim (提问字段): from JSON, a table row or a form to typed values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from fapiao.claim import Claim, Lookup
from fapiao.errors import FapiaoError
from fapiao.money import parse_money

_TEXTS = (
    "text",
    "code",
    "number",
    "check_code",
    "kind",
    "seller_tax_id",
    "seller_name",
    "buyer_tax_id",
    "buyer_name",
)
EARLIEST, LATEST = 1900, 9998
"""Years that a question can be about; at the very ends of the calendar another zone's day does not exist."""
_MONEY = ("amount", "tax", "total")
_DATE = re.compile(r"^(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}.*)?$")


def claim_from_mapping(told: Mapping[str, Any]) -> Claim:
    """Return the claim that a JSON object or a row states (contract §2); fields not known are left alone.

    Errors: `claim-field` with the field named; `claim-empty` when there is neither text nor number.
    """
    try:
        return _claim(told)
    except FapiaoError as slip:
        slip.ref = told.get("ref")
        raise


def _claim(told: Mapping[str, Any]) -> Claim:
    values: dict[str, Any] = {"ref": told.get("ref")}
    for name in _TEXTS:
        values[name] = _text(name, told.get(name))
    for name in _MONEY:
        values[name] = _money(name, told.get(name))
    values["issued_on"] = parse_day(told.get("issued_on"))
    values["lookup"] = _lookup(told.get("lookup"))
    values["tax_ids"] = _tax_ids(told.get("tax_ids"))
    values["as_of"] = _moment(told.get("as_of"))
    if not values["number"] and not values["text"]:
        raise FapiaoError("claim-empty")
    return Claim(**values)


def parse_day(value: Any) -> date | None:
    """Return a day from ``2026-11-20``, ``20261120``, ``2026年11月20日`` or a time. Errors: `claim-field`."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    match = _DATE.match(unicodedata.normalize("NFKC", str(value)).strip())
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise _wrong("issued_on", "开票日期", value)


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _wrong(name, name, value)
    text = str(value).encode("utf-8", "replace").decode("utf-8").strip()
    if len(text) > 20_000:
        raise _wrong(name, name, text)
    return text or None


def _money(name: str, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise _wrong(name, "金额", value)
    try:
        return parse_money(str(value))
    except FapiaoError:
        raise _wrong(name, "金额", value) from None


def _lookup(value: Any) -> Any:
    if value in (None, ""):
        return "any"
    if value not in get_args(Lookup):
        raise _wrong("lookup", "查询功能", value)
    return value


def _tax_ids(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = [part for part in re.split(r"[,;，；\s]+", value) if part]
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise _wrong("tax_ids", "纳税人识别号", value)
    return tuple(each.strip().upper() for each in value)


def _moment(value: Any) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value).strip().upper())
    except ValueError:
        raise _wrong("as_of", "截至时间", value) from None
    if not EARLIEST <= moment.year <= LATEST:
        raise _wrong("as_of", "截至时间", value)
    if moment.tzinfo is None:
        raise FapiaoError(
            "claim-field",
            f"as_of 缺少时区：{value}，请写成 2026-11-20T09:30:00+08:00",
            f"as_of has no offset: {value}; write 2026-11-20T09:30:00+08:00",
        )
    return moment


def _wrong(name: str, chinese: str, value: Any) -> FapiaoError:
    shown = str(value)[:60].encode("utf-8", "replace").decode("utf-8")
    return FapiaoError(
        "claim-field", f"{chinese}（{name}）认不出：{shown}", f"{name} cannot be read: {shown}"
    )
