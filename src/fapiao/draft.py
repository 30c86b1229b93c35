"""A draft (草稿): collects an invoice's values from several routes, the most trusted first.

The first route to tell a field wins; a later route that says something else makes a finding
`routes-disagree`, so that no contradiction between the parts of a file goes unseen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fapiao.finding import Finding
from fapiao.invoice import Invoice, Party

_PARTY_PATHS = {
    side: tuple((name, f"{side}.{name}") for name in Party.__struct_fields__) for side in ("buyer", "seller")
}


class Draft:
    """An invoice under way (读取中的发票). Paths are field names; parties as ``seller.tax_id``."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self.routes: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.closed = False

    def put(self, path: str, value: Any, route: str) -> None:
        """Tell one field. ``None``, empty text and empty sequences say nothing; a contradiction is noted."""
        if value is None or value in ("", ()):
            return
        held = self._values.get(path)
        if held == value:
            return
        if isinstance(held, dict) and isinstance(value, dict):
            self._complete(path, held, value, route)
        elif held is None:
            if not self.closed:
                self._values[path] = value
                self.routes[path] = route
        elif not _agree(held, value) and not (path == "remark" and _within(held, value)):
            self._disagree(path, held, value, route)

    def _complete(self, path: str, held: dict[str, Any], value: dict[str, Any], route: str) -> None:
        """Fields of a special business by name: what one route left out another may tell."""
        for name, text in value.items():
            if name not in held:
                if not self.closed:
                    self._values[path] = held = held | {name: text}
            elif not _agree(held[name], text):
                self._disagree(f"{path}.{name}", held[name], text, route, first=self.routes[path])

    def put_all(self, values: dict[str, Any], route: str) -> None:
        """Tell many fields at once by one route."""
        for path, value in values.items():
            self.put(path, value, route)

    def close(self) -> None:
        """Take nothing new any more: a route told everything, and further ones can only agree or differ."""
        self.closed = True

    def get(self, path: str) -> Any:
        """Return what is held for a field so far, or ``None``."""
        return self._values.get(path)

    def note(self, finding: Finding) -> None:
        """Add a finding of the reader's own."""
        self.findings.append(finding)

    def build(self) -> Invoice:
        """Return the invoice as told so far."""
        plain = {path: value for path, value in self._values.items() if "." not in path}
        return Invoice(**plain, buyer=self._party("buyer"), seller=self._party("seller"))

    @property
    def main_route(self) -> Any:
        """The route that told most fields."""
        told = list(self.routes.values())
        return max(dict.fromkeys(told), key=told.count) if told else None

    def _party(self, side: str) -> Party:
        told = {name: self._values.get(path) for name, path in _PARTY_PATHS[side]}
        return Party(**told)

    def _disagree(self, path: str, held: Any, value: Any, route: str, first: str = "") -> None:
        first = first or self.routes[path]
        self.findings.append(
            Finding(
                code="routes-disagree",
                path=path,
                severity="warning",
                message=f"{path} 两处不一致：{first} 为 {held}，{route} 为 {value}",
                message_en=f"{path} differs between two places of the file: {first} says {held}, {route} says {value}",
            )
        )


def _agree(held: Any, value: Any) -> bool:
    if isinstance(held, str) and isinstance(value, str):
        return _bare(held) == _bare(value)
    if isinstance(held, Decimal) and isinstance(value, Decimal):
        return held == value
    if isinstance(held, tuple):
        return True
    return bool(held == value)


def _within(held: Any, value: Any) -> bool:
    """A face prints accounts and red references in its remark, which a file keeps in fields of their own."""
    told, printed = sorted((_bare(str(held)), _bare(str(value))), key=len)
    return told in printed


_WIDTHS = str.maketrans("（）：，；￥元正〇○◯", "():,;¥圆整零零零", " \t\r\n\u3000\u00a0")


def _bare(text: str) -> str:
    return text.translate(_WIDTHS).rstrip(",").upper()
