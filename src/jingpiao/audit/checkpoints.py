"""Checkpoints (检查点): the end of the chain, signed every minute that it grew and kept outside the database.

A chain alone can be made anew by whoever owns the database. A checkpoint says, signed, which digest an entry had; kept in the
home, published, and copied to a second disk (``JINGPIAO_AUDIT_COPY``), it tells a chain that was rewritten or cut off.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jingpiao import sql
from jingpiao.audit.chain import FIELDS, Checked, look_through
from jingpiao.audit.models import AuditEntry
from jingpiao.columns import to_micros
from jingpiao.home import home, secret

CHUNK = 2_000
COLUMNS = ", ".join(f'"{name}"' for name in (*FIELDS, "digest"))


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One checkpoint (检查点): at ``at`` (microseconds since 1970 UTC) entry ``number`` had ``digest``; Ed25519, in hex."""

    number: int
    digest: str
    at: int
    key: str
    signature: str


def place() -> Path:
    """Return the file that the checkpoints of this home are appended to."""
    return home() / "audit" / "checkpoints.jsonl"


def public_key() -> str:
    """Return the key that checkpoints verify with, in hex."""
    return _private().public_key().public_bytes_raw().hex()


def fix(now: datetime) -> Checkpoint | None:
    """Sign the end of the chain where it has grown since the last checkpoint, and keep that in every place."""
    last = AuditEntry.objects.order_by("-number").values_list("number", "digest").first()
    held = newest()
    if last is None or (held and held.number >= last[0]):
        return None
    at = to_micros(now)
    signature = _private().sign(_signed(last[0], last[1], at)).hex()
    made = Checkpoint(number=last[0], digest=last[1], at=at, key=public_key(), signature=signature)
    for path in _places():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(msgspec.json.encode(made) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    return made


def fix_when_grown(now: datetime) -> bool:
    """Do what the clock starts; nothing more waits afterwards."""
    fix(now)
    return False


def newest() -> Checkpoint | None:
    """Return the last checkpoint of this home."""
    return max(read([place()]), key=lambda each: each.number, default=None)


def read(paths: Iterable[Path]) -> Iterator[Checkpoint]:
    """Yield the checkpoints of files; a file that is not there holds none. Errors: `msgspec.DecodeError`."""
    for path in paths:
        if path.exists():
            for line in path.read_bytes().splitlines():
                yield msgspec.json.decode(line, type=Checkpoint)


def verify(paths: Iterable[Path] = (), *, key: str = "") -> Checked:
    """Look through the whole trail, reading only, against the checkpoints of this home and of further files.

    ``key`` is the public key that a checkpoint has to be signed with: this home's unless it is given. A checkpoint that is not
    signed so is itself the fault: ``checkpoint-forged``.
    """
    wanted = key or public_key()
    fixed: dict[int, str] = {}
    for each in read([*_places(), *paths]):
        if each.key != wanted or not _is_signed(each):
            return Checked(ok=False, entries=0, first_bad=each.number, reason="checkpoint-forged")
        if fixed.setdefault(each.number, each.digest) != each.digest:
            return Checked(ok=False, entries=0, first_bad=each.number, reason="checkpoint-forked")
    return look_through(_rows(), fixed)


def _rows() -> Iterator[tuple[object, ...]]:
    seen = -(2**62)  # an entry put in before the first is seen as well
    statement = f"SELECT {COLUMNS} FROM audit_auditentry WHERE number > %s ORDER BY number, id LIMIT {CHUNK}"
    while chunk := sql.rows(statement, [seen]):
        yield from chunk
        seen = chunk[-1][0]


def _places() -> list[Path]:
    copy = os.environ.get("JINGPIAO_AUDIT_COPY", "")
    return [place(), *([Path(copy)] if copy else [])]


def _is_signed(each: Checkpoint) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(each.key))
        public.verify(bytes.fromhex(each.signature), _signed(each.number, each.digest, each.at))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(number: int, digest: str, at: int) -> bytes:
    return f"jingpiao-audit:{number}:{digest}:{at}".encode()


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(secret("audit").encode()).digest())
