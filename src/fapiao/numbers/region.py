"""Regions (地区): the two digits that say which bureau issued an invoice.

GB/T 2260 province codes, and 9x for the five cities with a plan of their own (计划单列市). 91 for 大连 is known by
elimination only. The region is the issuing bureau's, not the buyer's.

>>> compact(' 11 ')
'11'
>>> validate('11')
'11'
>>> is_valid('19')
False
>>> format('95')
'95 深圳'
>>> explain('11')
('北京', 'Beijing')
"""

from __future__ import annotations

from fapiao.errors import NumberError
from fapiao.numbers.texts import clean, need_digits

BEIJING = "11"
REGIONS: dict[str, tuple[str, str]] = {
    "11": ("北京", "Beijing"),
    "12": ("天津", "Tianjin"),
    "13": ("河北", "Hebei"),
    "14": ("山西", "Shanxi"),
    "15": ("内蒙古", "Inner Mongolia"),
    "21": ("辽宁", "Liaoning"),
    "22": ("吉林", "Jilin"),
    "23": ("黑龙江", "Heilongjiang"),
    "31": ("上海", "Shanghai"),
    "32": ("江苏", "Jiangsu"),
    "33": ("浙江", "Zhejiang"),
    "34": ("安徽", "Anhui"),
    "35": ("福建", "Fujian"),
    "36": ("江西", "Jiangxi"),
    "37": ("山东", "Shandong"),
    "41": ("河南", "Henan"),
    "42": ("湖北", "Hubei"),
    "43": ("湖南", "Hunan"),
    "44": ("广东", "Guangdong"),
    "45": ("广西", "Guangxi"),
    "46": ("海南", "Hainan"),
    "50": ("重庆", "Chongqing"),
    "51": ("四川", "Sichuan"),
    "52": ("贵州", "Guizhou"),
    "53": ("云南", "Yunnan"),
    "54": ("西藏", "Tibet"),
    "61": ("陕西", "Shaanxi"),
    "62": ("甘肃", "Gansu"),
    "63": ("青海", "Qinghai"),
    "64": ("宁夏", "Ningxia"),
    "65": ("新疆", "Xinjiang"),
    "91": ("大连", "Dalian"),
    "92": ("青岛", "Qingdao"),
    "93": ("宁波", "Ningbo"),
    "94": ("厦门", "Xiamen"),
    "95": ("深圳", "Shenzhen"),
}
CITIES_OF_FOUR_DIGITS = {"2102": "91", "3702": "92", "3302": "93", "3502": "94", "4403": "95"}
"""The five cities as the first four digits of an administrative code name them."""


def compact(text: str) -> str:
    """Return the bare digits."""
    return clean(text)


def validate(text: str) -> str:
    """Return the compact region. Errors: `number-format`, `number-length`, `number-component` for one that is none."""
    region = need_digits(compact(text), "地区代码", "a region", 2)
    if region not in REGIONS:
        raise NumberError("number-component", f"“{region}”不是任何地区的代码", f"{region} names no region")
    return region


def format(text: str) -> str:
    """Return a region as people read it: its digits and its name."""
    region = compact(text)
    return f"{region} {name(region)}"


def explain(text: str) -> tuple[str, str]:
    """Return the Chinese and the English name. Errors as `validate`."""
    return REGIONS[validate(text)]


def is_valid(region: str) -> bool:
    """Tell whether two digits name a region."""
    return region in REGIONS


def name(region: str, lang: str = "zh") -> str:
    """Return a region's name; the digits themselves when they name none."""
    names = REGIONS.get(region)
    return region if names is None else names[lang == "en"]


def of_administrative(code: str) -> str | None:
    """Return the region for the first four or more digits of an administrative division code (行政区划)."""
    region = CITIES_OF_FOUR_DIGITS.get(code[:4], code[:2])
    return region if region in REGIONS else None
