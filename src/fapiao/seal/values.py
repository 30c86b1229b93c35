"""Signature values (签名值): SES seals of GM/T 0031 (v1) and GB/T 38540 (v4), SignedData of GM/T 35275, bare SM2 values.

Sources: GM/T 0031-2014, GB/T 38540-2020, GM/T 35275-2017 (also GM/T 0010), GB/T 33190 for what is signed: Signature.xml.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from fapiao.seal import der, sm2
from fapiao.seal.holder import Holder, holder_of
from fapiao.seal.verdict import Verdict

_SIGNED_DATA = ("1.2.156.10197.6.1.4.2.2", "1.2.840.113549.1.7.2")
_UNREADABLE = Verdict("not-checked", None, "签名值的结构认不出，没有核验")
_SLIPS = (
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    StopIteration,
    OverflowError,
    RecursionError,
)
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_WORST_FIRST = {"invalid": 0, "not-checked": 1, "valid": 2}


def verify_value(value: bytes, signed: bytes) -> Verdict:
    """Return the verdict on a signature value over ``signed``, the bytes of Signature.xml. Never raises."""
    try:
        parts = der.read(value).children
        if parts[0].dotted in _SIGNED_DATA:
            return _signed_data(parts[1].children[0], signed)
        if parts[0].tag == der.INTEGER and len(parts) == 2:
            return Verdict("not-checked", None, "签名值里没有证书，没有核验")
        return _ses(parts, signed)
    except _SLIPS:
        return _UNREADABLE


def _ses(parts: Sequence[der.Node], signed: bytes) -> Verdict:
    """An SES signature: v4 holds toSign, certificate, algorithm, signature; v1 toSign and signature, the rest inside."""
    to_sign = parts[0]
    inner = to_sign.children
    if len(parts) >= 4:
        certificate, mark = parts[1], parts[3]
        data_hash = next(each for each in inner[2:] if each.tag in (der.BITS, der.OCTETS))
    else:
        mark, data_hash = parts[1], inner[3]
        certificate = next(each for each in inner[4:] if each.tag == der.OCTETS)
    holder = holder_of(certificate.octets)
    if holder.public is None:
        return Verdict("not-checked", holder.name, "签名算法不是 SM2，没有核验")
    if not hmac.compare_digest(data_hash.octets, sm2.sm3(signed)):
        return Verdict("invalid", holder.name, "签名的摘要与 Signature.xml 不符")
    return _judged(sm2.verify(holder.public, to_sign.whole, *_pair(mark.octets)), holder)


def _signed_data(data: der.Node, signed: bytes) -> Verdict:
    """A SignedData: its signer's attributes carry the digest, or the value covers the content itself."""
    _, _, held, *rest = data.children
    content = held.children[1].children[0].octets if len(held.children) > 1 else None
    if content is not None and content not in (signed, sm2.sm3(signed)):
        return Verdict("invalid", None, "SignedData 里的原文不是 Signature.xml")
    holders = [holder_of(each.whole) for part in rest if part.tag == 0xA0 for each in part.children]
    infos = rest[-1].children if rest and rest[-1].tag == der.SET else []
    verdicts = [_signer(info.children, holders, signed if content is None else content) for info in infos]
    if not verdicts:
        return Verdict("not-checked", None, "SignedData 里没有签名者")
    return min(verdicts, key=lambda each: _WORST_FIRST[each.state])


def _signer(info: Sequence[der.Node], holders: Sequence[Holder], content: bytes) -> Verdict:
    serial = info[1].children[-1].number if info[1].tag == der.SEQUENCE else None
    named = [each for each in holders if each.serial == serial]
    holder = next(iter(named or (holders if len(holders) == 1 else ())), None)
    if holder is None:
        return Verdict("not-checked", None, "SignedData 里没有签名者的证书")
    if holder.public is None:
        return Verdict("not-checked", holder.name, "签名算法不是 SM2，没有核验")
    message = content
    if info[3].tag == 0xA0:
        told = {each.children[0].dotted: each.children[1].children[0] for each in info[3].children}
        if not hmac.compare_digest(told[_MESSAGE_DIGEST].octets, sm2.sm3(content)):
            return Verdict("invalid", holder.name, "签名的摘要与 Signature.xml 不符")
        message = b"\x31" + info[3].whole[1:]
    mark = next(each for each in info[3:] if each.tag == der.OCTETS)
    return _judged(sm2.verify(holder.public, message, *_pair(mark.octets)), holder)


def _judged(good: bool, holder: Holder) -> Verdict:
    test = "，测试证书" if holder.test else ""
    return Verdict("valid" if good else "invalid", holder.name, f"SM2 签名{'有效' if good else '无效'}{test}")


def _pair(mark: bytes) -> tuple[int, int]:
    """Return r and s of a value: DER, or 64 bytes one after the other."""
    if len(mark) == 64:
        return int.from_bytes(mark[:32], "big"), int.from_bytes(mark[32:], "big")
    r, s = der.read(mark).children
    return r.number, s.number
