"""The command `jingpiao` on a home and a database of its own, as a process, for the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any


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
