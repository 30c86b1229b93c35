"""A lasting world goes on without end: day and night, across stretches, after a long absence, after a kill."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from bureau.lasting import AHEAD, STRETCH_DAYS, Plan, begin, go_on, make_stretch
from bureau.live import run_live
from bureau.world import BEIJING

BEGIN = datetime(2026, 6, 18, tzinfo=BEIJING)
PLAN = Plan(seed=1, habit="a", invoices=6_000, days=6, begin=BEGIN)
NOW = BEGIN + timedelta(days=2, hours=3)


def lines(path: Path) -> list[dict[str, str]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def coming(home: Path) -> list[tuple[datetime, datetime]]:
    return [
        (datetime.fromisoformat(one["uploaded_at"]), datetime.fromisoformat(one["delivered_at"]))
        for one in lines(home / "coming.jsonl")
    ]


def at(event: dict[str, str]) -> datetime:
    return datetime.fromisoformat(event["at"].replace("Z", "+00:00"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_every_quarter_of_every_hour_something_is_on_its_way(tmp_path: Path, seed: int):
    begin(msgspec.structs.replace(PLAN, seed=seed), tmp_path, NOW)
    for quarter in range(12 * 24 * 4):
        now = NOW + timedelta(minutes=15 * quarter)
        if not quarter % 24:
            go_on(tmp_path, now)
            ways = coming(tmp_path)
        soon = now + timedelta(minutes=3)
        assert any(uploaded <= now and soon < delivered for uploaded, delivered in ways), now


def test_what_is_to_come_never_ends_and_nothing_is_told_twice_otherwise(tmp_path: Path):
    begin(PLAN, tmp_path, NOW)
    for day in range(0, 20, 2):
        go_on(tmp_path, NOW + timedelta(days=day))
        assert max(map(at, lines(tmp_path / "later.jsonl"))) > NOW + timedelta(days=day) + AHEAD
    told: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for event in [*lines(tmp_path / "events.jsonl"), *lines(tmp_path / "later.jsonl")]:
        told[event["feed"], event["id"]].add(msgspec.json.encode(event, order="sorted"))
    assert {len(contents) for contents in told.values()} == {1}


def test_sellers_stay_and_no_number_is_issued_twice():
    first, second = make_stretch(PLAN, BEGIN, 6), make_stretch(_next(PLAN), BEGIN + timedelta(days=6), 4)
    assert [one.tax_id for one in first.sellers] == [one.tax_id for one in second.sellers]
    assert not {one.key for one in first.issued} & {one.key for one in second.issued}
    assert 0.9 < len(second.issued) / 4 / (len(first.issued) / 6) < 1.1


def _next(plan: Plan) -> Plan:
    return msgspec.structs.replace(plan, stretches=plan.stretches + 1)


def test_watermarks_run_on_across_the_seam_and_keep_their_promise():
    first, second = make_stretch(PLAN, BEGIN, 6), make_stretch(_next(PLAN), BEGIN + timedelta(days=6), 4)
    marks = [event for event in second.events if event["type"] == "watermark" and event["feed"] == "bj-dzfp"]
    assert min(map(at, marks)) - second.begin <= timedelta(minutes=10)
    early = {one.invoice["number"] for one in first.issued if one.fate == "normal" and one.feed == "bj-dzfp"}
    arrived = {
        event["invoice"]["number"]: at(event)
        for event in first.events
        if event["type"] == "invoice" and event["feed"] == "bj-dzfp"
    }
    assert early <= set(arrived)
    for one in first.issued:
        if one.invoice["number"] in early and one.uploaded_at:
            promised = [at(event) for event in marks if _complete_to(event) > one.uploaded_at]
            assert not promised or arrived[one.invoice["number"]] <= min(promised)


def _complete_to(event: dict[str, str]) -> datetime:
    return datetime.fromisoformat(event["complete_to"])


def test_every_trouble_ends_and_is_said_to_have_ended():
    for number in range(6):
        plan = msgspec.structs.replace(PLAN, stretches=number)
        world = make_stretch(plan, BEGIN, 6)
        open_faults = sum(event["type"] == "fault" for event in _once(world.events))
        assert open_faults == sum(event["type"] == "fault-cleared" for event in _once(world.events))


def _once(events: list[dict[str, str]]) -> list[dict[str, str]]:
    return list({event["feed"] + event["id"]: event for event in events}.values())


def test_after_a_long_absence_it_goes_on_from_yesterday(tmp_path: Path):
    begin(PLAN, tmp_path, NOW)
    now = NOW + timedelta(days=90)
    told = [msgspec.json.decode(line) for line in go_on(tmp_path, now)]
    assert min(map(at, told)) >= now - timedelta(days=2)
    assert max(map(at, told)) > now + AHEAD
    assert any(uploaded <= now < delivered for uploaded, delivered in coming(tmp_path))
    assert go_on(tmp_path, now) == []


def test_killed_before_it_noted_the_stretch_it_makes_the_same_again(tmp_path: Path):
    begin(PLAN, tmp_path, NOW)
    noted = (tmp_path / "world.json").read_bytes()
    now = NOW + timedelta(days=STRETCH_DAYS)
    told = go_on(tmp_path, now)
    (tmp_path / "world.json").write_bytes(noted)
    assert go_on(tmp_path, now) == told


def test_a_folder_without_a_plan_is_left_alone(tmp_path: Path):
    assert go_on(tmp_path, NOW) == []
    assert list(tmp_path.iterdir()) == []


def test_a_running_world_posts_what_is_due_and_goes_on(tmp_path: Path):
    began = datetime.now(BEIJING) - timedelta(days=9)
    begin(Plan(seed=1, habit="a", invoices=60, days=6, begin=began), tmp_path, began + timedelta(days=2))
    with Door() as door:
        run_live(door.address, "token", tmp_path, 4)
    posted = [msgspec.json.decode(line) for line in door.lines]
    assert max(map(at, posted)) > began + timedelta(days=6)
    waiting = lines(tmp_path / "later.jsonl")
    assert max(map(at, waiting)) > datetime.now(BEIJING) + AHEAD
    due = {
        (one["feed"], one["id"]) for one in waiting if at(one) < datetime.now(BEIJING) - timedelta(minutes=1)
    }
    assert due <= {(one["feed"], one["id"]) for one in posted}


class Door:
    """The platform's door for events, which keeps what is posted."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                door.lines += self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Door:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
