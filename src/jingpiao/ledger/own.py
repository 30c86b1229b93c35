"""Own words (自家的话): under which names the platform itself speaks in the journal, beside what sources tell; nowhere else spelled.

Some it says under a feed of its own (`is_own_feed`), some under a source's feed with an id of its own (`is_own_event`). Neither is
a sign that a source lives, and no source may speak under such a name.
"""

from __future__ import annotations

HERE = "here"
"""The feed of this platform's own deeds (`jingpiao.ledger.deeds`)."""
IMPORT = "import"
"""The feed of files that somebody brought."""
CANARY = "canary:"
"""Begins the feeds of synthetic invoices (探针): they live for a minute or two and are nobody's business."""
VERIFICATION = "verification:"
"""Begins the feeds of what outside verifiers answered."""
CONNECTION = "connection:"
"""Begins the ids of what this platform says of a source that it connects to: its declaration, that it cannot be reached."""
_BEYOND = f"{CONNECTION[:-1]}{chr(ord(CONNECTION[-1]) + 1)}"
TOLD_BY_SOURCES = f"NOT (event_key >= '{CONNECTION}' AND event_key < '{_BEYOND}')"
"""`is_own_event` in SQL, turned round: over a journal entry, that its source told it."""


def canary_feed(feed: str) -> str:
    """Return the feed under which a feed's canaries come."""
    return CANARY + feed


def is_canary(feed: str) -> bool:
    """Tell whether a feed is one of canaries."""
    return feed.startswith(CANARY)


def verification_feed(verifier: str) -> str:
    """Return the feed under which an outside verifier's answers are told."""
    return VERIFICATION + verifier


def is_verification(feed: str) -> bool:
    """Tell whether a feed is one of outside answers."""
    return feed.startswith(VERIFICATION)


def connection_event(connection: str, *more: object) -> str:
    """Return the id of something that this platform says of a connection."""
    return CONNECTION + ":".join((connection, *map(str, more)))


def is_own_event(event_key: str) -> bool:
    """Tell whether an event under a source's feed was told by this platform."""
    return event_key.startswith(CONNECTION)


def is_own_feed(feed: str) -> bool:
    """Tell whether a feed is the platform's own, so that no source may be given its name."""
    return feed in (HERE, IMPORT) or is_canary(feed) or is_verification(feed)


def is_closed(feed: str) -> bool:
    """Tell whether nobody may speak under a feed unless the platform names it expressly: what came there would be out of sight."""
    return feed == HERE or is_canary(feed)
