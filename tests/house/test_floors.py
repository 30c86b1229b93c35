"""Imports go down only: the contracts in .importlinter hold (design law: rooms and floors)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from house.project import ROOT


def test_imports_go_down_only():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "0 broken" in run.stdout
