"""Signed pages (签名页) of a peer: a JWS (RFC 7515, EdDSA of RFC 8037) checked against keys pinned by fingerprint.

The fingerprint is the key's thumbprint (RFC 7638, SHA-256, base64url). A key that is published but not pinned signs
nothing here: whoever takes over a peer's address cannot take over its voice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Collection
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jingpiao.sync.source import SourceError

TYPE = "jingpiao-federation+jws"


def fingerprint(jwk: dict[str, Any]) -> str:
    """Return the thumbprint of an Ed25519 key."""
    told = f'{{"crv":"{jwk.get("crv")}","kty":"{jwk.get("kty")}","x":"{jwk.get("x")}"}}'
    return _encode(hashlib.sha256(told.encode()).digest())


def key_id(jws: str) -> str:
    """Return the id of the key that a JWS says it was signed with. Errors: `SourceError`."""
    return str(_header(jws).get("kid", ""))


def statement(jws: str, keys: Collection[dict[str, Any]], pinned: Collection[str]) -> dict[str, Any]:
    """Return what a page's JWS states. Errors: `SourceError` ``source-signature``."""
    header = _header(jws)
    if header.get("alg") != "EdDSA" or header.get("typ") != TYPE or "crit" in header:
        raise _wrong("来源的签名不是约定的种类", "the signature is not of the agreed kind")
    key = next((each for each in keys if each.get("kid") == header.get("kid")), None)
    if key is None:
        raise _wrong("签名所用的公钥没有公布", "the key that signed is not published")
    mark = fingerprint(key)
    if mark not in pinned:
        raise _wrong(
            f"来源出示的公钥指纹是 {mark}，与设置不符",
            f"the key's fingerprint is {mark}, which is not pinned",
        )
    head, body, signed = jws.split(".")
    try:
        Ed25519PublicKey.from_public_bytes(_decode(str(key["x"]))).verify(
            _decode(signed), f"{head}.{body}".encode("ascii")
        )
        told = msgspec.json.decode(_decode(body), type=dict[str, Any])
    except (InvalidSignature, ValueError, KeyError):
        raise _wrong("来源的签名核对不上", "the signature does not verify") from None
    return told


def _header(jws: str) -> dict[str, Any]:
    try:
        head, _, _ = jws.split(".")
        return msgspec.json.decode(_decode(head), type=dict[str, Any])
    except (ValueError, msgspec.DecodeError):
        raise _wrong("来源的答复没有可读的签名", "the reply carries no readable signature") from None


def _wrong(message: str, message_en: str) -> SourceError:
    return SourceError("source-signature", message, message_en)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("base64url") from None
    if _encode(raw) != text:
        raise ValueError("base64url")
    return raw
