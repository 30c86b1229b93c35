"""Words (双语文字): both languages stand side by side in the template, so that neither can be forgotten."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.html import format_html

from fapiao import wording
from fapiao.numbers import region as regions
from fapiao.numbers.texts import grouped
from fapiao.vocabulary import STATES, label

register = template.Library()
NOTHING = "—"
ACTORS = {
    "asker": ("您", "you"),
    "seller": ("销方", "the seller"),
    "platform": ("本平台", "this platform"),
    "feed-operator": ("数据来源的运维方", "the operator of the source"),
    "third-party": ("外部查验服务方", "the outside service"),
    "bureau": ("税务机关", "the tax authority"),
    "desk": ("人工坐席", "the service desk"),
    "nobody": ("无需处理，等待即可", "nobody: just wait"),
}
"""Who has to act (由谁处理), for every actor of the contract."""


def english(context: dict[str, Any]) -> bool:
    """Tell whether the page is in English."""
    return context.get("lang") == "en"


@register.simple_tag(takes_context=True)
def t(context: dict[str, Any], chinese: str, english_text: str) -> str:
    """Return the text in the page's language."""
    return english_text if english(context) else chinese


@register.simple_tag(takes_context=True)
def told(context: dict[str, Any], row: Any, name: str) -> str:
    """Return a value's text in the page's language: ``name`` or ``name_en`` of a mapping or an object."""

    def get(key: str) -> Any:
        return row.get(key) if isinstance(row, dict) else getattr(row, key, None)

    return str((english(context) and get(f"{name}_en")) or get(name) or "")


@register.simple_tag(takes_context=True)
def actor(context: dict[str, Any], code: str) -> str:
    """Return who has to act, in words."""
    return ACTORS[code][english(context)]


@register.simple_tag(takes_context=True)
def state_word(context: dict[str, Any], value: str) -> str:
    """Return a validity word for people."""
    return STATES.get(value, STATES["unknown"])[english(context)]


@register.simple_tag(takes_context=True)
def bracketed(context: dict[str, Any], value: Any) -> str:
    """Return a value in brackets as the page's language writes them."""
    return f" ({value})" if english(context) else f"（{value}）"


@register.simple_tag(takes_context=True)
def place(context: dict[str, Any], value: str | None) -> str:
    """Return a region's name."""
    if not value:
        return NOTHING
    return regions.name(value, "en") if english(context) else regions.name(value)


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], value: Any) -> str:
    """Return a moment in full: ``2026年11月24日 13:05``; the zone stands in the title."""
    return _time(context, value, short=False)


@register.simple_tag(takes_context=True)
def moment_short(context: dict[str, Any], value: Any) -> str:
    """Return a moment without its year where that is the present one; the whole stands in the title."""
    return _time(context, value, short=True)


@register.simple_tag(takes_context=True)
def span(context: dict[str, Any], seconds: float | None) -> str:
    """Return a length of time."""
    if seconds is None:
        return NOTHING
    return wording.span_en(seconds) if english(context) else wording.span(seconds)


@register.filter
def number(value: str | None) -> str:
    """Return a number in groups of four."""
    return grouped(value or "")


@register.filter
def money(value: Any) -> str:
    """Return an amount with two places and its thousands apart."""
    if value in (None, ""):
        return NOTHING
    try:
        return f"{Decimal(str(value)):,.2f}"
    except InvalidOperation:
        return str(value)


@register.filter
def percent(value: float) -> str:
    """Return a share as whole percent; nearly all is not all, and nearly nothing is not nothing."""
    if 0.995 <= value < 1:
        return ">99%"
    return "<1%" if 0 < value < 0.005 else f"{value:.0%}"


@register.filter
def share(value: float) -> int:
    """Return a share as a whole number of hundred."""
    return round(value * 100)


@register.filter
def kind(value: str | None) -> str:
    """Return a kind's official name."""
    return label(value) or NOTHING


@register.filter
def rate(value: str | None) -> str:
    """Return a tax rate as it is printed: ``0.06`` as ``6%``, words as they are."""
    try:
        return f"{(Decimal(value or '') * 100).normalize():f}%"
    except InvalidOperation:
        return value or ""


@register.filter
def sign(value: str) -> str:
    """Return the sign that goes with a mood, so that colour is never alone."""
    return {"here": "●", "wait": "◐", "act": "✕", "mute": "?"}.get(value, "")


def _time(context: dict[str, Any], value: Any, *, short: bool) -> str:
    if not value:
        return NOTHING
    when = (value if isinstance(value, datetime) else datetime.fromisoformat(str(value))).astimezone(
        wording.BEIJING
    )
    this_year = when.year == context.get("year", when.year)
    if english(context):
        whole = f"{wording.moment_en(when)[: -len('00:00')].strip()} {when:%Y %H:%M}"
        said, title = (wording.moment_en(when) if short and this_year else whole), f"{whole} (Beijing time)"
    else:
        whole = f"{when.year}年{wording.moment(when)}"
        said, title = (wording.moment(when) if short and this_year else whole), f"{whole}（北京时间）"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat("T", "minutes"), title, said
    )


@register.filter
def day(value: Any) -> str:
    """Return a day as ``2026-11-24``."""
    return value.isoformat() if isinstance(value, date) else str(value or NOTHING)
