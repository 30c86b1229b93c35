"""Digests (杂凑值): every part that a Signature.xml refers to, held against its value there."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Literal

import msgspec
from lxml import etree

from fapiao.errors import FapiaoError
from fapiao.seal import sm2

_ALGORITHMS = {
    "1.2.156.10197.1.401": "sm3",
    "sm3": "sm3",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha256": "sha256",
    "sha-256": "sha256",
    "1.3.14.3.2.26": "sha1",
    "sha1": "sha1",
    "sha-1": "sha1",
    "1.2.840.113549.2.5": "md5",
    "md5": "md5",
    "": "sm3",
}


class Digests(msgspec.Struct, frozen=True):
    """What the digests say (摘要核对): the state, the parts that were changed, and all parts covered, in lower case."""

    state: Literal["match", "mismatch", "not-checked"]
    changed: tuple[str, ...]
    covered: tuple[str, ...]


def digests_of(read: Callable[[str], bytes], known: dict[str, str], root: etree._Element) -> Digests:
    """Return what the references of one Signature.xml say of the parts; a part that is gone counts as changed."""
    method = next((each.get("CheckMethod") or "" for each in root.iter("{*}References")), "")
    algorithm = _ALGORITHMS.get(method.strip().lower())
    wanted = {_name(each): _value(each) for each in root.iter("{*}Reference")}
    if algorithm is None or not wanted:
        return Digests("not-checked", (), tuple(wanted))
    changed = []
    for name, value in wanted.items():
        try:
            real = known.get(name)
            found = _digest(algorithm, read(real)) if real else b""
        except FapiaoError:
            return Digests("not-checked", (), tuple(wanted))
        if not real or not hmac.compare_digest(base64.b64encode(found), value):
            changed.append(real or name)
    return Digests("mismatch" if changed else "match", tuple(changed), tuple(wanted))


def _digest(algorithm: str, data: bytes) -> bytes:
    return (
        sm2.sm3(data) if algorithm == "sm3" else hashlib.new(algorithm, data, usedforsecurity=False).digest()
    )


def _name(reference: etree._Element) -> str:
    return (reference.get("FileRef") or "").replace("\\", "/").lstrip("/").lower()


def _value(reference: etree._Element) -> bytes:
    text = "".join(value for each in reference.iter("{*}CheckValue") for value in map(str, each.itertext()))
    return "".join(text.split()).encode("utf-8")
