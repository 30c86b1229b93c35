"""Units of measure (计量单位): parted from a specification that reaches as far as their column."""

from __future__ import annotations

_LISTED = (
    "项 台 个 套 次 件 只 支 本 箱 盒 瓶 包 袋 米 千米 公里 吨 千克 公斤 克 升 毫升 平方米 立方米 千瓦时 度 天 日 月 年 小时 人 人次"
    " 间 间夜 间/夜 张 份 把 条 根 块 片 卷 桶 辆 批 组 双 对 副 枚 株 头 部 架 艘 幅 册 期 单 票 笔 户 亩 KG kg PCS pcs"
)
UNITS = frozenset(_LISTED.split())
LONGEST = 3


def unit_begins(text: str, places: list[tuple[float, float]], heading: tuple[float, float]) -> int | None:
    """Return where a unit begins that ends a text and stands about the middle of its column's heading."""
    middle, near = (heading[0] + heading[1]) / 2, 0.5 * (heading[1] - heading[0])
    for count in range(min(LONGEST, len(text) - 1), 0, -1):
        begin = len(text) - count
        centre = (places[begin][0] + places[-1][1]) / 2
        if text[begin:] in UNITS and abs(centre - middle) < near:
            return begin
    return None
