"""A signer for tests (测试签名): SM2 on plain affine points and the DER structures of seals; never for anything real.

Written apart from the code that verifies, so that one cannot hide the other's slip.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int] | None
SECRET = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF


def _sum(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(factor: int, point: Point = G) -> tuple[int, int]:
    """Return a multiple of a point."""
    result: Point = None
    while factor:
        if factor & 1:
            result = _sum(result, point)
        point, factor = _sum(point, point), factor >> 1
    assert result is not None
    return result


PUBLIC = times(SECRET)


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest."""
    return hashlib.new("sm3", data).digest()


def _number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def sign(message: bytes) -> tuple[int, int]:
    """Return r and s over a message under the default identity; the same message always gives the same value."""
    identity = b"1234567812345678"
    prefix = (8 * len(identity)).to_bytes(2, "big") + identity + b"".join(map(_number, (A, B, *G, *PUBLIC)))
    digest = int.from_bytes(sm3(sm3(prefix) + message), "big")
    once = int.from_bytes(sm3(message + _number(SECRET)), "big") % (N - 1) + 1
    r = (digest + times(once)[0]) % N
    return r, pow(1 + SECRET, -1, N) * (once - r * SECRET) % N


def der(tag: int, *parts: bytes) -> bytes:
    """Return one DER element."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(size)]) + size + body


def seq(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return der(0x30, *parts)


def integer(value: int) -> bytes:
    """Return an INTEGER."""
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    out = bytes([40 * first + second])
    for arc in rest:
        groups = [arc & 127]
        while arc := arc >> 7:
            groups.append(128 | arc & 127)
        out += bytes(reversed(groups))
    return der(6, out)


def octets(data: bytes) -> bytes:
    """Return an OCTET STRING."""
    return der(4, data)


def bits(data: bytes) -> bytes:
    """Return a BIT STRING of whole bytes."""
    return der(3, b"\0", data)


SM2_WITH_SM3, SM3_OID = "1.2.156.10197.1.501", "1.2.156.10197.1.401"


def mark(message: bytes, *, raw: bool = False) -> bytes:
    """Return a signature value: DER, or 64 bytes."""
    r, s = sign(message)
    return _number(r) + _number(s) if raw else seq(integer(r), integer(s))


def certificate(name: str = "测试发票专用章") -> bytes:
    """Return a certificate of the signer's key, signed by itself."""
    subject = seq(der(0x31, seq(oid("2.5.4.3"), der(0x0C, name.encode()))))
    algorithm = seq(oid(SM2_WITH_SM3))
    key = seq(
        seq(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")),
        bits(b"\4" + _number(PUBLIC[0]) + _number(PUBLIC[1])),
    )
    days = seq(der(0x17, b"200101000000Z"), der(0x17, b"400101000000Z"))
    body = seq(der(0xA0, integer(2)), integer(7), algorithm, subject, days, subject, key)
    return seq(body, algorithm, bits(mark(body)))


def ses_v4(signed: bytes, *, raw: bool = False) -> bytes:
    """Return an SES signature of GB/T 38540 over Signature.xml."""
    to_sign = seq(
        integer(4), seq(integer(1)), der(0x18, b"20260701000000Z"), bits(sm3(signed)), der(0x16, b"/S.xml")
    )
    return seq(to_sign, octets(certificate()), oid(SM2_WITH_SM3), bits(mark(to_sign, raw=raw)))


def ses_v1(signed: bytes) -> bytes:
    """Return an SES signature of GM/T 0031 over Signature.xml."""
    to_sign = seq(
        *(integer(1), seq(integer(1)), bits(b"20260701"), bits(sm3(signed)), der(0x16, b"/S.xml")),
        *(octets(certificate()), oid(SM2_WITH_SM3)),
    )
    return seq(to_sign, bits(mark(to_sign)))


def signed_data(signed: bytes, *, attributes: bool = False, enclosed: bytes | None = None) -> bytes:
    """Return a SignedData of GM/T 35275 over Signature.xml, detached unless content is enclosed."""
    content = signed if enclosed is None else enclosed
    kind = oid("1.2.156.10197.6.1.4.2.1")
    extra = b""
    message = content
    if attributes:
        told = seq(oid("1.2.840.113549.1.9.3"), der(0x31, kind)) + seq(
            oid("1.2.840.113549.1.9.4"), der(0x31, octets(sm3(content)))
        )
        extra, message = der(0xA0, told), der(0x31, told)
    subject = seq(der(0x31, seq(oid("2.5.4.3"), der(0x0C, "测试发票专用章".encode()))))
    signer = seq(
        *(integer(1), seq(subject, integer(7)), seq(oid(SM3_OID)), extra),
        *(seq(oid("1.2.156.10197.1.301.1")), octets(mark(message))),
    )
    held = seq(kind) if enclosed is None else seq(kind, der(0xA0, octets(enclosed)))
    data = seq(integer(1), der(0x31, seq(oid(SM3_OID))), held, der(0xA0, certificate()), der(0x31, signer))
    return seq(oid("1.2.156.10197.6.1.4.2.2"), der(0xA0, data))


def signature_xml(parts: Mapping[str, bytes], covered: Sequence[str], *, method: str = SM3_OID) -> bytes:
    """Return a Signature.xml whose references cover parts of an OFD."""
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{b64encode(sm3(parts[name])).decode()}</ofd:CheckValue></ofd:Reference>'
        for name in covered
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ofd:Signature xmlns:ofd="http://www.ofdspec.org/2016"><ofd:SignedInfo>'
        f'<ofd:Provider ProviderName="test"/><ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>'
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>'
        '<ofd:StampAnnot ID="90" PageRef="61" Boundary="85 5 30 20"/></ofd:SignedInfo>'
        "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
