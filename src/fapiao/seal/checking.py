"""Checking (验签): digests of every signed part, the SM2 signature over them, and what remains unchecked.

The chain to a certificate authority needs roots that cannot be had offline, so it is said to be unchecked. Real valid
signatures leave parts out (often OFD.xml itself, whose metadata can then be edited freely): what is not covered is named.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

import msgspec
from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.format import Signature
from fapiao.markup import parse_xml
from fapiao.seal.digests import Digests, digests_of
from fapiao.seal.values import verify_value
from fapiao.seal.verdict import Verdict

Read = Callable[[str], bytes]
NOT_CHAINED = "证书链未核验（离线没有根证书）"
MOST_SIGNATURES = 8
MOST_NAMED = 6
_WORST_FIRST = {"invalid": 0, "not-checked": 1, "valid": 2, "absent": 3}


class One(msgspec.Struct, frozen=True):
    """One signature of a file (一个签名): where it lies, the verdict on its value, the digests of what it covers."""

    listing: str
    verdict: Verdict
    digests: Digests


def check_signatures(read: Read, names: Sequence[str], lists: Sequence[str] = ()) -> Signature:
    """Return what can be said of an OFD's signatures together: the worst of them; ``absent`` without any. Never raises.

    Parameters: ``read`` gives a part's bytes, ``names`` all parts, ``lists`` the locations of Signatures.xml that
    OFD.xml names; signatures that merely lie in the file count too.
    """
    known = {name.lower(): name for name in names}
    listings, missing = _listings(read, known, lists)
    if not listings:
        return _missing(missing) if missing else Signature()
    found = [_one(read, known, listing) for listing in listings[:MOST_SIGNATURES]]
    worst = min(found, key=lambda each: (_WORST_FIRST[each.verdict.state], each.digests.state != "mismatch"))
    states = {each.digests.state for each in found}
    return Signature(
        state=worst.verdict.state,
        digests="mismatch" if "mismatch" in states else "not-checked" if "not-checked" in states else "match",
        signer="、".join(dict.fromkeys(each.verdict.signer for each in found if each.verdict.signer)) or None,
        detail="；".join(_notes(found, len(listings), missing, known)),
    )


def _missing(missing: Sequence[str]) -> Signature:
    return Signature(
        state="not-checked",
        detail=f"OFD 声明有签名，但找不到 {'、'.join(missing[:MOST_NAMED])}，没有核验；{NOT_CHAINED}",
    )


def _listings(read: Read, known: dict[str, str], lists: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the signature files and the locations that lead nowhere."""
    found: list[str] = []
    missing: list[str] = []
    for location in dict.fromkeys(lists):
        listing = known.get(_bare(location))
        if listing is None:
            missing.append(location)
            continue
        for named in _named(read, listing):
            real = known.get(_bare(named)) or known.get(
                _bare(posixpath.join(posixpath.dirname(listing), named))
            )
            (found if real else missing).append(real or named)
    found += [
        real
        for low, real in known.items()
        if low.endswith("signature.xml") and low.rpartition("/")[2] == "signature.xml"
    ]
    return list(dict.fromkeys(found)), missing


def _named(read: Read, listing: str) -> list[str]:
    try:
        root = parse_xml(read(listing))
    except FapiaoError:
        return []
    return [
        location.replace("\\", "/")
        for each in root.iter("{*}Signature")
        if (location := each.get("BaseLoc") or "")
    ]


def _bare(location: str) -> str:
    return posixpath.normpath(location.strip().replace("\\", "/")).lstrip("/").lower()


def _one(read: Read, known: dict[str, str], listing: str) -> One:
    try:
        raw = read(listing)
        root = parse_xml(raw)
    except FapiaoError as slip:
        note = f"Signature.xml 读不了：{slip.message}"
        return One(listing, Verdict("not-checked", None, note), Digests("not-checked", (), ()))
    digests = digests_of(read, known, root)
    value = _signed_value(read, known, listing, root)
    if value is None:
        verdict = Verdict("not-checked", None, "找不到签名值")
    else:
        verdict = verify_value(value, raw)
    if digests.state == "mismatch":
        changed = "、".join(digests.changed[:MOST_NAMED])
        verdict = Verdict("invalid", verdict.signer, f"签名后有部件被改动：{changed}")
    return One(listing, verdict, digests)


def _signed_value(read: Read, known: dict[str, str], listing: str, root: etree._Element) -> bytes | None:
    locations = [(each.text or "").strip() for each in root.iter("{*}SignedValue")] + ["SignedValue.dat"]
    for location in locations:
        for spot in (location, posixpath.join(posixpath.dirname(listing), location)):
            real = known.get(_bare(spot)) if location else None
            if real:
                try:
                    return read(real)
                except FapiaoError:
                    return None
    return None


def _notes(found: Sequence[One], listed: int, missing: Sequence[str], known: dict[str, str]) -> list[str]:
    notes = [
        f"签名 {number}：{each.verdict.note}" if len(found) > 1 else each.verdict.note
        for number, each in enumerate(found, 1)
    ]
    if missing:
        notes.append(f"签名列表里的 {'、'.join(missing[:MOST_NAMED])} 不存在")
    if listed > len(found):
        notes.append(f"还有 {listed - len(found)} 个签名没有核验")
    covered = {name for each in found for name in each.digests.covered}
    left = _uncovered(covered | {each.listing.lower() for each in found}, known)
    return [*notes, NOT_CHAINED, f"签名覆盖 {len(covered)} 个部件{left}"]


def _uncovered(covered: set[str], known: dict[str, str]) -> str:
    """Name the parts that may be changed without breaking a signature; the signatures' own files cannot be covered."""
    left = [real for low, real in known.items() if low not in covered and not _of_signing(low)]
    if not left:
        return ""
    more = f" 等 {len(left)} 个" if len(left) > MOST_NAMED else ""
    note = "（元数据可被改动）" if "ofd.xml" in {name.lower() for name in left} else ""
    return f"，不含 {'、'.join(left[:MOST_NAMED])}{more}{note}"


def _of_signing(low: str) -> bool:
    return low.rpartition("/")[2] in ("signature.xml", "signatures.xml", "signedvalue.dat", "seal.esl")
