"""Bad files at the import's door: each gets its code, its bytes are kept, it waits in quarantine, the others come in."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from fapiao.einvoice import write_element
from making.bad import bad_files, large
from making.memory import watch
from making.plain import one

WAITING = """
import django; django.setup()
import json
from jingpiao.ledger.arrivals import place
from jingpiao.ledger.models import Invoice, Quarantined
for row in Quarantined.objects.select_related("arrival"):
    kept = place(row.arrival.sha256)
    print(json.dumps([row.origin, row.reasons, row.arrival.sha256, kept.stat().st_size if kept.exists() else None]))
print(json.dumps(["held", Invoice.objects.count()]))
"""


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_bad_files_wait_in_quarantine_and_the_others_come_in(platform, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    bad = bad_files()
    for name, (data, _) in bad.items():
        (folder / name).write_bytes(data)
    large(folder / "large.pdf")
    for place in (1, 2):
        (folder / f"{place}-good.xml").write_bytes(write_element(one(place)))
    assert platform.run("init").returncode == 0
    run = watch([sys.executable, "-m", "jingpiao.cli", "import", str(folder), "--json"], platform.environment)
    assert run.returncode == 1, run.stderr
    assert b"Traceback" not in run.stderr
    assert run.megabytes < 600
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [row["result"] for row in rows].count("new") == 2
    codes = defaultdict(set)
    for row in rows:
        if row["error"]:
            codes[Path(row["file"].partition("//")[0]).name].add(row["error"]["code"])
    wanted = {name: code for name, (_, code) in bad.items()} | {"large.pdf": "file-too-large"}
    assert set(codes) == set(wanted)
    for name, code in wanted.items():
        assert codes[name] & set(code.split("|")), name
    waiting = waiting_files(platform)
    assert waiting.pop("held") == 2
    for name in wanted:
        reasons, sha, size = waiting[name]
        assert codes[name] >= set(reasons)
        assert (sha, size) == (digest(folder / name), (folder / name).stat().st_size)


def waiting_files(platform) -> dict:
    run = subprocess.run(
        [sys.executable, "-c", WAITING], capture_output=True, env=platform.environment, check=True
    )
    told = [json.loads(line) for line in run.stdout.splitlines()]
    files = {Path(row[0].partition("//")[0].partition("#")[0]).name: row[1:] for row in told[:-1]}
    return files | {"held": told[-1][1]}


def test_a_missing_file_is_said_so_and_the_others_come_in(platform, tmp_path: Path):
    good = tmp_path / "good.xml"
    good.write_bytes(write_element(one(1)))
    run = platform.run("import", str(tmp_path / "none.xml"), str(good), "--json")
    assert run.returncode == 1
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(row["result"], (row["error"] or {}).get("code")) for row in rows] == [
        ("failed", "file-not-found"),
        ("new", None),
    ]
    alone = platform.run("import", str(tmp_path / "none.xml"))
    assert alone.returncode == 2
    assert alone.stderr.startswith(b"error[file-not-found]:")


def test_a_nul_in_a_name_is_no_fault(platform, tmp_path: Path):
    whole = '"{""number"": ""26112000000000000009"", ""kind"": ""82"", ""seller"": {""name"": ""甲\\u0000公司""}}"'
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "发票号码,开票日期,金额,税额,价税合计,销方识别号,销方名称,发票票种,完整数据(JSON)\n"
        "26112000000000000001,2026-07-01,1.00,0.06,1.06,91110000600037341L,甲\x00公司,数电发票（普通发票）,\n"
        f",,,,,,,,{whole}\n"
    )
    run = platform.run("import", str(rows), "--json")
    assert run.stderr == b""
    assert [json.loads(line)["result"] for line in run.stdout.splitlines()] == ["new", "quarantined"]


def test_a_nul_in_a_feed_event_is_no_fault(platform):
    event = {
        "feed": "bj",
        "at": "2026-07-10T09:30:00+08:00",
        "type": "invoice",
        "invoice": {
            "kind": "82",
            "number": "26112000000000000009",
            "issued_on": "2026-07-01",
            "amount": "1.00",
            "tax": "0.06",
            "total": "1.06",
            "seller": {"name": "甲\x00公司", "tax_id": "91110000600037341L"},
        },
    }
    run = platform.run("load", "-", "--json", stdin=json.dumps(event).encode())
    assert run.stderr == b""
    assert json.loads(run.stdout)["invoices_new"] == 1
