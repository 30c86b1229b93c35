"""Receipt keys (回执密钥): one that signs, and the public halves of all that ever did.

They lie in ``secrets/receipts`` of the home: ``NNNN.key`` is the private key in use, ``NNNN.jwk`` a public one with the
moments from and until which it signed (``nbf`` and ``exp``, as for a federation's historical keys). Rotating makes the
next key, and destroys the private half of the former: nobody can sign with it any more, and what it signed still verifies.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from jingpiao.home import home

_MOST_TRIES = 5


def newest() -> tuple[Ed25519PrivateKey, str]:
    """Return the key that signs now and its ``kid``; made at first use. A rotation by another process is noticed."""
    place = _folder()
    for _ in range(_MOST_TRIES):
        try:
            return _newest(place, _mark(place))
        except FileNotFoundError:  # rotated between looking and reading
            continue
    raise FileNotFoundError(place)


def published() -> dict[str, Any]:
    """Return the key set (JWKS, RFC 7517) that receipts verify against, the oldest key first."""
    newest()
    place = _folder()
    numbers = sorted({path.stem for path in (*place.glob("*.key"), *place.glob("*.jwk"))})
    return {"keys": [_public(place / number) for number in numbers]}


def rotate(now: int) -> str:
    """Begin to sign with a new key from ``now`` (seconds since 1970); returns its ``kid``."""
    newest()
    place = _folder()
    former = sorted(place.glob("*.key"))
    fresh = _make(place, 1 + max(_numbers(place)))
    for path in former:
        retired = _public(path.with_suffix("")) | {"exp": now}
        _write(path.with_suffix(".jwk"), msgspec.json.encode(retired))
        path.unlink()
    return str(_public(fresh.with_suffix(""))["kid"])


def encode(raw: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of base64url. Errors: `ValueError`, also for an unused bit that is set: any changed sign fails."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("padding")
    return raw


def thumbprint(x: str) -> str:
    """Return the SHA-256 thumbprint (RFC 7638) of an Ed25519 key by its ``x``: its ``kid``."""
    return encode(hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest())


def _folder() -> Path:
    return _folder_of(os.environ.get("JINGPIAO_HOME", ""))


@lru_cache(maxsize=4)
def _folder_of(name: str) -> Path:
    """Return the folder of the home so named: every answer asks, and paths are slow to build."""
    return home() / "secrets" / "receipts"


def _mark(place: Path) -> int:
    try:
        return os.stat(place).st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=4)
def _newest(place: Path, mark: int) -> tuple[Ed25519PrivateKey, str]:
    there = (
        sorted(place.iterdir()) if place.exists() else []
    )  # looked at once: others may be making the first key
    keys = [path for path in there if path.suffix == ".key"]
    retired = [int(path.stem) for path in there if path.suffix == ".jwk"]
    path = keys[-1] if keys else _make(place, 1 + max(retired, default=0))
    key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    return key, thumbprint(_x(key))


def _numbers(place: Path) -> list[int]:
    return [int(path.stem) for path in (*place.glob("*.key"), *place.glob("*.jwk"))]


def _make(place: Path, number: int) -> Path:
    """Make the key of a number; all who do so at once agree on the first."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"{number:04d}.key"
    key = Ed25519PrivateKey.generate()
    fresh = path.with_suffix(f".{os.getpid()}-{_x(key)[:8]}")
    _write(fresh, key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    fresh.unlink()
    _write(path.with_suffix(".jwk"), msgspec.json.encode(_public(path.with_suffix(""))))
    return path


def _write(path: Path, data: bytes) -> None:
    """Write a whole file or none, for its owner only."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _public(stem: Path) -> dict[str, Any]:
    kept, private = stem.with_suffix(".jwk"), stem.with_suffix(".key")
    if kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=dict[str, Any])
    x = _x(Ed25519PrivateKey.from_private_bytes(private.read_bytes()))
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": x,
        "kid": thumbprint(x),
        "use": "sig",
        "alg": "EdDSA",
        "nbf": int(private.stat().st_mtime),
    }


def _x(key: Ed25519PrivateKey) -> str:
    return encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
