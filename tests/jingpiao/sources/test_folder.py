"""The source "folder": files taken once, when they have come to rest, and only where an administrator allows."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from jingpiao.sync.source import SOURCES, SourceError
from jingpiao.sync.sources import folder
from jingpiao.sync.sources.folder import FolderSettings

FOLDER = SOURCES["folder"]


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    monkeypatch.setenv("JINGPIAO_FOLDERS", str(tmp_path / "in"))
    return path


def put(path: Path, data: bytes, age: float = 60.0) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (time.time() - age,) * 2)


def collect(path: Path, cursor: str = "", **more: object):
    assert FOLDER.collect
    return FOLDER.collect(FolderSettings(path=str(path), **more), cursor)


def names(arrivals) -> list[str]:
    return [each.name for each in arrivals.documents]


def test_a_file_is_taken_once_and_again_when_it_changed(inbox: Path):
    put(inbox / "a.xlsx", b"one")
    put(inbox / "below" / "b.pdf", b"two")
    first = collect(inbox, tax_id="91110000600037341L")
    assert names(first) == ["a.xlsx", "below/b.pdf"]
    assert {each.tax_id for each in first.documents} == {"91110000600037341L"}
    assert names(collect(inbox, first.cursor)) == []
    put(inbox / "a.xlsx", b"changed")
    assert names(collect(inbox, first.cursor)) == ["a.xlsx"]


def test_a_file_still_being_written_is_left_alone(inbox: Path):
    put(inbox / "a.xlsx", b"half", age=1.0)
    for name in ("b.xlsx.part", "~$c.xlsx", ".d.xlsx"):
        put(inbox / name, b"x")
    assert names(collect(inbox)) == []
    assert names(collect(inbox, rest_seconds=0)) == ["a.xlsx"]


def test_only_names_of_the_pattern_are_taken_and_links_lead_nowhere(inbox: Path, tmp_path: Path):
    put(tmp_path / "secret.xlsx", b"x")
    (inbox / "link.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (inbox / "out").symlink_to(tmp_path, target_is_directory=True)
    put(inbox / "a.pdf", b"x")
    put(inbox / "b.xlsx", b"y")
    assert names(collect(inbox, pattern="*.xlsx")) == ["b.xlsx"]


def test_a_folder_outside_those_allowed_is_refused(inbox: Path, tmp_path: Path):
    (tmp_path / "in-other").mkdir()
    for path in (tmp_path, Path("/etc"), inbox / ".." / "in-other", tmp_path / "in-other"):
        with pytest.raises(SourceError) as slip:
            collect(path)
        assert slip.value.code == "source-settings"
    with pytest.raises(SourceError) as slip:
        collect(inbox / "absent")
    assert slip.value.code == "source-not-found"


def test_an_event_file_that_grows_is_read_on(inbox: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder, "VISIT_LINES", 2)
    put(inbox / "events.jsonl", b"1\n2\n3\n")
    first = collect(inbox)
    second = collect(inbox, first.cursor)
    assert (first.lines, first.more, second.lines, second.more) == ((b"1", b"2"), True, (b"3",), False)
    put(inbox / "events.jsonl", b"1\n2\n3\n4\n", age=30)
    third = collect(inbox, second.cursor)
    assert third.lines == (b"4",)
    put(inbox / "events.jsonl", b"9\n", age=20)
    assert collect(inbox, third.cursor).lines == (b"9",)


def test_a_last_line_that_is_not_whole_is_waited_for(inbox: Path):
    put(inbox / "events.jsonl", b'{"a":1}\n{"b"')
    first = collect(inbox)
    second = collect(inbox, first.cursor)
    assert (first.lines, second.lines, second.more) == ((b'{"a":1}',), (), False)
    assert "unfinished" in second.notes[0]
    put(inbox / "events.jsonl", b'{"a":1}\n{"b":2}', age=30)
    assert collect(inbox, second.cursor).lines == (b'{"b":2}',)


def test_a_visit_is_bounded(inbox: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder, "VISIT_FILES", 2)
    for name in "abc":
        put(inbox / name, name.encode())
    first = collect(inbox)
    assert (names(first), first.more) == (["a", "b"], True)
    second = collect(inbox, first.cursor)
    assert (names(second), second.more) == (["c"], False)
    monkeypatch.setattr(folder, "MOST_FILES", 2)
    with pytest.raises(SourceError):
        collect(inbox)


def test_an_unreadable_file_holds_up_no_other(inbox: Path, monkeypatch: pytest.MonkeyPatch):
    put(inbox / "a", b"x")
    put(inbox / "b", b"y")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    arrivals = collect(inbox)
    assert names(arrivals) == ["b"]
    assert "not readable" in arrivals.notes[0]
    monkeypatch.undo()
    monkeypatch.setenv("JINGPIAO_FOLDERS", str(inbox))
    assert names(collect(inbox, arrivals.cursor)) == ["a"]


def test_the_probe_counts_or_says_what_is_wrong(inbox: Path):
    put(inbox / "a", b"x")
    assert "1" in FOLDER.probe(FolderSettings(path=str(inbox))).message
    assert not FOLDER.probe(FolderSettings(path="/etc")).ok
