"""The source "upload": files brought by hand come in under the connection's own feed."""

from __future__ import annotations

from pathlib import Path

from fapiao.einvoice import write_element
from making.plain import one


def test_files_brought_for_a_connection_belong_to_its_feed(platform, tmp_path: Path):
    (tmp_path / "a.xml").write_bytes(write_element(one(1)))
    added = platform.run("source", "add", "accounts", "--member", "upload", "--label", "财务部")
    assert added.returncode == 0, added.stderr.decode()
    rows = platform.lines("import", str(tmp_path / "a.xml"), "--connection", "accounts", "--json")
    assert [row["result"] for row in rows] == ["new"]
    again = platform.lines("import", str(tmp_path / "a.xml"), "--connection", "accounts", "--json")
    assert [row["result"] for row in again] == ["duplicate"]
    assert again[0]["original"]["feed"] == "accounts"
    told = platform.lines("source", "list", "--json")[0]
    assert (told["state"], told["day"]["documents"], told["day"]["visits"]) == ("waiting", 2, 2)
    assert platform.lines("source", "probe", "accounts", "--json")[0]["ok"]


def test_a_connection_that_is_not_there_or_wrongly_set_is_told(platform, tmp_path: Path):
    (tmp_path / "a.xml").write_bytes(write_element(one(1)))
    run = platform.run("import", str(tmp_path / "a.xml"), "--connection", "nobody")
    assert (run.returncode, b"error[source-unknown]" in run.stderr) == (2, True)
    for words in (
        ("Bad Key", "--member", "upload"),
        ("key", "--member", "http"),
        ("key", "--member", "upload", "--set", "nothing=1"),
        ("key", "--member", "upload", "--every", "0"),
        ("key", "--member", "upload", "--feed", "here"),
    ):
        run = platform.run("source", "add", *words)
        assert (run.returncode, b"error[source-setting]" in run.stderr) == (2, True), words
    assert b"error[source-unknown]" in platform.run("source", "add", "key", "--member", "fax").stderr
