"""Imports at once: two worker processes, and the same upload twice, still hold every invoice and row once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fapiao.tables.workbook_writing import csv_lines
from making.plain import one

UPLOAD = """
import django; django.setup()
import sys, json
from datetime import UTC, datetime
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
headers = {"authorization": f"Bearer {sys.argv[2]}", "Idempotency-Key": "july"}
data = open(sys.argv[1], "rb").read()
reply = Client().post("/api/v1/imports", {"file": SimpleUploadedFile("rows.csv", data)}, headers=headers)
print(json.dumps([reply.status_code, reply.json()]))
"""
COUNTS = """
import django; django.setup()
import json
from jingpiao.ledger.models import Invoice
from jingpiao.sync.models import ImportBatch, ImportedRow
from jingpiao.sync.selectors import import_progress
print(json.dumps({"invoices": Invoice.objects.count(), "rows": ImportedRow.objects.count(),
    "batches": ImportBatch.objects.count(), "states": [each.state for each in ImportBatch.objects.all()],
    "new": sum(import_progress(each.pk)["counts"]["new"] for each in ImportBatch.objects.all()),
    "percent": [import_progress(each.pk)["percent"] for each in ImportBatch.objects.order_by("id")]}))
"""


def script(platform, code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


def counts(platform) -> dict:
    run = subprocess.run(script(platform, COUNTS), capture_output=True, env=platform.environment, check=True)
    return json.loads(run.stdout)


def test_two_workers_and_a_repeated_upload_hold_every_row_once(platform, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines((one(place) for place in range(9_000)), whole=False)))
    assert platform.run("init").returncode == 0
    token = platform.run("token", "--role", "operator").stdout.decode().strip()
    uploads = [
        subprocess.Popen(
            script(platform, UPLOAD, str(file), token), stdout=subprocess.PIPE, env=platform.environment
        )
        for _ in range(2)
    ]
    replies = [json.loads(each.communicate(timeout=120)[0]) for each in uploads]
    assert 202 in {status for status, _ in replies}
    assert all(status == 202 or body["code"] == "in-progress" for status, body in replies)
    workers = [
        subprocess.Popen([sys.executable, "-m", "jingpiao.cli", "worker"], env=platform.environment)
        for _ in range(2)
    ]
    try:
        until = time.monotonic() + 120
        while "done" not in (now := counts(platform))["states"] and time.monotonic() < until:
            time.sleep(0.3)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(30)
    assert now == {
        "invoices": 9_000,
        "rows": 9_000,
        "batches": 1,
        "states": ["done"],
        "new": 9_000,
        "percent": [100],
    }


OVERTAKEN = """
import django; django.setup()
from datetime import UTC, datetime
from pathlib import Path
from jingpiao.sync.commands import _Named
from jingpiao.sync.importing import claim, run_batch
from jingpiao.sync.models import ImportBatch, ImportFile
from jingpiao.sync.selectors import import_progress
from jingpiao.sync.services import start_import
import sys
now = datetime.now(UTC)
batch = start_import([_Named(Path(sys.argv[1]))], by="test", now=now)
assert claim(batch, now) and not claim(batch, now)
seen = []
def overtake(rows):
    progress = import_progress(batch.pk)
    seen.append([progress["rows"], progress["percent"], progress["files"][0]["expected"]])
    if len(seen) == 2:  # the lease ran out meanwhile, and another worker took the rest
        run_batch(ImportBatch.objects.get(pk=batch.pk))
run_batch(batch, overtake)
import json
print(json.dumps(seen))
"""


def test_progress_is_seen_while_it_runs_and_an_overtaken_worker_stops(platform, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_bytes(b"".join(csv_lines((one(place) for place in range(9_000)), whole=False)))
    assert platform.run("init").returncode == 0
    run = subprocess.run(
        script(platform, OVERTAKEN, str(file)),
        capture_output=True,
        env={**os.environ, **platform.environment},
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    assert json.loads(run.stdout) == [[2_000, 22, 9_000], [4_000, 44, 9_000]]
    assert (counts(platform)["rows"], counts(platform)["states"]) == (9_000, ["done"])
