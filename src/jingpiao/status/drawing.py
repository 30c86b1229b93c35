"""Drawing (图形): the day's course as a small line, the regions as a map of tiles; plain SVG, made here, no script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT, FOOT = 96, 28, 5
TILE = 48
SIGNS = {"current": "●", "delayed": "◐", "outage": "✕", "unknown": "?", "none": "–"}
WORDS = {
    "current": ("正常", "current"),
    "delayed": ("延迟", "delayed"),
    "outage": ("故障", "outage"),
    "unknown": ("不知道", "not known"),
    "none": ("没有来源", "no feed"),
}
TILES: dict[str, tuple[int, int]] = {
    "23": (8, 0),
    "65": (0, 1),
    "15": (5, 1),
    "22": (8, 1),
    "62": (2, 2),
    "64": (3, 2),
    "14": (4, 2),
    "13": (5, 2),
    "11": (6, 2),
    "21": (7, 2),
    "91": (8, 2),
    "54": (0, 3),
    "63": (1, 3),
    "51": (2, 3),
    "61": (3, 3),
    "41": (4, 3),
    "37": (5, 3),
    "12": (6, 3),
    "92": (7, 3),
    "50": (2, 4),
    "42": (3, 4),
    "34": (4, 4),
    "32": (5, 4),
    "31": (6, 4),
    "53": (1, 5),
    "52": (2, 5),
    "43": (3, 5),
    "36": (4, 5),
    "33": (5, 5),
    "93": (6, 5),
    "45": (3, 6),
    "44": (4, 6),
    "35": (5, 6),
    "94": (6, 6),
    "46": (3, 7),
    "95": (4, 7),
}
"""Where each region's tile stands, (column, row): roughly as on a map, every region as large as every other."""


def course(points: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what draws a day's course: pieces of a line where lags were measured, and a foot of states.

    Hours without a measurement break the line; they are shown, not bridged.
    """
    lags = [point["lag"] for point in points]
    top = max((lag for lag in lags if lag is not None), default=0) or 1
    step = WIDTH / max(1, len(points))
    line = HEIGHT - FOOT - 2
    pieces: list[list[str]] = [[]]
    for place, lag in enumerate(lags):
        if lag is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{(place + 0.5) * step:.1f},{1 + line * (1 - lag / top):.1f}")
    counts = Counter(point["state"] for point in points)
    return {
        "lines": [" ".join(_visible(piece, step)) for piece in pieces if piece],
        "foot": [
            {"x": f"{place * step:.1f}", "width": f"{step - 0.6:.1f}", "state": point["state"]}
            for place, point in enumerate(points)
        ],
        "told": "，".join(f"{WORDS[state][0]} {counts[state]} 小时" for state in SIGNS if counts[state]),
        "told_en": ", ".join(f"{WORDS[state][1]} {counts[state]} h" for state in SIGNS if counts[state]),
    }


def _visible(piece: list[str], step: float) -> list[str]:
    """A lone point is drawn as a short dash: a line of one point would not be seen."""
    if len(piece) > 1:
        return piece
    x, y = piece[0].split(",")
    return [f"{float(x) - step / 3:.1f},{y}", f"{float(x) + step / 3:.1f},{y}"]


def tiles(regions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tiles of the map: place, name, sign and word of each region."""
    return [_tile(region) for region in regions if region["region"] in TILES]


def _tile(region: dict[str, Any]) -> dict[str, Any]:
    column, row = TILES[region["region"]]
    word, word_en = WORDS[region["state"]]
    return region | {
        "x": column * TILE,
        "y": row * TILE,
        "middle": column * TILE + TILE // 2 - 1,
        "name_y": row * TILE + 19,
        "sign_y": row * TILE + 38,
        "sign": SIGNS[region["state"]],
        "word": "只有部分票种" if region["only_kinds"] else word,
        "word_en": "some kinds only" if region["only_kinds"] else word_en,
    }
