"""A stream on a real NATS server, its reader killed in mid-delivery: nothing lost, nothing double, all acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drills.feeding import environment, run
from drills.streaming import Stream, stream_server

pytestmark = pytest.mark.drill
KILLS = int(os.environ.get("JINGPIAO_DRILL_KILLS", "20")) // 2


@pytest.mark.parametrize("platform", ["sqlite"], indirect=True)
def test_a_reader_of_a_stream_killed_in_mid_delivery_loses_and_doubles_nothing(platform, tmp_path: Path):
    world = [
        sys.executable,
        "-m",
        "bureau.cli",
        "world",
        "--invoices",
        "1500",
        "--days",
        "10",
        "--claims",
        "0",
    ]
    subprocess.run([*world, "--out", str(tmp_path)], check=True, stdout=subprocess.DEVNULL)
    told = (tmp_path / "events.jsonl").read_bytes().splitlines()
    log = b"\n".join(line for line in told if b'"feed":"bj-dzfp"' in line)
    (tmp_path / "bj.jsonl").write_bytes(log)
    platform.environment = environment(platform)
    with stream_server(tmp_path / "nats") as server:
        stream = Stream(server, "bj")
        stream.make()
        settings = (f"url=nats://{server}", "stream=bj", "user=u", "password=p", "limit=60")
        words = [word for each in settings for word in ("--set", each)]
        added = platform.run("source", "add", "bj", "--member", "nats", "--feed", "bj-dzfp", *words)
        assert added.returncode == 0, added.stderr.decode()
        address, file = f"nats://{server}/bj", str(tmp_path / "bj.jsonl")
        done = run(platform, "drills.killing", "bj", str(KILLS), "3", address, file)
        counts = run(platform, "drills.truth", stdin=log)
        floor = stream.consumer().ack_floor.stream_seq
        told_twice = stream.consumer().num_redelivered
    print(
        json.dumps(
            {"drill": "stream-killed", **done, **counts, "acknowledged_to": floor, "pending": told_twice}
        )
    )
    assert (counts["lost"], counts["strange"], counts["double"], counts["ledger_differs"]) == (0, 0, 0, 0)
    assert counts["told"] == counts["journal"] > 0
    assert done["settled"] == 1
    assert done["kills"] >= KILLS
    assert floor == len(log.splitlines())
