"""People (市场主体): sellers with dense number blocks, and buyers."""

from __future__ import annotations

import random
from dataclasses import dataclass

from fapiao.numbers.taxpayer import ALPHABET, check_sign

_WORDS = (
    "长城",
    "京华",
    "海纳",
    "博雅",
    "天成",
    "鼎盛",
    "启明",
    "远大",
    "新元",
    "恒通",
    "安泰",
    "金桥",
    "和顺",
    "瑞丰",
)
_TRADES = ("科技", "商贸", "物流", "咨询", "餐饮", "医药", "建筑", "停车管理", "文化传媒", "酒店管理")
_ADMINISTRATIVE = {"91": "2102", "92": "3702", "93": "3302", "94": "3502", "95": "4403"}


@dataclass(slots=True)
class Party:
    """A taxpayer of the world (纳税人)."""

    tax_id: str
    name: str
    region: str


@dataclass(slots=True)
class Seller(Party):
    """A seller (销方) with the next number of its block in each form."""

    stem: str = ""
    next_digital: int = 0
    code: str = ""
    next_legacy: int = 0
    kinds: tuple[str, ...] = ()


def make_tax_id(dice: random.Random, region: str) -> str:
    """Return a company's number with a right check sign."""
    place = _ADMINISTRATIVE.get(region, f"{region}01") + f"{dice.randint(1, 19):02d}"
    middle = "".join(dice.choice(ALPHABET[:30]) for _ in range(9))
    stem = f"91{place}{middle}"
    return stem + check_sign(stem)


def make_party(dice: random.Random, region: str, number: int) -> Party:
    """Return a taxpayer with a made-up name."""
    name = f"{dice.choice(_WORDS)}{dice.choice(_WORDS)}{dice.choice(_TRADES)}有限公司{number}"
    return Party(make_tax_id(dice, region), name, region)


def make_sellers(dice: random.Random, regions: list[str], count: int, year: int) -> list[Seller]:
    """Return sellers; those of one region share a series, each with its own dense block inside."""
    starts: dict[str, int] = {}
    sellers = []
    for number in range(count):
        region = regions[number % len(regions)]
        party = make_party(dice, region, number)
        channel = dice.choice("227")
        stem = f"{year % 100:02d}{region}{channel}"
        begin = starts.setdefault(stem, dice.randrange(10**8, 9 * 10**8))
        starts[stem] = begin + dice.randrange(1_200, 4_000)
        place = _ADMINISTRATIVE.get(region, f"{region}00")
        code = f"{place}{year % 100:02d}{dice.randint(10, 99)}40"[:10]
        sellers.append(
            Seller(
                party.tax_id,
                party.name,
                region,
                stem,
                begin,
                code,
                dice.randrange(10**6, 9 * 10**7),
            )
        )
    return sellers
