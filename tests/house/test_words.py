"""The project speaks of itself alone, and ships nothing it may not."""

from __future__ import annotations

import re
import subprocess

from house.project import ROOT, python_files, short

ADDRESS_IN_LOCK = re.compile(r'"resolved": *"https?:|--(extra-)?index-url|--find-links')


def tracked() -> list[str]:
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_lock_files_carry_hashes_and_no_download_addresses():
    for name in ("requirements/run.txt", "requirements/test.txt", "requirements/peers.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert not ADDRESS_IN_LOCK.search(text), name
    assert not ADDRESS_IN_LOCK.search((ROOT / "package-lock.json").read_text("utf-8"))


def test_no_machine_path_stands_in_a_tracked_file():
    path = re.compile(r"(^|[^\w.])/(?:work|home/\w+|root)/[a-z]")
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if b"\x00" not in data[:4096]:
            assert not path.search(data.decode("utf-8", "replace")), name


def test_the_platforms_own_names_in_the_journal_are_spelled_in_one_place():
    spelled = re.compile(r"""["'](canary|connection|verification):[{"']""")
    for path in python_files("src/jingpiao"):
        if short(path) != "src/jingpiao/ledger/own.py":
            assert not spelled.search(path.read_text("utf-8")), short(path)


def test_every_setting_is_documented():
    text = "\n".join(
        (ROOT / name).read_text("utf-8")
        for name in tracked()
        if name.startswith("src/") and name.endswith(".py")
    )
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for name in set(re.findall(r"\bJINGPIAO_[A-Z_]+[A-Z]\b", text)):
        assert f"`{name}`" in page, name
