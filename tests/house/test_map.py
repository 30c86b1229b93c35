"""The map: every module that ARCHITECTURE.md names is where it says."""

from __future__ import annotations

import re

from house.project import ROOT

ROOMS = ("sync", "status", "inquiry", "ledger", "fapiao")
NAMED = re.compile(rf"\b({'|'.join(ROOMS)})\.([a-z_]+)")


def test_every_module_that_the_map_names_exists():
    words = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(NAMED.findall(words))
    lost = [f"{room}.{name}" for room, name in sorted(named) if not exists(room, name)]
    assert len(named) > 20
    assert lost == []


def exists(room: str, name: str) -> bool:
    folder = ROOT / "src" / ("fapiao" if room == "fapiao" else f"jingpiao/{room}")
    return (folder / f"{name}.py").exists() or (folder / name).is_dir()
