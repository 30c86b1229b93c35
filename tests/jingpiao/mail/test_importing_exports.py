"""An official export imported by command: a feed of its own, duplicates named, and an answer that says export again."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from fapiao.invoice import Party
from fapiao.wording import BEIJING
from making.exports import SELLERS, TAXPAYER, full, received

NOW = datetime.now(BEIJING)
MADE = NOW - timedelta(days=3)
FEED = f"export:{TAXPAYER}:received"


def day(ago: int) -> str:
    return (MADE - timedelta(days=ago)).date().isoformat()


def ask(platform: Any, ago: int, **told: Any) -> dict[str, Any]:
    claim = {
        "number": "26112000000219703940",
        "issued_on": day(ago),
        "total": "106.00",
        "kind": "82",
        "tax_ids": [TAXPAYER],
    } | told
    return platform.lines("check", "--claims", "-", stdin=msgspec.json.encode(claim))[0]


def put(folder: Path, data: bytes, name: str = "全量发票查询导出结果.xlsx") -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_an_export_becomes_its_taxpayers_feed_and_the_answer_says_export_again(platform, tmp_path: Path):
    rows = [received(place, day(place)) for place in range(1, 31)]
    event = {
        "feed": "bj",
        "at": (NOW - timedelta(days=9)).isoformat(),
        "type": "invoice",
        "id": "one",
        "invoice": msgspec.to_builtins(rows[20]),
    }
    platform.lines("load", "-", "--json", stdin=msgspec.json.encode(event))
    file = put(tmp_path, full(rows, made=MADE))
    results = platform.lines("import", file, "--json")
    assert Counter(row["result"] for row in results) == {"new": 29, "duplicate": 1}
    original = next(row["original"] for row in results if row["result"] == "duplicate")
    assert original["feed"] == "bj"

    again = platform.run("import", file).stdout.decode()
    assert "官方导出：京测公司 取得发票" in again
    assert "依据文件属性里的创建时间" in again

    status = {row["feed"]: row for row in platform.lines("status", "--json")}[FEED]
    assert datetime.fromisoformat(status["watermark"]) == MADE.replace(microsecond=0)
    assert (status["complete"], status["label"]) == (False, "京测公司 取得发票（官方导出）")

    rebuilt = platform.lines("rebuild", "--compare", "--json")[0]
    assert (rebuilt["same"], rebuilt["rows"]["sync_officialexport"]) == (True, 1)

    later = ask(platform, -2)
    assert later["causes"][0]["code"] == "not-imported"
    assert f"您最新的导出是 {MADE.month}月{MADE.day}日" in later["next_step"]
    assert ask(platform, 12)["causes"][0]["code"] == "never-uploaded"
    for stranger in ([], ["91330106673959654P"]):
        told = ask(platform, -2, tax_ids=stranger)
        assert "导出" not in told["next_step"]
        assert TAXPAYER not in str(told["causes"])
    before = ask(platform, -2, as_of=(NOW - timedelta(hours=1)).isoformat())
    assert "导出" not in before["next_step"]


def test_the_same_file_again_changes_nothing_and_a_newer_one_moves_the_watermark(platform, tmp_path: Path):
    rows = [received(place, day(place)) for place in range(1, 5)]
    file = put(tmp_path, full(rows, made=MADE))
    platform.lines("import", file, "--json")
    again = platform.lines("import", file, "--json")
    assert {row["result"] for row in again} == {"duplicate"}
    newer = put(tmp_path, full([*rows, received(9, day(-1))], made=MADE + timedelta(days=2)), "新.xlsx")
    platform.lines("import", newer, "--json")
    status = {row["feed"]: row for row in platform.lines("status", "--json")}[FEED]
    assert datetime.fromisoformat(status["watermark"]) == (MADE + timedelta(days=2)).replace(microsecond=0)


def test_a_file_that_mixes_taxpayers_is_imported_but_promises_nothing(platform, tmp_path: Path):
    other = received(8, day(2), buyer=Party(name="别人", tax_id="91110105MA01ABCD0X"))
    file = put(tmp_path, full([received(1, day(3)), received(2, day(4)), other], made=MADE))
    assert {row["result"] for row in platform.lines("import", file, "--json")} == {"new"}
    assert FEED not in {row["feed"] for row in platform.lines("status", "--json")}
    assert "看不出是哪个纳税人的" in platform.run("import", file).stdout.decode()


def test_a_zip_may_hold_both_directions_each_its_own_feed(platform, tmp_path: Path):
    own = Party(name="京测公司", tax_id=TAXPAYER)
    sold = [
        received(place, day(place), seller=own, buyer=Party(name="客户", tax_id=each))
        for place, each in enumerate(SELLERS, 40)
    ]
    file = tmp_path / "导出.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("取得/a.xlsx", full([received(1, day(3)), received(2, day(4))], made=MADE))
        archive.writestr("开具/b.xlsx", full(sold, made=MADE - timedelta(hours=1)))
        archive.writestr("说明.txt", "导出说明".encode())
    platform.run("import", str(file))
    status = {row["feed"]: row for row in platform.lines("status", "--json")}
    assert {FEED, f"export:{TAXPAYER}:issued"} <= set(status)
    rebuilt = platform.lines("rebuild", "--compare", "--json")[0]
    assert (rebuilt["same"], rebuilt["rows"]["sync_officialexport"]) == (True, 2)


def test_no_other_feed_may_tell_an_export(platform):
    at = NOW.isoformat()
    told = {"tax_id": TAXPAYER, "direction": "received", "from": "2026-11-01", "to": "2026-11-20"}
    line = {"feed": "bj", "at": at, "type": "watermark", "complete_to": at, "export": told}
    summary = platform.lines("load", "-", "--json", stdin=msgspec.json.encode(line))[0]
    assert (summary["unread"], summary["new"]) == (1, 0)
