"""Deeds (本平台所为): what people and jobs of this platform did to the ledger, entered in the journal beside what feeds told.

A feed's event and a deed never share a type, so the journal alone says how the ledger came to be. Enter a deed in the
transaction that carries it out.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec

from jingpiao import sql
from jingpiao.columns import to_micros
from jingpiao.ledger.own import HERE

JOURNAL = ("feed", "event_key", "digest", "type", "known_at", "received_at", "flagged", "body")


class BinMoved(msgspec.Struct, frozen=True, tag="bin-move"):
    """Somebody moved an invoice into a recycle bin, or out of it (移入或移出回收站)."""

    key: str
    by: str
    into: bool
    actor: str


class Released(msgspec.Struct, frozen=True, tag="release"):
    """What waited in quarantine was tried again and passed (隔离放行): which arrival it was, and why it had waited.

    The reasons stand here because the rules may have changed in between: a rebuild sets it aside again until this moment.
    """

    feed: str
    origin: str
    known_at: datetime
    body_digest: str
    reasons: tuple[str, ...] = ()


class Corrected(msgspec.Struct, frozen=True, tag="correction"):
    """A person corrected what waited in quarantine, and it was taken in (隔离更正): which arrival, who, why, and the whole
    corrected invoice. The arrival itself stays in the journal as it came; ``reasons`` are those it had waited for.
    """

    feed: str
    origin: str
    known_at: datetime
    body_digest: str
    body: msgspec.Raw
    actor: str
    why: str
    reasons: tuple[str, ...] = ()


class Shelved(msgspec.Struct, frozen=True, tag="shelve"):
    """A person sees no hope for what waits in quarantine (搁置): it is kept, out of the way, with who and why."""

    feed: str
    origin: str
    known_at: datetime
    body_digest: str
    actor: str
    why: str


class Undone(msgspec.Struct, frozen=True, tag="undo"):
    """A person took a correction or a shelving back (撤销): ``what`` is that deed's type; the arrival waits as before."""

    feed: str
    origin: str
    known_at: datetime
    body_digest: str
    what: str
    actor: str
    why: str


class Imported(msgspec.Struct, frozen=True, tag="import"):
    """One reading of a file that somebody brought (导入的一张): its body as JSON, or the reasons it was set aside for.

    ``state`` is the state that the file tells of it, ``normal`` where it tells none. ``arrival`` is the kept file,
    ``feed`` the feed that it was brought for.
    """

    origin: str
    arrival: int
    body: msgspec.Raw
    reasons: tuple[str, ...] = ()
    state: str = "normal"
    feed: str = "import"


OfQuarantine = Released | Corrected | Shelved | Undone
"""Deeds about one arrival in quarantine (隔离区所为)."""
Deed = BinMoved | OfQuarantine | Imported
TYPES = ("bin-move", "release", "correction", "shelve", "undo", "import")


def enter(deeds: Sequence[Deed], *, known_at: datetime, keys: Sequence[str] = ()) -> None:
    """Enter deeds in the journal. ``keys`` name them where doing one twice is to fail; else each gets a key of its own."""
    at = to_micros(known_at)
    names = keys or [secrets.token_hex(16) for _ in deeds]
    rows = []
    for deed, name in zip(deeds, names, strict=True):
        kind = str(deed.__struct_config__.tag)
        body = msgspec.json.encode(deed).decode()
        digest = hashlib.blake2s(body.encode(), digest_size=16).hexdigest()
        rows.append((HERE, f"{kind}:{name}", digest, kind, at, at, False, body))
    sql.bulk_insert("ledger_journalentry", JOURNAL, rows)


def read(body: str) -> Deed:
    """Return the deed of a journal entry. Errors: `msgspec.ValidationError`."""
    found: Deed = msgspec.json.decode(body, type=Deed)
    return found


def digest_of_body(body: str) -> str:
    """Return what names the body of something set aside."""
    return hashlib.blake2s(body.encode(), digest_size=16).hexdigest()
