"""Migrations: each room's have one end, and the models say nothing that they do not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.fixture
def told() -> subprocess.CompletedProcess[str]:
    """What Django says of models and migrations."""
    return subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "jingpiao.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_models_and_migrations_agree(told: subprocess.CompletedProcess[str]):
    assert told.returncode == 0, told.stdout + told.stderr
    assert "No changes detected" in told.stdout
