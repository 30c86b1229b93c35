"""Codes by source (各来源票种代码): the same digits mean different kinds in different systems, so each has its own map.

A value is a kind by the verification codes of 税务数字账户; a pair where the source uses one code for both eras (tax-control,
数电), settled by the number's length; ``None`` where the code names a paper that no tax platform holds as an invoice.
Sources: public API documents and SDKs of the systems named; codes not listed are not known and give ``None``.
"""

from __future__ import annotations

from fapiao.vocabulary.kinds import KINDS

Meaning = str | tuple[str | None, str | None] | None
_TAX_CONTROL = {code: code for code, kind in KINDS.items() if kind.era == "tax-control"}
_DIGITAL = {code: code for code, kind in KINDS.items() if kind.era != "tax-control"}

SOURCES: dict[str, dict[str, Meaning]] = {
    "tax-account": {**_TAX_CONTROL, **_DIGITAL},
    "qr": {**_TAX_CONTROL, "31": "81", "32": "82", "51": "51", "61": "61", "83": "83", "84": "84"},
    "leqi": {**_TAX_CONTROL, **_DIGITAL},
    "leqi-class": {
        "01": ("01", "81"),
        "02": ("04", "82"),
        "03": ("03", "83"),
        "04": ("15", "84"),
        "05": "51",
        "06": "61",
    },
    "einvoice-label": {"01": "81", "02": "82"},
    "aliyun": {
        **_TAX_CONTROL,
        "31": "81",
        "32": "82",
        "51": "51",
        "61": "61",
        "83": "83",
        "20": "83",
        "84": "84",
    },
    "jumdata": {
        **_TAX_CONTROL,
        "31": "81",
        "32": "82",
        "83": "51",
        "61": "61",
        "0930": "83",
        "0940": "84",
        "0901": "85",
        "0904": "86",
        "8208": ("14", "82"),
        "100": None,
        "101": None,
        "102": None,
    },
    "tencent-skill": {**_TAX_CONTROL, "31": "81", "32": "82", "23": "85", "24": "86"},
    "tencent-cloud": {
        **_TAX_CONTROL,
        "08": ("08", "81"),
        "10": ("10", "82"),
        "32": None,
        "16": None,
    },
    "baiwang": {
        "004": "01",
        "005": "03",
        "006": "15",
        "007": "04",
        "025": "11",
        "026": "10",
        "028": "08",
    },
    "xbrl": {
        "rai": "51",
        "atr": "61",
        "inv_ord": ("10", "82"),
        "inv_spcl": ("08", "81"),
        "inv_tlf": ("14", "82"),
        "einv_ord": ("10", "82"),
        "einv_spcl": ("08", "81"),
    },
}
"""One map a source: 税务数字账户, 票面二维码, 乐企 (票种 and 票种大类 `fppzDm`), 数电 XML 标签, 阿里云, 企享云/jumdata, 腾讯技能, 腾讯云,
百旺/税控开票, 电子凭证会计数据标准分类标准."""


def kind_from_source(source: str, code: str, *, number_digits: int | None = None) -> str | None:
    """Return the kind that a code means in one source; ``None`` where it names no kind, or which cannot be told.

    ``number_digits`` (8 or 20) settles the codes that a source uses for both eras. Errors: `KeyError` for a source
    that has no map here: a code without its source means nothing.
    """
    meaning = SOURCES[source].get(code.strip())
    if isinstance(meaning, tuple):
        return {8: meaning[0], 20: meaning[1]}.get(number_digits or 0)
    return meaning
