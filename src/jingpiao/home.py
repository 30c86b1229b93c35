"""The home (数据目录): the one folder where a platform keeps its database, files and keys.

``--home DIR`` or ``$JINGPIAO_HOME``, by default ``./jingpiao-data``.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """Return the home folder's path; it may not exist yet."""
    return Path(os.environ.get("JINGPIAO_HOME", "jingpiao-data")).absolute()


def secret(name: str) -> str:
    """Return a secret of this home, made at first use and readable by its owner only."""
    path = home() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{name}.{secrets.token_hex(8)}")
        with open(fresh, "x", encoding="ascii", opener=_private) as file:
            file.write(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)  # whole or not at all; of several at once the first counts for all
        except FileExistsError:
            pass
        fresh.unlink()
    return path.read_text("ascii")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
