"""Runs every benchmark in turn; each prints its table and keeps it in benchmarks/results."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run all; returns how many failed."""
    failed = 0
    for name in (
        "reading.py",
        "workbook.py",
        "export.py",
        "ledger.py",
        "diagnosis.py",
        "http_check.py",
        "rebuild.py",
    ):
        failed += subprocess.run([sys.executable, str(HERE / name)], cwd=HERE, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
