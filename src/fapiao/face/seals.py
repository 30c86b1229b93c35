"""Seals (印章) set as real text: their signs lie over the face and belong to none of its values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fapiao.placed import Run

_PURPOSE = re.compile(
    r"(?:发票|财务|业务|收费|合同)专用章(?:\(\d+\)|（\d+）)?|(?:全国统一)?发票监制章|监制章"
)
_NUMBER = re.compile(r"[0-9A-Z]{13,20}")
_HAN = re.compile("[\u4e00-\u9fff]")
_LABELS = frozenset("购买方销售备注密码区信息合计名称年月日")
RADIUS = 24.0
"""Millimetres: a seal's ring stands at most so far from its purpose (发票专用章)."""
BESIDE = 10.0
"""Millimetres: the seal's own tax number stands so near above or below its purpose."""


def unsealed(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that belong to no seal: its purpose, the tax number across it and the signs of its ring go."""
    purposes = [run for run in runs if "章" in run.text and _PURPOSE.fullmatch(run.text.replace(" ", ""))]
    if not purposes:
        return list(runs)
    return [run for run in runs if not any(_of_seal(run, purpose) for purpose in purposes)]


def _of_seal(run: Run, purpose: Run) -> bool:
    if run is purpose or _PURPOSE.fullmatch(run.text.replace(" ", "")):
        return True
    aside = run.x + run.width / 2 - purpose.x - purpose.width / 2
    apart = run.y - purpose.y
    if _NUMBER.fullmatch(run.text):
        return abs(aside) < purpose.width / 2 and abs(apart) < BESIDE
    lone = bool(_HAN.fullmatch(run.text)) and run.text not in _LABELS
    return lone and aside**2 + apart**2 < RADIUS**2
