"""Signature values (签名值): SES seals of GM/T 0031 (v1) and GB/T 38540 (v4), SignedData of GM/T 35275, bare SM2 values.

Sources: GM/T 0031-2014, GB/T 38540-2020, GM/T 35275-2017 (also GM/T 0010), GB/T 33190 for what is signed: Signature.xml.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from asn1crypto import cms, core, x509

from fapiao.seal import sm2
from fapiao.seal.verdict import State, Verdict

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
_CURVE = "1.2.156.10197.1.301"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


def verify_value(value: bytes, signed: bytes) -> Verdict:
    """Return the verdict on a signature value over ``signed``, the bytes of Signature.xml. Never raises."""
    try:
        outer = core.Sequence.load(value)
        first = outer[0]
        if isinstance(first, core.ObjectIdentifier) and first.dotted in _SIGNED_DATA:
            return _signed_data(outer, signed)
        if isinstance(first, core.Integer) and len(outer) == 2:
            return Verdict("not-checked", None, "签名值里没有证书，没有核验")
        return _ses(outer, signed)
    except _SLIPS:
        return _UNREADABLE


def _ses(outer: Any, signed: bytes) -> Verdict:
    """An SES signature: v4 holds toSign, certificate, algorithm, signature; v1 toSign and signature, the rest inside."""
    parts = _parts(outer)
    to_sign = parts[0]
    inner = _parts(to_sign)
    if len(parts) >= 4:
        certificate, mark = parts[1], parts[3]
        data_hash = next(each for each in inner[2:] if isinstance(each, core.BitString | core.OctetString))
    else:
        mark, data_hash = parts[1], inner[3]
        certificate = next(each for each in inner[4:] if isinstance(each, core.OctetString))
    holder = x509.Certificate.load(_octets(certificate))
    signer = name_of(holder)
    public = _public(holder)
    if public is None:
        return Verdict("not-checked", signer, "签名算法不是 SM2，没有核验")
    if not hmac.compare_digest(_octets(data_hash), sm2.sm3(signed)):
        return Verdict("invalid", signer, "签名的摘要与 Signature.xml 不符")
    return _judged(sm2.verify(public, to_sign.dump(), *_pair(_octets(mark))), holder, signer)


def _signed_data(outer: Any, signed: bytes) -> Verdict:
    """A SignedData: its signer's attributes carry the digest, or the value covers the content itself."""
    data = cms.SignedData.load(outer[1].contents)
    content = _content(data)
    if content is not None and content not in (signed, sm2.sm3(signed)):
        return Verdict("invalid", None, "SignedData 里的原文不是 Signature.xml")
    content = signed if content is None else content
    holders = [each.chosen for each in data["certificates"] if isinstance(each.chosen, x509.Certificate)]
    verdicts = [_signer(info, holders, content) for info in data["signer_infos"]]
    if not verdicts:
        return Verdict("not-checked", None, "SignedData 里没有签名者")
    order: tuple[State, ...] = ("invalid", "not-checked", "valid")
    return min(verdicts, key=lambda each: order.index(each.state))


def _content(data: Any) -> bytes | None:
    """The enclosed content, ``None`` when the signature is detached."""
    parts = _parts(core.Sequence.load(data["encap_content_info"].dump()))
    if len(parts) < 2:
        return None
    held = core.load(parts[1].contents)
    return bytes(held.contents) if isinstance(held, core.OctetString) else bytes(held.dump())


def _signer(info: Any, holders: Sequence[x509.Certificate], content: bytes) -> Verdict:
    sid = info["sid"].chosen
    holder = next(
        (each for each in holders if _is_signer(each, sid)), holders[0] if len(holders) == 1 else None
    )
    if holder is None:
        return Verdict("not-checked", None, "SignedData 里没有签名者的证书")
    signer, public = name_of(holder), _public(holder)
    if public is None:
        return Verdict("not-checked", signer, "签名算法不是 SM2，没有核验")
    attributes = info["signed_attrs"]
    message = content
    if isinstance(attributes, cms.CMSAttributes) and len(attributes):
        told = next(each["values"][0].native for each in attributes if each["type"].dotted == _MESSAGE_DIGEST)
        if not hmac.compare_digest(told, sm2.sm3(content)):
            return Verdict("invalid", signer, "签名的摘要与 Signature.xml 不符")
        message = b"\x31" + attributes.dump(force=True)[1:]
    return _judged(sm2.verify(public, message, *_pair(info["signature"].native)), holder, signer)


def _is_signer(holder: x509.Certificate, sid: Any) -> bool:
    return isinstance(sid, cms.IssuerAndSerialNumber) and holder.serial_number == sid["serial_number"].native


def _judged(good: bool, holder: x509.Certificate, signer: str) -> Verdict:
    names = f"{signer}{holder.issuer.human_friendly}"
    test = "，测试证书" if "测试" in names or "test" in signer.lower() else ""
    return Verdict("valid" if good else "invalid", signer, f"SM2 签名{'有效' if good else '无效'}{test}")


def _pair(mark: bytes) -> tuple[int, int]:
    """Return r and s of a value: DER, or 64 bytes one after the other."""
    if len(mark) == 64:
        return int.from_bytes(mark[:32], "big"), int.from_bytes(mark[32:], "big")
    r, s = (int(each.native) for each in _parts(core.Sequence.load(mark)))
    return r, s


def _parts(sequence: Any) -> list[Any]:
    return [sequence[place] for place in range(len(sequence))]


def _octets(value: Any) -> bytes:
    return bytes(value.contents[1:]) if isinstance(value, core.BitString) else bytes(value.contents)


def _public(holder: x509.Certificate) -> bytes | None:
    """Return the uncompressed public point of an SM2 certificate, ``None`` for any other key."""
    info = holder["tbs_certificate"]["subject_public_key_info"].dump()
    curve = core.ObjectIdentifier(_CURVE).dump()
    return bytes(info[-65:]) if curve in info and info[-65] == 4 else None


def name_of(holder: x509.Certificate) -> str:
    """Return who a certificate names: its common name, else the organisation, else all of the subject."""
    told = holder.subject.native
    return str(told.get("common_name") or told.get("organization_name") or holder.subject.human_friendly)
