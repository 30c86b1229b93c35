"""Drawings (图形): QR codes, bars and sparklines as inline SVG, drawn here so that no script and no style is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from jingpiao.ui.qr import drawn, face_payload
from jingpiao.ui.sparkline import sparkline

register = template.Library()


@register.inclusion_tag("ui/qr.html")
def qr(text: str, label: str = "QR", size: str = "") -> dict[str, Any]:
    """Draw a text as a QR code; nothing where it does not fit into one. ``size`` is a further class."""
    return {"code": drawn(text) if text else None, "label": label, "size": size}


@register.inclusion_tag("ui/bar.html")
def bar(share: float, mood: str = "") -> dict[str, Any]:
    """Draw a share between 0 and 1 as a bar; the figure itself stands beside it in words."""
    return {"width": round(100 * max(0.0, min(1.0, share)), 1), "mood": mood}


@register.inclusion_tag("ui/sparkline.html")
def spark(values: Sequence[float | None], label: str, alarm: float | None = None) -> dict[str, Any]:
    """Draw a series, oldest first, ``None`` where nothing was measured. ``alarm`` draws a line at that value."""
    return {"line": sparkline(values, alarm=alarm), "label": label}


@register.inclusion_tag("ui/qr.html", takes_context=True)
def face_qr(context: dict[str, Any], invoice: dict[str, Any]) -> dict[str, Any]:
    """Draw the code that stands on an invoice's face: its own, or the one its values make."""
    payload = face_payload(invoice)
    label = "the invoice's QR code" if context.get("lang") == "en" else "发票二维码"
    return {"code": drawn(payload) if payload else None, "label": label, "size": ""}
