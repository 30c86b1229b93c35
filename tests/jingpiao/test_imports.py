"""Imports: every row comes back once, the same file twice at once is held once, a kill loses nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fapiao.invoice import Invoice, Party
from fapiao.tables.workbook_writing import csv_lines, write_workbook


def made(count: int, start: int = 0) -> list[Invoice]:
    return [
        Invoice(
            kind="82",
            kind_label="电子发票(普通发票)",
            number=f"26112{place:015d}",
            issued_on=date(2026, 7, 1),
            amount=Decimal("1.00"),
            tax=Decimal("0.06"),
            total=Decimal("1.06"),
            seller=Party(name="甲", tax_id="91110000600037341L"),
        )
        for place in range(start, start + count)
    ]


def test_every_row_of_an_import_comes_back_once(platform, tmp_path: Path):
    good = tmp_path / "good.xlsx"
    good.write_bytes(write_workbook(made(30), whole=False))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-broken")
    (tmp_path / "rows.csv").write_text(
        "发票号码,开票日期,金额,税额,价税合计,销方识别号,发票票种\n"
        "26112000000000000001,2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）\n"
        ",2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）\n"
        "26112000000000009999,2026-07-01,1.00,0.06,9.99,91110000600037341L,数电发票（普通发票）\n",
        "utf-8",
    )
    run = platform.run("import", str(good), str(tmp_path / "bad.pdf"), str(tmp_path / "rows.csv"), "--json")
    assert run.returncode == 1
    rows = [line for line in run.stdout.splitlines() if line]
    results = Counter(
        part.decode() for line in rows for part in [line.split(b'"result":"')[1].split(b'"')[0]]
    )
    assert results == {"new": 30, "duplicate": 1, "failed": 2, "quarantined": 1}


def test_two_imports_of_the_same_file_at_once_hold_every_invoice_once(platform, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines(made(3000), whole=False)))
    assert platform.run("init").returncode == 0
    command = [sys.executable, "-m", "jingpiao.cli", "import", str(file), "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, env=platform.environment) for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0] for process in both]
    new = sum(output.count(b'"result":"new"') for output in outputs)
    duplicate = sum(output.count(b'"result":"duplicate"') for output in outputs)
    assert (new, duplicate) == (3000, 3000)


def _imported(platform) -> int:
    """How many rows an import has taken in so far, 0 while there is none."""
    code = (
        "import django; django.setup()\n"
        "from jingpiao.sync.models import ImportedRow; print(ImportedRow.objects.count())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=platform.environment, check=False
    )
    return int(run.stdout or 0)


@pytest.mark.drill
def test_a_killed_import_goes_on_and_every_row_comes_back_once(platform, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines(made(20_000), whole=False)))
    first = subprocess.Popen(
        [sys.executable, "-m", "jingpiao.cli", "import", str(file)],
        stdout=subprocess.DEVNULL,
        env=platform.environment,
    )
    while first.poll() is None and _imported(platform) == 0:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    code = (
        "import os, django; django.setup()\n"
        "from datetime import datetime, UTC\n"
        "from jingpiao.sync.models import ImportBatch, ImportedRow\n"
        "from jingpiao.ledger.models import Invoice\n"
        "from jingpiao.schedule import take_up_import\n"
        "ImportBatch.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))\n"
        "ImportBatch.objects.filter(state='waiting').update(state='running')\n"
        "take_up_import(datetime.now(UTC))\n"
        "print(ImportedRow.objects.count(), Invoice.objects.count())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=platform.environment, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["20000", "20000"]


def test_two_commands_on_a_fresh_home_take_turns(platform):
    command = [sys.executable, "-m", "jingpiao.cli", "init"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, env=platform.environment) for _ in range(3)]
    told = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], told
