"""The ledger is the journal's projection: rebuilt from it alone it is the same, row by row, whatever filled it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fapiao.tables.workbook_writing import csv_lines
from house.project import SOURCE, python_files, short
from jingpiao.upkeep.rebuild import PROJECTED
from making.plain import one
from telling.story import BUYER, event, invoice, lines, number, told

HEAD = "发票号码,开票日期,金额,税额,价税合计,销方识别号,发票票种,发票状态\n"
"""The headings of an export, as far as these tests need them."""


def compared(platform: Any) -> dict[str, Any]:
    run = platform.run("rebuild", "--compare", "--json")
    assert run.stdout, run.stderr.decode()
    result: dict[str, Any] = json.loads(run.stdout)
    assert run.returncode == (0 if result["same"] else 1)
    return result


def busy(platform: Any, tmp_path: Path) -> None:
    """Everything that can fill a ledger: feeds, repeats, conflicts, late news, imports, people."""
    platform.run("load", "-", stdin=lines(told()))
    platform.run("load", "-", stdin=lines(list(reversed(told()))))
    more = [
        event("invoice", "11T09:00", id="i48", invoice=invoice(48, total="156.00", amount="150.00")),
        event("invoice", "11T09:00", id="broken", invoice=invoice(61) | {"issued_on": 7}),
        event("invoice", "09T11:00", id="early", invoice=invoice(49)),
        event("invoice", "11T09:30", feed="js", id="k1", invoice=invoice(62)),
        event("feed", "11T10:00", feed="js", label="江苏", regions=["32"], kinds=[], same_day=True),
        event("invoice", "11T10:30", feed="js", id="k2", invoice=invoice(63)),
        event("fault", "11T11:00", component="feed", id="f", message="断", batch={"id": "b", "count": 3}),
        event("fault-cleared", "11T12:00", component="feed", id="g"),
        event("announcement", "11T12:00", id="a", title="维护", functions=["query"]),
        event("import-row", "11T12:00", tax_id=BUYER, number=number(90), result="failed", reason="x"),
        event("outcome", "11T13:00", feed="desk", claim={"number": number(90)}, cause="sync-delay"),
        event("untrash", "13T10:00", feed="inbox", code=None, number=number(47), by=BUYER),
        event("heartbeat", "13T10:00"),
    ]
    platform.run("load", "-", stdin=lines(more) + b"\nnot json")
    rows = tmp_path / "rows.csv"
    rows.write_text(
        HEAD
        + "26112000000000000001,2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）,正常\n"
        + "26112000000000000002,2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）,已作废\n"
        + "26112000000000000003,2026-07-01,1.00,0.06,9.99,91110000600037341L,数电发票（普通发票）,正常\n"
        + ",2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）,正常\n",
        "utf-8",
    )
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-broken")
    platform.run("import", str(rows), str(tmp_path / "bad.pdf"))
    platform.python(
        "from datetime import datetime, UTC\n"
        "from jingpiao.ledger import services\n"
        "now = datetime.now(UTC)\n"
        f"services.move_to_bin(key='{number(48)}', actor='操作员', now=now)\n"
        f"services.restore(key='{number(48)}', actor='操作员', now=now)\n"
        f"services.move_to_bin(key='{number(49)}', actor='操作员', now=now, by='{BUYER}')\n"
    )


def test_whatever_filled_the_ledger_the_journal_gives_it_again(platform, tmp_path: Path):
    busy(platform, tmp_path)
    result = compared(platform)
    assert result["differences"] == []
    assert result["rows"]["ledger_invoice"] >= 22
    assert result["rows"]["ledger_binmove"] == 5


def test_what_was_set_aside_by_older_rules_and_released_is_rebuilt_so(platform, tmp_path: Path):
    rows = tmp_path / "rows.csv"
    rows.write_text(
        HEAD
        + "26112000000000000001,2026-07-01,1.00,0.06,1.06,91110000600037341L,数电发票（普通发票）,已作废\n",
        "utf-8",
    )
    events = tmp_path / "events.jsonl"
    events.write_bytes(lines(told()))
    platform.run("init")
    platform.python(
        "import jingpiao.ledger.flaws as flaws\n"
        "from decimal import Decimal\n"
        "flaws.TOLERANCE = Decimal(-1)\n"  # once there was a rule that nothing could fulfil
        "from jingpiao.cli import main\n"
        f"main(['load', {str(events)!r}]); main(['import', {str(rows)!r}])\n"
    )
    platform.python(
        "from datetime import datetime, UTC\n"
        "from jingpiao.ledger import quarantining\n"
        "from jingpiao.ledger.models import Quarantined\n"
        "for row in Quarantined.objects.order_by('id'):\n"
        "    quarantining.retry(quarantined=row.pk, now=datetime.now(UTC))\n"
    )
    result = compared(platform)
    assert result["differences"] == []
    assert result["rows"]["ledger_quarantined"] == 21
    waiting = "from jingpiao.ledger.models import Quarantined\nprint(Quarantined.objects.filter(released_at=None).count())"
    assert platform.python(waiting) == "1"


@pytest.mark.parametrize(
    ("change", "table", "sides"),
    [
        ("UPDATE ledger_invoice SET total = total + 1 WHERE key LIKE '%0048'", "ledger_invoice", 2),
        ("DELETE FROM ledger_invoicestate WHERE state = 'voided'", "ledger_invoicestate", 1),
        ("UPDATE sync_watermark SET complete_to = 1 WHERE feed = 'js'", "sync_watermark", 2),
        ("UPDATE sync_delaycount SET count = count + 1", "sync_delaycount", None),
    ],
)
def test_whatever_was_changed_behind_the_journals_back_is_found(
    platform, change: str, table: str, sides: int | None
):
    platform.run("load", "-", stdin=lines(told()))
    assert compared(platform)["same"] is True
    platform.python(f"from django.db import connection\nconnection.cursor().execute({change!r})\n")
    result = compared(platform)
    assert {each["table"] for each in result["differences"]} == {table}
    assert sides is None or len(result["differences"]) == sides
    run = platform.run("rebuild", "--compare")
    assert (run.returncode, table in run.stdout.decode()) == (1, True)


def test_a_large_import_is_rebuilt_and_nothing_is_left_behind(platform, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines((one(place) for place in range(3000)), whole=False)))
    platform.run("import", str(file))
    result = compared(platform)
    assert (result["same"], result["rows"]["ledger_invoice"]) == (True, 3000)
    assert [path.name for path in platform.home.iterdir() if path.name.startswith("rebuild")] == []
    left = platform.python(
        "from jingpiao import sql\n"
        "print(sql.rows(\"SELECT COUNT(*) FROM pg_namespace WHERE nspname LIKE 'jingpiao%%'\")[0][0]"
        " if sql.is_postgres() else 0)\n"
    )
    assert left == "0"


WRITERS = {
    "src/jingpiao/ledger/intake.py",
    "src/jingpiao/ledger/services.py",
    "src/jingpiao/sync/arriving.py",
    "src/jingpiao/sync/importing.py",
    "src/jingpiao/sync/pace.py",
    "src/jingpiao/sync/projecting.py",
}
"""The only files that write what is projected; each does so beside an entry in the journal, or from one."""


def test_nothing_else_writes_what_is_projected():
    names = "|".join(PROJECTED)
    writing = re.compile(
        rf"(INSERT INTO|UPDATE|DELETE FROM|bulk_insert\(\s*)\s*\"?({names})\b"
        r"|\b(Invoice|InvoiceState|BinMove|Quarantined|ImportRow|Taxpayer|Declaration|Watermark|Fault|Outcome|DelayCount|DelayHour|ArrivalHour"
        r"|Announcement)\.objects\.(filter\([^)]*\)\.)?(create|bulk_create|update|delete|get_or_create|update_or_create)\("
    )
    found = {short(path) for path in python_files("src") if writing.search(path.read_text("utf-8"))}
    assert found <= WRITERS, found - WRITERS
    assert SOURCE.is_dir()
