"""A certificate's holder (证书持有者): name, serial and SM2 key, read once a certificate: a bureau seals many files with one."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from asn1crypto import x509

_CURVE = bytes.fromhex("06082a811ccf5501822d")
"""The object identifier of the recommended curve, 1.2.156.10197.1.301, as a certificate holds it."""


class Holder(msgspec.Struct, frozen=True):
    """Whom a certificate names (持有者). ``public`` is the uncompressed SM2 point, ``None`` for any other key."""

    name: str
    serial: int
    public: bytes | None
    test: bool


@lru_cache(maxsize=64)
def holder_of(certificate: bytes) -> Holder:
    """Return the holder of a certificate in DER. Errors: `ValueError` and its kin where it is none."""
    told = x509.Certificate.load(certificate)
    names = told.subject.native
    name = str(names.get("common_name") or names.get("organization_name") or told.subject.human_friendly)
    issuer = told.issuer.human_friendly
    key = bytes(told["tbs_certificate"]["subject_public_key_info"].dump())
    return Holder(
        name=name,
        serial=told.serial_number,
        public=key[-65:] if _CURVE in key and key[-65] == 4 else None,
        test="测试" in f"{name}{issuer}" or "test" in name.lower(),
    )
