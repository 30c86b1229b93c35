"""Workers share the tests as the project means them to: the journeys are walked by one of them, whatever else there is."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from house.project import ROOT

WRITES = """
import os, time
import pytest

@pytest.mark.parametrize("nth", range(6))
def test_it(nth):
    time.sleep(0.05)
    with open(os.environ["SHARED"], "a") as log:
        print(__name__, os.environ["PYTEST_XDIST_WORKER"], file=log)
"""
HOOK = """
def pytest_xdist_make_scheduler(config, log):
    from telling.sharing import JourneysTogether
    return JourneysTogether(config, log)
"""


def test_the_journeys_stay_on_one_worker_and_the_rest_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("journeys/test_asking", "journeys/test_keeping", "others/test_one", "others/test_two"):
        path = tmp_path / "tests" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WRITES)
    (tmp_path / "conftest.py").write_text(HOOK)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT / 'tests'}\n")
    log = tmp_path / "log"
    monkeypatch.setenv("SHARED", str(log))
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        "tests",
    ]
    run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    workers: dict[str, set[str]] = defaultdict(set)
    for line in log.read_text().splitlines():
        name, worker = line.split()
        workers["journeys" if name in ("test_asking", "test_keeping") else "others"].add(worker)
    assert len(workers["journeys"]) == 1
    assert len(log.read_text().splitlines()) == 24


def test_the_projects_own_runs_use_that_scheduler():
    text = (ROOT / "tests" / "conftest.py").read_text("utf-8")
    assert "JourneysTogether(config, log)" in text
    assert "--dist" not in (ROOT / "Makefile").read_text("utf-8")
