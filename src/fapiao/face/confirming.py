"""Confirmation (印证): whether a 数电 page prints exactly what a more trusted route has told, each value at its place.

A page on which every text is a label of the form or a value already known, where the form puts that value, can neither add nor
contradict anything: reading it in full would only find the same again. One text that is not accounted for, or stands elsewhere,
and the page has to be read (`fapiao.face.read_faces`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from fapiao.draft import Draft
from fapiao.face.papers import is_doubtful
from fapiao.face.rows import folded, printed
from fapiao.invoice import Line
from fapiao.money import in_words
from fapiao.vocabulary import label

LEVEL = 2.0
"""Millimetres: what stands on the row of a label may stand so much higher or lower."""
SAME_LINE = 0.5
"""Millimetres between baselines of one line of goods."""
_PARTIES = ("buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id")
_UNTOLD = ("code", "digital_number", "red", "special", "payee", "reviewer", "check_code", "machine_number")
"""Where one of these is held the face prints more than the plain form has."""


Print = tuple[float, float, str]
"""One text of a page (印字): where it begins, on which baseline, in millimetres from the page's upper left, and what it says."""


class Sorted(NamedTuple):
    """Prints sorted (分拣后的印字): labels that values stand beside, heights of the rows that part the form, and the rest."""

    labels: list[tuple[float, float, str]]
    rows: dict[str, list[float]]
    rest: list[Print]


def sort_out(prints: Iterable[Print]) -> Sorted:
    """Return prints sorted into the form's labels and what remains to be accounted for."""
    told = Sorted([], {"heading": [], "sums": [], "total": []}, [])
    for each in prints:
        x, y, text = each
        if text[:1] in _FIRST:
            name, _, value = _bare(text).partition(":")
            row = _ROWS.get(name) or ("total" if "小写" in name else "sums" if name[:2] == "合计" else None)
            if name in _VALUED:
                told.labels.append((x, y, _VALUED[name]))
            elif row:
                told.rows[row].append(y)
            if not value and name in _LABELS:
                continue
        told.rest.append(each)
    return told


def confirms(draft: Draft, parts: Sequence[Sorted], width: float) -> dict[str, Any] | None:
    """Return what a page of plain 数电 form tells beyond a draft (at most the sum in words); ``None`` if it must be read.

    ``parts`` are the prints of the form and of the page itself; ``width`` is the page's, in millimetres.
    """
    if any(draft.get(path) is not None for path in _UNTOLD) or not draft.get("lines"):
        return None
    form = _Form(draft, parts, width)
    return form.beyond() if form.stands() and all(map(form.takes, parts)) and form.goods_fit() else None


class _Form:
    """The plain form filled with what a draft holds (票面应有的字)."""

    def __init__(self, draft: Draft, parts: Sequence[Sorted], width: float) -> None:
        self._draft = draft
        self._middle = width * 0.48
        self._words: str | None = None
        self._head = self._heads()
        self._labels = [label for part in parts for label in part.labels]
        self._rows = [[y for part in parts for y in part.rows[row]] for row in ("heading", "sums", "total")]
        self._heading, self._sums, self._total = [min(row, default=0.0) for row in self._rows]
        self._goods: list[Print] = []

    def stands(self) -> bool:
        """Tell whether heading, sums and total stand one below the other, each on one row; a bare form has no heading."""
        level = all(max(row, default=0.0) - min(row, default=0.0) < LEVEL for row in self._rows)
        return level and self._heading < self._sums < self._total - LEVEL

    def takes(self, part: Sorted) -> bool:
        """Tell whether all that remains of a part is accounted for where it stands; lines of goods are put aside."""
        takes = self._takes
        for x, y, text in part.rest:
            if not takes(x, y, text):
                return False
        return not is_doubtful("".join([text for _, _, text in part.rest]))

    def beyond(self) -> dict[str, Any]:
        """What the page tells and the draft does not hold."""
        return {"total_in_words": self._words} if self._words else {}

    def _takes(self, x: float, y: float, text: str) -> bool:
        if 0 < self._heading < y - SAME_LINE and y < self._sums - LEVEL:
            self._goods.append((y, x, text))
            return True
        path = self._head.get(text)
        if path is not None and y < self._sums - LEVEL:
            return path == "kind" or (self._label_of(x, y) == path.rpartition(".")[2] and self._side(path, x))
        bare = _bare(text)
        name, colon, value = bare.partition(":")
        if y > self._total + LEVEL:
            return self._foot(bare, x, y)
        if abs(y - self._total) <= LEVEL:
            return self._total_row(bare)
        if abs(y - self._sums) <= LEVEL and y > self._sums - SAME_LINE:
            return self._sum_row(bare, x)
        if colon and name in _VALUED:
            path = self._head.get(value)
            return path is not None and path.rpartition(".")[2] == _VALUED[name] and self._side(path, x)
        if y > self._heading:
            self._goods.append((y, x, text))
            return True
        return False

    def _label_of(self, x: float, y: float) -> str:
        """What the nearest label left of a place on its row says of it."""
        beside = [label for label in self._labels if label[0] < x and abs(label[1] - y) < LEVEL]
        return max(beside, default=(0.0, 0.0, ""))[2]

    def _heads(self) -> dict[str, str]:
        """The values above the goods, as printed, by path; both parties of one name are not told apart by it."""
        get = self._draft.get
        day, kind = get("issued_on"), label(get("kind"))
        heads = {get(path): path for path in ("number", *_PARTIES) if get(path)}
        if kind:
            heads |= {kind: "kind", _bare(kind): "kind", kind.replace("(", "（").replace(")", "）"): "kind"}
        if day:
            heads[f"{day:%Y年%m月%d日}"] = "issued_on"
        return heads

    def _side(self, path: str, x: float) -> bool:
        if path.startswith("buyer"):
            other = "seller" + path[5:]
            return x < self._middle and self._draft.get(path) != self._draft.get(other)
        return x >= self._middle if path.startswith("seller") else True

    def _total_row(self, bare: str) -> bool:
        total = self._draft.get("total")
        text = bare.removeprefix("(小写)").removeprefix("¥")
        if total is not None and text == str(total):
            return True
        words = bare.removeprefix("价税合计(大写)")
        if total is None or words not in _spellings(total):
            return False
        self._words = words
        return True

    def _sum_row(self, bare: str, x: float) -> bool:
        """Amount left, tax right; told apart by the middle of the page's right half."""
        text = bare.removeprefix("合计").removeprefix("¥")
        right = x > self._middle * 1.6
        path = ("tax_text" if "*" in text else "tax") if right else "amount"
        held = self._draft.get(path)
        return held is not None and text == str(held)

    def _foot(self, bare: str, x: float, y: float) -> bool:
        """The drawer beside or with its label, and above it the remark."""
        drawer, remark = self._draft.get("drawer"), self._draft.get("remark")
        if bare.startswith("开票人:") or self._label_of(x, y) == "drawer":
            return drawer is not None and bare.removeprefix("开票人:") == drawer
        return bool(remark) and len(bare) > 1 and "方" not in remark and bare in _bare(remark)

    def goods_fit(self) -> bool:
        """Tell whether the rows between heading and sums are the lines that are held, cell by cell from left to right."""
        lines: tuple[Line, ...] = self._draft.get("lines")
        rows: list[list[tuple[float, str]]] = []
        level = float("-inf")
        for y, x, text in sorted(self._goods):
            if y - level > SAME_LINE:
                rows.append([])
                level = y
            rows[-1].append((x, text))
        whole = len(rows) == len(lines) or (not self._heading and len(rows) < len(lines))
        return whole and all(map(_is_line, rows, lines))


def _is_line(row: list[tuple[float, str]], line: Line) -> bool:
    """Tell whether a row prints a line's cells in their order, its amount among them."""
    left = iter(_cells(line))
    texts = [text for _, text in sorted(row)]
    return str(line.amount) in texts and all(any(text in cell for cell in left) for text in texts)


def _cells(line: Line) -> tuple[tuple[str, ...], ...]:
    """The cells of a line from left to right, each in the spellings that faces have."""
    rate = line.rate or ""
    return (
        (line.name or "",),
        (line.spec or "",),
        (line.unit or "",),
        (_figure(line.quantity),),
        (_figure(line.price),),
        (str(line.amount),),
        (rate, _percent(rate)),
        (line.tax_text or _figure(line.tax),),
    )


def _figure(value: Decimal | None) -> str:
    return "" if value is None else str(value)


@lru_cache(maxsize=64)
def _percent(rate: str) -> str:
    try:
        return f"{(Decimal(rate) * 100).normalize():f}%"
    except ArithmeticError:
        return rate


@lru_cache(maxsize=256)
def _spellings(total: Decimal) -> frozenset[str]:
    """The sum in words as makers print it: 圆 or 元, 整 or 正."""
    words = in_words(total)
    return frozenset(
        words.replace("圆", yuan).replace("整", whole) for yuan in ("圆", "元") for whole in ("整", "正")
    )


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return folded(printed(text)).replace(" ", "")


_VALUED = {
    "发票号码": "number",
    "开票日期": "issued_on",
    "名称": "name",
    "统一社会信用代码/纳税人识别号": "tax_id",
    "开票人": "drawer",
}
"""Labels that a value stands beside, by the last word of its path."""
_ROWS = {"项目名称": "heading", "合": "sums", "计": "sums", "合计": "sums", "价税合计(大写)": "total"}
"""Labels whose rows part the form."""
_LABELS = frozenset(
    {
        *_VALUED,
        *_ROWS,
        *("规格型号", "单位", "数量", "单价", "金额", "税率/征收率", "税率", "征收率", "税额"),
        *("价税合计", "(大写)", "(小写)", "备注", "购买方信息", "销售方信息", *"购买方销售备注信息"),
    }
)
"""What the blank form prints (空白票面的字)."""
_FIRST = frozenset({each[0] for each in _LABELS} | set("（ \u3000"))
"""What labels begin with."""
