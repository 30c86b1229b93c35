"""Checking (验签): digests of every signed part, the SM2 signature of the seal, and what remains unchecked.

The chain to a certificate authority needs roots that cannot be had offline, so it is said to be unchecked. Real valid
signatures leave parts out (often OFD.xml itself, whose metadata can then be edited freely): what is covered is said too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import posixpath
from collections.abc import Callable, Sequence
from typing import Any, Literal

from asn1crypto import core, x509
from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.format import Signature
from fapiao.markup import local_name, parse_xml
from fapiao.seal import sm2

Read = Callable[[str], bytes]
_NOT_CHAINED = "证书链未核验（离线没有根证书）"
_DIGESTS = {
    "1.2.156.10197.1.401": "sm3",
    "sm3": "sm3",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha256": "sha256",
    "1.3.14.3.2.26": "sha1",
    "sha1": "sha1",
    "md5": "md5",
    "": "sm3",
}


def check_signatures(read: Read, names: Sequence[str]) -> Signature:
    """Return what can be said of an OFD's signatures; ``absent`` without any. Never raises."""
    listings = [name for name in names if posixpath.basename(name).lower() == "signature.xml"]
    if not listings:
        return Signature()
    results = [_one(read, {name.lower(): name for name in names}, name) for name in listings[:8]]
    order = {"invalid": 0, "not-checked": 1, "valid": 2, "absent": 3}
    return min(results, key=lambda each: (order[each.state], each.digests != "mismatch"))


def _one(read: Read, names: dict[str, str], listing: str) -> Signature:
    try:
        raw = read(listing)
        root = parse_xml(raw)
    except FapiaoError as slip:
        return Signature(state="not-checked", detail=f"Signature.xml 读不了：{slip.message}")
    digests, covered = _digests(read, names, root)
    value = _signed_value(read, names, listing, root)
    notes = [
        _NOT_CHAINED,
        f"签名覆盖 {covered} 个部件"
        + ("" if _covers(root, "ofd.xml") else "，不含 OFD.xml（元数据可被改动）"),
    ]
    if value is None:
        return Signature(state="not-checked", digests=digests, detail="；".join(["找不到签名值", *notes]))
    state, signer, note = _verify(value, raw)
    if digests == "mismatch":
        state, note = "invalid", "签名后有部件被改动"
    return Signature(
        state=state, digests=digests, signer=signer, detail="；".join(filter(None, [note, *notes]))
    )


def _elements(root: etree._Element, name: str) -> list[etree._Element]:
    return [element for element in root.iter("{*}" + name) if local_name(element) == name]


def _covers(root: etree._Element, name: str) -> bool:
    return any(
        (each.get("FileRef") or "").lstrip("/").lower() == name for each in _elements(root, "Reference")
    )


def _digests(
    read: Read, names: dict[str, str], root: etree._Element
) -> tuple[Literal["match", "mismatch", "not-checked"], int]:
    method = next((each.get("CheckMethod") or "" for each in _elements(root, "References")), "")
    algorithm = _DIGESTS.get(method.lower())
    references = _elements(root, "Reference")
    if algorithm is None or not references:
        return "not-checked", len(references)
    for reference in references:
        real = names.get((reference.get("FileRef") or "").lstrip("/").lower())
        wanted = "".join(
            "".join(map(str, each.itertext())) for each in reference if local_name(each) == "CheckValue"
        )
        try:
            found = hashlib.new(algorithm, read(real) if real else b"", usedforsecurity=False).digest()
        except FapiaoError:
            return "not-checked", len(references)
        if real is None or not hmac.compare_digest(base64.b64encode(found).decode(), "".join(wanted.split())):
            return "mismatch", len(references)
    return "match", len(references)


def _signed_value(read: Read, names: dict[str, str], listing: str, root: etree._Element) -> bytes | None:
    locations = [(each.text or "").strip() for each in _elements(root, "SignedValue")] + ["SignedValue.dat"]
    for location in locations:
        for spot in (location.lstrip("/"), posixpath.join(posixpath.dirname(listing), location)):
            real = names.get(posixpath.normpath(spot).lower())
            if real:
                return read(real)
    return None


def _verify(
    value: bytes, signed: bytes
) -> tuple[Literal["valid", "invalid", "not-checked"], str | None, str]:
    try:
        return _ses(core.Sequence.load(value, strict=True), signed)
    except (ValueError, TypeError, IndexError, KeyError):
        return "not-checked", None, "签名值的结构认不出"


def _ses(outer: Any, signed: bytes) -> tuple[Literal["valid", "invalid", "not-checked"], str | None, str]:
    """Check an SES signature of GB/T 38540: toSign, certificate, algorithm, signature (v4), or toSign, signature (v1)."""
    parts = _parse(outer)
    to_sign = parts[0]
    inner = _parse(to_sign)
    if len(parts) >= 4:
        certificate, mark = parts[1].native, parts[3]
        data_hash = next(each for each in inner[2:] if isinstance(each, core.BitString | core.OctetString))
    else:
        mark, data_hash = parts[1], inner[3]
        certificate = next(each.native for each in inner[4:] if isinstance(each, core.OctetString))
    holder = x509.Certificate.load(_octets(certificate))
    signer = _name(holder)
    public = _point(holder)
    if not hmac.compare_digest(_octets(data_hash), sm2.sm3(signed)):
        return "invalid", signer, "签名的摘要与 Signature.xml 不符"
    r, s = (int(each.native) for each in _parse(core.Sequence.load(_octets(mark), strict=True)))
    good = sm2.verify(public, to_sign.dump(), r, s)
    test = (
        "，测试证书"
        if "测试" in f"{signer}{holder.issuer.human_friendly}" or "test" in signer.lower()
        else ""
    )
    return ("valid" if good else "invalid"), signer, f"SM2 签名{'有效' if good else '无效'}{test}"


def _parse(sequence: Any) -> list[Any]:
    return [sequence[place] for place in range(len(sequence))]


def _octets(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, core.BitString):
        return bytes(value.contents[1:])
    return bytes(value.contents)


def _point(holder: x509.Certificate) -> bytes:
    """Return the uncompressed public point at the end of the SubjectPublicKeyInfo."""
    return bytes(holder["tbs_certificate"]["subject_public_key_info"].dump()[-65:])


def _name(holder: x509.Certificate) -> str:
    told = holder.subject.native
    return str(told.get("common_name") or told.get("organization_name") or holder.subject.human_friendly)
