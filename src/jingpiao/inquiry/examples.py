"""Examples (演示例子) to try: one found, one mistyped, one on its way. Only a home that holds a demonstration world has any."""

from __future__ import annotations

import msgspec

from jingpiao.home import home
from jingpiao.ledger.models import Invoice


class Example(msgspec.Struct, frozen=True):
    """One text to paste, with what will come of it (一个例子)."""

    title: str
    title_en: str
    text: str


def examples() -> list[Example]:
    """Return the examples of a demonstration, none elsewhere: real invoices are nobody's example."""
    if not (home() / "world").is_dir():
        return []
    held = Invoice.objects.filter(kind="82", alias=None).order_by("-known_at")[:1].first()
    if held is None:
        return []
    rest = f"{held.issued_on} 价税合计 {held.total}"
    wrong = held.key[:-3] + str((int(held.key[-3]) + 5) % 10) + held.key[-2:]
    rows = [
        Example("在账", "found", f"{held.key} {rest}"),
        Example("输错一位", "mistyped", f"{wrong} {rest}"),
        Example("还在路上", "on its way", _on_its_way()),
    ]
    return [row for row in rows if row.text]


def _on_its_way() -> str:
    """Return an invoice that the world has issued and that its feed has yet to bring."""
    path = home() / "world" / "coming.json"
    if not path.exists():
        return ""
    told = msgspec.json.decode(path.read_bytes())
    if Invoice.objects.filter(key=told["number"]).exists():
        return ""  # it has come meanwhile
    return f"{told['number']} {told['issued_on']} 价税合计 {told['total']}"
