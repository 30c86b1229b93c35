"""Vendors' habits (各家制版习惯): what makers of invoices' PDF and OFD files do to a face, done to a sheet of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, pi, sin

from making.sheets import Sheet, Text

_RADICALS = str.maketrans(
    "用长车门见贝页风飞马鱼鸟齐龙民西青角一人大小金方日月比食木水火土工力口行里音高黑",
    "⽤⻓⻋⻔⻅⻉⻚⻛⻜⻢⻥⻦⻬⻰⺠⻄⻘⻆⼀⼈⼤⼩⾦⽅⽇⽉⽐⾷⽊⽔⽕⼟⼯⼒⼝⾏⾥⾳⾼⿊",
)
_COMPATIBLE = str.maketrans("金不年行利六立理里", "\uf90a\uf967\uf98e\ufa08\uf9dd\uf9d1\uf9f7\uf9e4\uf9e9")


def _each(change: Callable[[Text], list[Text]]) -> Callable[[Sheet], Sheet]:
    return lambda sheet: with_texts(sheet, [new for text in sheet.texts for new in change(text)])


def with_texts(sheet: Sheet, texts: list[Text]) -> Sheet:
    """Return the sheet with other texts."""
    return Sheet(sheet.width, sheet.height, texts, sheet.pictures)


def _translated(table: dict[int, str]) -> Callable[[Text], list[Text]]:
    return lambda text: [replace(text, text=text.text.translate(table))]


def _swapped(old: str, new: str) -> Callable[[Text], list[Text]]:
    return lambda text: [replace(text, text=text.text.replace(old, new))]


def _grouped(text: Text) -> list[Text]:
    """Four groups of five digits are objects of their own, wide apart."""
    groups = text.text.split(" ")
    if len(groups) != 4 or not all(len(group) == 5 and group.isdigit() for group in groups):
        return [text]
    return [Text(text.x + 9.6 * place, text.y, group, text.size) for place, group in enumerate(groups)]


def _one_line_labels(sheet: Sheet) -> Sheet:
    """A label and its value are one text."""
    texts: list[Text] = []
    for text in sheet.texts:
        last = texts[-1] if texts else None
        if last and last.text.endswith("：") and last.y == text.y and 0 <= text.x - last.x - last.width < 12:
            texts[-1] = replace(last, text=last.text + text.text)
        else:
            texts.append(text)
    return with_texts(sheet, texts)


def _ring(text: str, x: float, y: float, radius: float, size: float, *, lean: bool) -> list[Text]:
    """Return text set round a ring, each sign upright or leaning as seals have it."""
    told = []
    for place, sign in enumerate(text):
        angle = pi * (1.15 - 1.3 * place / max(len(text) - 1, 1))
        leaning = angle * 180 / pi - 90 if lean else 0
        told.append(Text(x + radius * cos(angle), y - 0.7 * radius * sin(angle), sign, size, angle=leaning))
    return told


def _sealed_head(sheet: Sheet) -> Sheet:
    """The supervising seal over the title is real text, drawn first."""
    seal = _ring("全国统一发票监制章", 106, 18, 13, 3.0, lean=True)
    seal += [Text(98, 18.5, "国家税务总局", 3.0), Text(99, 24.5, "北京市税务局", 2.6)]
    return with_texts(sheet, [*seal, *sheet.texts])


def _sealed_foot(sheet: Sheet) -> Sheet:
    """The seller's seal at the foot is real text: its name round the ring, number and purpose across."""
    if sheet.width < 150:
        return sheet
    seal = _ring("京华天成科技发展有限公司", 178, 124, 15, 3.0, lean=True)
    seal += [Text(163, 124.5, "91110105MA00AAAA0X", 2.5), Text(169, 131, "发票专用章", 3.3)]
    return with_texts(sheet, [*sheet.texts, *seal])


def _private_marks(sheet: Sheet) -> Sheet:
    """Marks and seals are signs of private use here and there."""
    marks = [Text(30 + 25 * place, 8 + 20 * place, "\ue0a1", 3.0) for place in range(6)]
    return with_texts(sheet, [*marks, *sheet.texts])


def _cipher_block(sheet: Sheet) -> Sheet:
    """The cipher's rows are drawn close after the buyer's name, without its upright label."""
    texts = [text for text in sheet.texts if text.text not in ("密", "码", "区")]
    return with_texts(sheet, texts)


def _shifted_down(sheet: Sheet) -> Sheet:
    """Values stand one to two points below the baseline of their labels."""
    labels = ("：", "）", ":")
    texts = [
        text
        if text.text.endswith(labels) or len(text.text) == 1 or text.text.startswith("*")
        else text.moved(0, 0.6)
        for text in sheet.texts
    ]
    return with_texts(sheet, texts)


def _yen_in_another_font(text: Text) -> list[Text]:
    """The sign of the currency comes from a larger font and stands a little higher."""
    if not text.text.startswith(("¥", "￥")):
        return [text]
    sign = replace(text, text="¥", size=text.size * 1.25, y=text.y - 0.4, x=text.x - 1.0)
    rest = replace(text, text=text.text[1:], x=text.x + text.width - replace(text, text=text.text[1:]).width)
    return [rest, sign]


def _words_marked(mark: str) -> Callable[[Text], list[Text]]:
    def change(text: Text) -> list[Text]:
        return [replace(text, text=mark)] if text.text == "⊗" else [text]

    return change


def _mark_joined(sheet: Sheet) -> Sheet:
    """The mark before the amount in words is one text with it."""
    mark = next((text for text in sheet.texts if text.text == "⊗"), None)
    if mark is None:
        return sheet
    texts = [text for text in sheet.texts if text is not mark]
    return with_texts(
        sheet, [replace(t, text=f"⊗{t.text}") if t.y == mark.y and 60 < t.x < 80 else t for t in texts]
    )


def _circles(sign: str) -> Callable[[Text], list[Text]]:
    """The zero of the amount in words is a circle."""

    def change(text: Text) -> list[Text]:
        words = text.text.endswith(("整", "分", "角")) and ("圆" in text.text or "元" in text.text)
        return [replace(text, text=text.text.replace("零", sign))] if words else [text]

    return change


def _stamped(sheet: Sheet) -> Sheet:
    """What viewers and archives add at the edges: downloads, page numbers, addresses, times of printing."""
    edge = [
        Text(3, sheet.height - 1.5, "https://dppt.beijing.chinatax.gov.cn:8443/", 2.4),
        Text(sheet.width - 20, sheet.height - 1.5, "第1页/共1页", 2.4),
        Text(3, 3, "2026/7/1 10:32", 2.4),
    ]
    return with_texts(sheet, [*edge, *sheet.texts])


def beside(first: Sheet, second: Sheet, *, apart: float = 0.0) -> Sheet:
    """Two faces share a landscape page, one left of the other."""
    page = Sheet(first.width + second.width + apart, max(first.height, second.height))
    for sheet, right in ((first, 0.0), (second, first.width + apart)):
        page.texts += [text.moved(right, 0.0) for text in sheet.texts]
        page.pictures += [(x + right, y, side, picture) for x, y, side, picture in sheet.pictures]
    return page


def shrunk(sheet: Sheet, scale: float) -> Sheet:
    """The face is printed smaller."""
    texts = [replace(t, x=t.x * scale, y=t.y * scale, size=t.size * scale) for t in sheet.texts]
    pictures = [(x * scale, y * scale, side * scale, picture) for x, y, side, picture in sheet.pictures]
    return Sheet(sheet.width * scale, sheet.height * scale, texts, pictures)


def four_up(sheets: list[Sheet], scale: float = 0.68) -> Sheet:
    """Four faces share one page, two by two."""
    small = [shrunk(sheet, scale) for sheet in sheets]
    above, below = beside(*small[:2]), beside(*small[2:])
    height = max(above.height, below.height) + 4
    texts = [*above.texts, *(text.moved(0.0, height) for text in below.texts)]
    pictures = [*above.pictures, *((x, y + height, side, picture) for x, y, side, picture in below.pictures)]
    return Sheet(max(above.width, below.width), height * 2, texts, pictures)


_PARTY_LABELS = ("名称：", "统一社会信用代码/纳税人识别号：")
_HEAD_LABELS = ("发票代码：", "发票号码：", "开票日期：")


def without(*labels: str) -> Callable[[Sheet], Sheet]:
    """Some labels are drawn as curves: only their values are text."""
    return lambda sheet: with_texts(sheet, [text for text in sheet.texts if text.text not in labels])


def _labels_drawn(sheet: Sheet) -> Sheet:
    """All labels beside values are drawn on a 数电 face: the headings of the goods and the sums are left."""
    digital = any(text.text.startswith("电子发票（") for text in sheet.texts)
    ticket = sheet.width < 200
    labels = (*_PARTY_LABELS, *_HEAD_LABELS, "开票人：") if digital and not ticket else ()
    return without(*labels)(sheet)


def _drawer_twice(sheet: Sheet) -> Sheet:
    """The drawer stands once more below, by itself."""
    label = next((text for text in sheet.texts if text.text == "开票人："), None)
    named = next((t for t in sheet.texts if label and t.y == label.y and 0 < t.x - label.x < 20), None)
    return with_texts(sheet, [*sheet.texts, named.moved(0, 3.4)]) if named else sheet


def _fare_high(text: Text) -> list[Text]:
    """A ticket's fare stands most of a line above its label."""
    fare = text.text.startswith(("¥", "￥")) and text.size > 3.6
    return [text.moved(0, -2.6) if fare else text]


def _digits_apart(pitch: float) -> Callable[[Text], list[Text]]:
    """Digits stand apart, as a font with wrong widths sets them; figures still end where they ended."""

    def change(text: Text) -> list[Text]:
        if not set(text.text) <= set("0123456789.¥￥-") or not 4 <= len(text.text) <= 12 or text.angle:
            return [text]
        step = pitch * text.size
        right = text.x + text.width
        begin = (
            min(text.x, right - step * (len(text.text) - 1) - 0.5 * text.size) if "." in text.text else text.x
        )
        return [replace(text, x=begin + step * at, text=sign) for at, sign in enumerate(text.text)]

    return change


def _fare_bare(sheet: Sheet) -> Sheet:
    """A ticket prints its fare without a label."""
    return with_texts(sheet, [text for text in sheet.texts if text.text != "票价:"])


HABITS: dict[str, Callable[[Sheet], Sheet]] = {
    "radicals": _each(_translated(_RADICALS)),
    "compatible-signs": _each(_translated(_COMPATIBLE)),
    "half-width-brackets": _each(_translated(str.maketrans("（）：", "():"))),
    "check-code-in-groups": _each(_grouped),
    "labels-joined": _one_line_labels,
    "sealed-head": _sealed_head,
    "sealed-foot": _sealed_foot,
    "private-marks": _private_marks,
    "cipher-unlabelled": _cipher_block,
    "values-a-point-lower": _shifted_down,
    "yen-in-another-font": _each(_yen_in_another_font),
    "mark-times": _each(_words_marked("×")),
    "mark-private": _each(_words_marked("\ue00b")),
    "mark-circled": _each(_words_marked("ⓧ")),
    "mark-joined": _mark_joined,
    "circle-zero": _each(_circles("〇")),
    "large-circle-zero": _each(_circles("○")),
    "yuan-simple": _each(_swapped("圆", "元")),
    "stamped-edges": _stamped,
    "party-labels-drawn": without(*_PARTY_LABELS),
    "head-labels-drawn": without(*_HEAD_LABELS),
    "labels-drawn": _labels_drawn,
    "ratio-colons": _each(_swapped("：", "∶")),
    "drawer-twice": _drawer_twice,
    "fare-unlabelled": _fare_bare,
    "digits-apart": _each(_digits_apart(0.66)),
    "digits-far-apart": _each(_digits_apart(0.75)),
    "fare-high": _each(_fare_high),
}
