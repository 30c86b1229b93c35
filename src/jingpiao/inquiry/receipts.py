"""Receipts (查询回执): a signed statement of what was asked, what was answered and how far each feed had come.

A JWS in compact form (RFC 7515) signed with EdDSA (RFC 8037, Ed25519). It holds digests, not the invoice, so it
can be shown to anybody; it verifies offline against the published keys (``/.well-known/jwks.json``).
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from jingpiao.home import home


def sign(statement: dict[str, Any]) -> str:
    """Return the compact JWS over a statement (JSON-ready), signed with the newest key of this home."""
    key, kid = _newest_key(home() / "secrets" / "receipts")
    header = {"alg": "EdDSA", "kid": kid, "typ": "jingpiao-receipt+jws"}
    signed = f"{_encode(msgspec.json.encode(header))}.{_encode(msgspec.json.encode(statement))}"
    return f"{signed}.{_encode(key.sign(signed.encode('ascii')))}"


def verify(receipt: str, jwks: dict[str, Any]) -> dict[str, Any]:
    """Return what a receipt states after checking its signature against a key set.

    Returns ``{"ok": bool, "reason": str, "statement": dict | None}``; never raises on bad input.
    """
    try:
        head, body, mark = receipt.strip().split(".")
        header = msgspec.json.decode(_decode(head), type=dict[str, Any])
        key = _public(header, jwks)
        key.verify(_decode(mark), f"{head}.{body}".encode("ascii"))
        return {"ok": True, "reason": "", "statement": msgspec.json.decode(_decode(body))}
    except InvalidSignature:
        return {"ok": False, "reason": "signature", "statement": None}
    except LookupError:
        return {"ok": False, "reason": "unknown-key", "statement": None}
    except (ValueError, TypeError):
        return {"ok": False, "reason": "malformed", "statement": None}


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON (keys sorted), in hex."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def jwks() -> dict[str, Any]:
    """Return the public keys of this home, oldest first, as a JSON Web Key Set."""
    folder = home() / "secrets" / "receipts"
    _newest_key(folder)
    return {"keys": [_jwk(_load(path)) for path in sorted(folder.glob("*.key"))]}


def rotate() -> str:
    """Make a new signing key and return its id; the old ones stay published so that old receipts verify."""
    _newest_key.cache_clear()
    return _make(home() / "secrets" / "receipts")


@lru_cache(maxsize=4)
def _newest_key(folder: Path) -> tuple[Ed25519PrivateKey, str]:
    if not list(folder.glob("*.key")):
        _make(folder)
    key = _load(sorted(folder.glob("*.key"))[-1])
    return key, _jwk(key)["kid"]


def _make(folder: Path) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    path = folder / f"{len(list(folder.glob('*.key'))) + 1:04d}.key"
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    fresh = path.with_suffix(f".{key.public_key().public_bytes_raw().hex()[:8]}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(raw)
    try:
        path.hardlink_to(fresh)  # two processes starting at once agree on the first
    except FileExistsError:
        pass
    fresh.unlink()
    return str(_jwk(_load(path))["kid"])


def _load(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    x = _encode(raw)
    thumbprint = hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": x,
        "kid": _encode(thumbprint)[:16],
        "use": "sig",
        "alg": "EdDSA",
    }


def _public(header: dict[str, Any], keys: dict[str, Any]) -> Ed25519PublicKey:
    if header.get("alg") != "EdDSA":
        raise ValueError("alg")
    for jwk in keys.get("keys", []):
        if jwk.get("kid") == header.get("kid"):
            return Ed25519PublicKey.from_public_bytes(_decode(jwk["x"]))
    raise LookupError(header.get("kid"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(raw) != text:  # an unused bit that was set: refuse, so that a changed character always fails
        raise ValueError("padding")
    return raw
