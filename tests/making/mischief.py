"""Mischief: what happens to text layers on their way, done to a sheet of ours."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from math import cos, radians, sin

from making.sheets import Sheet, Text, advance

_WIDE = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in "0123456789"}
_DIGITS = "0123456789"


def _each(change: Callable[[Text], list[Text]]) -> Callable[[Sheet], Sheet]:
    def done(sheet: Sheet) -> Sheet:
        texts = [new for text in sheet.texts for new in change(text)]
        return Sheet(sheet.width, sheet.height, texts, sheet.pictures)

    return done


def _signs(text: Text) -> list[Text]:
    """Every sign is an object of its own."""
    told, x = [], text.x
    for sign in text.text:
        told.append(replace(text, x=x, text=sign))
        x += advance(sign) * text.size
    return told if text.angle == 0 else [text]


def _spaced(text: Text) -> list[Text]:
    """Labels of four signs are split by spaces."""
    labels = {
        "名称：": "名 称：",
        "价税合计（大写）": "价 税 合 计（大写）",
        "（小写）": "（ 小写 ）",
        "项目名称": "项 目 名 称",
    }
    told = text.text
    for label, split in labels.items():
        if told.startswith(label) and len(told) == len(label):
            told = split
    return [replace(text, text=told, size=text.size * min(1.0, text.width / replace(text, text=told).width))]


def _wide_digits(text: Text) -> list[Text]:
    """Digits are full width, set at half their size so that they take the same room."""
    wide = text.text.translate(_WIDE)
    if wide == text.text or not set(text.text) <= set(_DIGITS) or text.angle:
        return [text]
    return [replace(text, text=wide, size=text.size / 2 + 0.001)]


def _nul(text: Text) -> list[Text]:
    """A nothing-sign ends every label."""
    return [replace(text, text=f"{text.text}\x00") if text.text.endswith(("：", "）")) else text]


def _doubled(text: Text) -> list[Text]:
    """Bold is imitated by drawing twice, a hair apart."""
    return [text, text.moved(0.15, 0.0)]


def _doubled_signs(text: Text) -> list[Text]:
    return [again for sign in _signs(text) for again in (sign, sign.moved(0.12, 0.05))]


def _slipped(text: Text) -> list[Text]:
    """Values stand a little above their labels."""
    labelled = text.text.endswith(("：", ":")) or len(text.text) == 1
    return [text if labelled or text.y < 10 else text.moved(0.0, -0.9)]


def _yen(sign: str) -> Callable[[Text], list[Text]]:
    return lambda text: [replace(text, text=text.text.replace("¥", sign).replace("￥", sign))]


def _date_apart(text: Text) -> list[Text]:
    """The digits of the date stand a little above 年月日."""
    if "年" not in text.text or "月" not in text.text or len(text.text) > 14:
        return [text]
    return [
        sign if sign.text not in _DIGITS else sign.moved(0.0, -1.0)
        for sign in _signs(text)
        if sign.text != " "
    ]


def _trailing(text: Text) -> list[Text]:
    """Every text ends with spaces."""
    return [replace(text, text=f"{text.text}    ")]


def _yen_apart(text: Text) -> list[Text]:
    """The sign of the currency is an object of its own, at some distance."""
    if not text.text.startswith(("¥", "￥")):
        return [text]
    return [replace(text, text="¥", x=text.x - 4), replace(text, text=text.text[1:], x=text.x + 1.6)]


def _lower(text: Text) -> list[Text]:
    """Values stand a little below their labels."""
    labelled = text.text.endswith(("：", "）", ":")) or len(text.text) == 1
    return [text if labelled else text.moved(0.0, 0.9)]


def _numbers_high(text: Text) -> list[Text]:
    """The numbers of the head stand most of a line above their labels."""
    return [text.moved(0.0, -2.0) if text.y < 30 and text.text.isdigit() else text]


def _colon_apart(text: Text) -> list[Text]:
    """A label's colon is an object of its own."""
    if not text.text.endswith("："):
        return [text]
    colon = replace(text, text="：", x=text.x + text.width - text.size)
    return [replace(text, text=text.text[:-1]), colon]


def _shaken(text: Text) -> list[Text]:
    """Nothing stands quite where it should."""
    dice = random.Random(f"{text.text}{text.x:.3f}")
    return [text.moved(dice.uniform(-0.2, 0.2), dice.uniform(-0.45, 0.45))]


def without_uprights(sheet: Sheet) -> Sheet:
    """The labels beside the areas are drawn as curves."""
    texts = [
        text for text in sheet.texts if not (len(text.text) == 1 and text.text in "购买方销售信息备注密码区")
    ]
    return Sheet(sheet.width, sheet.height, texts, sheet.pictures)


def on_a_larger_page(sheet: Sheet) -> Sheet:
    """The face stands in the middle of a large page."""
    texts = [text.moved(30, 120) for text in sheet.texts]
    pictures = [(x + 30, y + 120, side, picture) for x, y, side, picture in sheet.pictures]
    return Sheet(sheet.width + 60, 420, texts, pictures)


def shuffled(sheet: Sheet) -> Sheet:
    """The objects come in any order: values before labels, the foot before the head."""
    texts = list(sheet.texts)
    random.Random(7).shuffle(texts)
    return Sheet(sheet.width, sheet.height, texts, sheet.pictures)


def labels_first(sheet: Sheet) -> Sheet:
    """All labels are drawn before all values."""
    texts = sorted(sheet.texts, key=lambda text: not text.text.endswith(("：", "）")))
    return Sheet(sheet.width, sheet.height, texts, sheet.pictures)


def watermarked(sheet: Sheet) -> Sheet:
    """Hidden text and text askew lie over the face."""
    hidden = [Text(30 + 9 * n, 20 + 11 * n, "内部资料123456.00", 6, hidden=True) for n in range(9)]
    return Sheet(sheet.width, sheet.height, [*hidden, *sheet.texts, *hidden], sheet.pictures)


def scanned(sheet: Sheet) -> Sheet:
    """All text is hidden: the layer that a scanner's recognition lays over its picture."""
    texts = [replace(text, hidden=True) for text in sheet.texts]
    return Sheet(sheet.width, sheet.height, texts, sheet.pictures)


def turned(sheet: Sheet, angle: int) -> Sheet:
    """The whole face is set sideways on the page, by quarter turns against the clock."""
    wide, tall = sheet.width, sheet.height
    places = {
        90: lambda text: (text.y, wide - text.x),
        180: lambda text: (wide - text.x, tall - text.y),
        270: lambda text: (tall - text.y, text.x),
    }
    texts = []
    for text in sheet.texts:
        x, y = places[angle](text)
        texts.append(replace(text, x=x, y=y, angle=(text.angle + angle) % 360))
    return Sheet(*((tall, wide) if angle % 180 else (wide, tall)), texts)


def askew(sheet: Sheet, angle: float) -> Sheet:
    """The page lay askew in the scanner, and its recognised text leans with it."""
    c, s = cos(radians(angle)), sin(radians(angle))
    texts = [
        replace(
            text, x=text.x * c + text.y * s + 20, y=text.y * c - text.x * s + 20, angle=text.angle + angle
        )
        for text in sheet.texts
    ]
    return Sheet(sheet.width + 40, sheet.height + 40, texts, sheet.pictures)


def garbled(sheet: Sheet) -> Sheet:
    """The table from codes to characters is wrong: every sign means another."""
    return _each(
        lambda text: [replace(text, text="".join(chr(0x3400 + ord(sign) % 0x1900) for sign in text.text))]
    )(sheet)


def halves(first: Sheet, second: Sheet) -> Sheet:
    """Two faces share an A4 page."""
    page = Sheet(max(first.width, second.width), 297)
    for sheet, down in ((first, 0.0), (second, 148.0)):
        page.texts += [text.moved(0.0, down) for text in sheet.texts]
        page.pictures += [(x, y + down, side, picture) for x, y, side, picture in sheet.pictures]
    return page


MISCHIEF: dict[str, Callable[[Sheet], Sheet]] = {
    "signs-apart": _each(_signs),
    "labels-split": _each(_spaced),
    "wide-digits": _each(_wide_digits),
    "nothing-signs": _each(_nul),
    "drawn-twice": _each(_doubled),
    "signs-drawn-twice": _each(_doubled_signs),
    "values-slipped": _each(_slipped),
    "yen-full-width": _each(_yen("￥")),
    "yen-as-letter": _each(_yen("Y")),
    "date-apart": _each(_date_apart),
    "spaces-trailing": _each(_trailing),
    "yen-apart": _each(_yen_apart),
    "values-lower": _each(_lower),
    "numbers-high": _each(_numbers_high),
    "colon-apart": _each(_colon_apart),
    "shaken": _each(_shaken),
    "without-uprights": without_uprights,
    "larger-page": on_a_larger_page,
    "shuffled": shuffled,
    "labels-first": labels_first,
    "watermarked": watermarked,
    "scanned": scanned,
}
