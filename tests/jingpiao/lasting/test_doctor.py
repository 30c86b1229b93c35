"""The doctor says what is well, and what somebody has to act on; it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fapiao.tables.workbook_writing import csv_lines
from making.plain import one
from telling.story import lines, told


def examined(platform: Any) -> tuple[int, dict[str, Any]]:
    run = platform.run("doctor", "--json")
    assert run.stdout, run.stderr.decode()
    return run.returncode, {each["name"]: each for each in json.loads(run.stdout)["examinations"]}


def test_a_sound_platform_is_well(platform):
    platform.run("load", "-", stdin=lines(told()))
    status, found = examined(platform)
    assert [name for name, each in found.items() if not each["ok"]] == []
    assert (status, len(found)) == (0, 9)
    assert "流水" in platform.run("doctor").stdout.decode()
    assert "journal entries" in platform.run("doctor", "--lang", "en").stdout.decode()


ILLS = {
    "work": "from jingpiao.jobs.models import Turn\nfrom datetime import datetime, UTC\n"
    "Turn.objects.create(name='imports', due_at=datetime(2020, 1, 1, tzinfo=UTC))\n",
    "imports": "from jingpiao.sync.models import ImportBatch\nfrom datetime import datetime, UTC\n"
    "ImportBatch.objects.update(state='running', lease_until=datetime(2020, 1, 1, tzinfo=UTC))\n",
    "clock": "from jingpiao.ledger.models import JournalEntry\nfrom datetime import datetime, UTC\n"
    "JournalEntry.objects.update(received_at=datetime(2099, 1, 1, tzinfo=UTC))\n",
    "raw-files": "from jingpiao.home import home\n"
    "[path.unlink() for path in (home() / 'arrivals').rglob('*') if path.is_file()]\n",
    "secrets": "from jingpiao.home import home\n"
    "from jingpiao.inquiry import receipts\nreceipts.jwks()\n"
    "[path.chmod(0o644) for path in (home() / 'secrets').rglob('*.key')]\n",
}


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_each_ill_is_found_and_named(platform, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines([one(1)], whole=False)))
    platform.run("import", str(file))
    for name, code in ILLS.items():
        assert examined(platform)[1][name]["ok"], name
        platform.python(code)
        status, found = examined(platform)
        assert (status, found[name]["ok"]) == (1, False), name
        assert found[name]["seen"] != found[name]["seen_en"]
