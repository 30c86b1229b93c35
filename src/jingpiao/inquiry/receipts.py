"""Receipts (查询回执): a signed statement of what was asked, what was answered and how far each feed had come.

A JWS in compact form (RFC 7515) signed with EdDSA (RFC 8037, Ed25519). It holds digests, not the invoice, so it
can be shown to anybody; it verifies offline against the published keys (``/.well-known/jwks.json``).
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from fapiao.answer import Answer
from jingpiao.inquiry.receipt_keys import decode, encode, newest, published

CLOCKS_DIFFER = 300
"""Seconds by which a signing worker's clock may differ from the one that rotated the key."""
SHORT = "jingpiao-receipt"
"""How a short form begins: it stands where a whole receipt does not fit (a QR code), and names it by its digest."""

KIND = "jingpiao-receipt+jws"


def sign(statement: dict[str, Any], *, kind: str = KIND) -> str:
    """Return the compact JWS over a statement (JSON-ready), signed with the newest key of this home.

    ``kind`` is the media type in its header: a receipt unless said otherwise.
    """
    key, kid = newest()
    header = {"alg": "EdDSA", "kid": kid, "typ": kind}
    signed = f"{encode(msgspec.json.encode(header))}.{encode(msgspec.json.encode(statement))}"
    return f"{signed}.{encode(key.sign(signed.encode('ascii')))}"


def jwks() -> dict[str, Any]:
    """Return the published key set: the key that signs, and every earlier one with the time it signed in."""
    return published()


def verify(receipt: str, keys: dict[str, Any], answer: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what a receipt states after checking its signature against a key set, and an answer against it.

    Returns ``{"ok", "reason", "statement", "key", "answer"}``; never raises on bad input. ``reason`` is empty, or
    ``signature``, ``unknown-key``, ``key-retired``, ``malformed``, ``short-form`` or ``answer-differs``. ``answer``
    tells whether the given answer is the one that was signed: ``matches``, ``differs``, or null where none was given.
    """
    try:
        head, body, mark = _whole(receipt.strip(), answer).split(".")
        header = msgspec.json.decode(decode(head), type=dict[str, Any])
        if header.get("typ") != KIND:  # the same keys sign pages for peers: those are no receipts
            return _result("malformed")
        jwk = _named(header, keys)
        public = Ed25519PublicKey.from_public_bytes(decode(jwk["x"]))
        public.verify(decode(mark), f"{head}.{body}".encode("ascii"))
        statement = msgspec.json.decode(decode(body), type=dict[str, Any])
    except InvalidSignature:
        return _result("signature")
    except LookupError as slip:
        return _result("short-form" if slip.args == (SHORT,) else "unknown-key")
    except (ValueError, TypeError):
        return _result("malformed")
    reason = "" if _in_time(statement, jwk) else "key-retired"
    fits = None if answer is None else "matches" if _fits(answer, statement) else "differs"
    if fits == "differs":
        reason = reason or "answer-differs"
    return _result(reason, statement, {name: jwk.get(name) for name in ("kid", "nbf", "exp")}, fits)


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON (keys sorted), in hex."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def short_form(receipt: str, token: str) -> str:
    """Return what names a receipt where it does not fit whole: the answer's id and the receipt's SHA-256."""
    return f"{SHORT}:{token}:{hashlib.sha256(receipt.encode('ascii')).hexdigest()}"


def _whole(receipt: str, answer: dict[str, Any] | None) -> str:
    """Return the receipt itself; for a short form the one that the answer carries, if it is the one named."""
    if not receipt.startswith(f"{SHORT}:"):
        return receipt
    if answer is None:
        raise LookupError(SHORT)
    carried = str(answer.get("receipt", ""))
    if short_form(carried, str(answer.get("id"))) != receipt:
        raise InvalidSignature
    return carried


def _fits(answer: dict[str, Any], statement: dict[str, Any]) -> bool:
    signed = {name: answer[name] for name in Answer.__struct_fields__ if name in answer}
    return digest(signed) == statement.get("answer") and digest(signed.get("asked")) == statement.get("claim")


def _in_time(statement: dict[str, Any], jwk: dict[str, Any]) -> bool:
    """Tell whether it was signed before its key was retired. Nothing is made of a time before the key's own: clocks step."""
    said, ended = statement.get("iat"), jwk.get("exp")
    return not isinstance(said, int) or ended is None or said <= ended + CLOCKS_DIFFER


def _named(header: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    if header.get("alg") != "EdDSA":
        raise ValueError("alg")
    for jwk in keys.get("keys", []):
        if jwk.get("kid") == header.get("kid"):
            return dict(jwk)
    raise LookupError(header.get("kid"))


def _result(
    reason: str,
    statement: dict[str, Any] | None = None,
    key: dict[str, Any] | None = None,
    answer: str | None = None,
) -> dict[str, Any]:
    return {"ok": not reason, "reason": reason, "statement": statement, "key": key, "answer": answer}
