"""What a visitor gets: the page, the API, the raw series that anybody can judge again, the Atom feed, the metrics."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fapiao.numbers.region import REGIONS
from jingpiao.api.tokens import make_token
from jingpiao.status import board, drawing, hours
from jingpiao.status.blocks import count_blocks
from jingpiao.status.models import BlockCount, Canary, Incident
from telling.beats import Clock, World
from telling.story import event, invoice

pytestmark = pytest.mark.django_db(transaction=True)
DOCS = Path(__file__).resolve().parents[3] / "docs"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def world() -> World:
    """A Beijing feed that fell silent eight minutes ago and is an incident, a Jiangsu feed that is well; it is now."""
    world = World(Clock(datetime.now(UTC) - timedelta(seconds=750)))
    world.declare()
    world.declare("js", "32")
    world.beats(2, "bj", "js")
    world.beats(10, "js")
    return world


@pytest.fixture
def operator() -> Client:
    client = Client()
    user = get_user_model().objects.create_user("值班员", password="a long enough sentence")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(path: str = "/status", **headers: str) -> str:
    reply = Client().get(path, headers=headers)
    assert reply.status_code == 200
    return str(reply.content.decode())


def table(path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page(path))))


def test_the_page_says_state_lag_regions_and_incidents_in_words_and_signs(world: World):
    text = page()
    assert "有故障正在持续" in text
    assert "北京：来源没有消息" in text
    for needed in (
        "◐ 延迟",
        "● 正常",
        "仍可用",
        "下次更新",
        "不晚于",
        "没有来源",
        "lag.csv",
        'class="course"',
    ):
        assert needed in text, needed
    assert text.count("<g class=") == len(drawing.TILES)
    assert (
        Client().get("/status", headers={"cookie": "lang=en"}).content.decode().count("the feed is silent")
        > 0
    )


def test_the_pages_own_refresh_gets_only_the_changing_part(world: World):
    part = page(**{"hx-request": "true"})
    assert part.lstrip().startswith('<div id="board"')
    assert "<html" not in part


def test_an_empty_platform_says_that_nothing_is_measured():
    text = page()
    assert "还没有任何测量" in text
    assert "还没有来源" in text
    assert "● 正常" not in re.sub(r"<ul class=\"parts\">.*?</ul>", "", text, count=1, flags=re.S)


def test_a_feed_declared_since_the_last_beat_is_shown_and_not_yet_known(world: World):
    world.declare("zj", "33")
    assert 'id="feed-zj"' in page()


def test_moments_and_spans_are_told_in_the_pages_language(world: World):
    at = world.clock()
    mark = (at - timedelta(hours=5)).isoformat()
    world.tell({"feed": "js", "at": at.isoformat(), "type": "watermark", "complete_to": mark})
    assert "5 小时" in page()
    english = page(cookie="lang=en").partition('<div id="board"')[2].partition("</table>")[0]
    assert "5 h" in english
    assert "小时" not in english
    assert "月" not in english


def test_every_region_has_its_own_tile():
    assert set(drawing.TILES) == set(REGIONS)
    assert len(set(drawing.TILES.values())) == len(REGIONS)


def test_the_line_breaks_where_nothing_was_measured():
    points: list[dict[str, Any]] = [{"lag": lag, "state": "current"} for lag in (10, 20, None, 30)]
    points[2]["state"] = "unknown"
    drawn = drawing.course(points)
    assert [len(line.split(" ")) for line in drawn["lines"]] == [2, 2]
    assert drawn["told"] == "正常 3 小时，不知道 1 小时"


def test_a_quantile_is_the_upper_edge_of_its_bin():
    assert hours.quantile({}, 0.95) is None
    assert hours.quantile({"0": 99, "50": 1}, 0.95) == 10
    assert hours.quantile({"0": 50, "50": 50}, 0.95) == round(10 * 1.1**50)


@given(st.floats(0, 1e8))
def test_every_value_lies_in_its_bin(value: float):
    place = hours.bin_of(value)
    assert value <= hours.FIRST * hours.STEP**place * (1 + 1e-6)
    assert place == 0 or value > hours.FIRST * hours.STEP ** (place - 1) * (1 - 1e-6)


def test_the_api_gives_the_same_and_its_age(world: World):
    told = Client().get("/api/v1/status").json()
    assert [(row["feed"], row["state"]) for row in told["feeds"]] == [("bj", "delayed"), ("js", "current")]
    assert (told["source"], told["monitor"]) == ("database", "current")
    assert told["age_seconds"] < 120
    assert told["incidents"][0]["component"] == "feed:bj"
    assert {part["key"] for part in told["components"]} == {"feeds", "path", "database", "monitor"}
    assert Client().get("/api/v1/status/incidents").json()["incidents"] == told["incidents"]


def outsider(place: int, rows: str, *words: str) -> str:
    """What the script printed in the docs says of a raw series; it runs with nothing of ours."""
    scripts = re.findall(r"```python\n(.*?)```", (DOCS / "status.md").read_text("utf-8"), re.S)
    command = [sys.executable, "-I", "-c", scripts[place], *words]
    return subprocess.run(command, input=rows, capture_output=True, text=True, check=True).stdout.strip()


def test_outsiders_work_out_every_state_from_the_raw_series(world: World):
    world.beats(12, "js")
    world.tell({"feed": "bj", "at": world.clock().isoformat(), "type": "fault", "component": "feed"})
    world.beats(1, "bj", "js")
    rows = page("/api/v1/status/feeds/bj/lag.csv")
    seen = {row["state"] for row in table("/api/v1/status/feeds/bj/lag.csv")}
    assert seen == {"current", "delayed", "outage"}
    assert outsider(0, rows) == ""
    assert outsider(0, rows.replace(",delayed\n", ",current\n"))


@pytest.mark.parametrize(
    ("missed", "later", "state"),
    [(0, 1, "current"), (1, 1, "delayed"), (3, 1, "outage"), (0, 200, "unknown")],
)
def test_outsiders_work_out_the_state_of_our_own_path(world: World, missed: int, later: float, state: str):
    newest = Canary.objects.filter(feed="js").order_by("-sent_at").values_list("pk", flat=True)[:missed]
    Canary.objects.filter(pk__in=list(newest)).update(seen_at=None)
    at = Canary.objects.latest("sent_at").sent_at + timedelta(seconds=later)
    rows = page("/api/v1/status/feeds/js/canary.csv")
    assert outsider(1, rows, at.isoformat()) == state
    told = next(row for row in board.live(now=at, how=world.how)["feeds"] if row["feed"] == "js")
    assert told["path"]["state"] == state


def test_canaries_and_watermarks_are_series_of_their_own(world: World):
    flown = table("/api/v1/status/feeds/js/canary.csv")
    assert len(flown) == 12
    assert all(int(row["lag_ms"]) >= 0 for row in flown)
    at = world.clock()
    world.tell(
        {
            "feed": "js",
            "at": at.isoformat(),
            "type": "watermark",
            "complete_to": (at - timedelta(hours=1)).isoformat(),
        }
    )
    assert [row["lag_seconds"] for row in table("/api/v1/status/feeds/js/watermarks.csv")] == ["3600"]
    assert Client().get("/api/v1/status/feeds/canary:js/lag.csv").status_code == 404


def test_the_atom_feed_holds_each_incident_and_what_it_touches(world: World):
    root = etree.fromstring(page("/status/incidents.atom").encode())
    entries = root.findall(f"{ATOM}entry")
    assert root.tag == f"{ATOM}feed"
    assert len(entries) == 1
    assert "来源没有消息" in entries[0].findtext(f"{ATOM}title")
    assert "影响：北京" in entries[0].findtext(f"{ATOM}content")
    for name in ("id", "updated", "published"):
        assert entries[0].findtext(f"{ATOM}{name}")


def test_announcements_in_force_come_as_atom_too(world: World):
    at = (world.clock() - timedelta(minutes=1)).isoformat()
    told = {
        "feed": "bj",
        "at": at,
        "type": "announcement",
        "id": "a 1",
        "title": "升级 <公告>",
        "body": "今晚暂停开票",
    }
    world.tell(told | {"from": at, "until": None})
    root = etree.fromstring(page("/api/v1/announcements.atom").encode())
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "升级 <公告>"
    assert entry.findtext(f"{ATOM}content") == "今晚暂停开票"


def test_the_command_tells_each_feed_with_its_open_incidents(
    world: World, capsys: pytest.CaptureFixture[str]
):
    from argparse import Namespace

    from jingpiao.status.commands import COMMANDS

    COMMANDS[0].run(Namespace(json=True, lang="zh"))
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["feed"], row["state"], len(row["incidents"])) for row in rows] == [
        ("bj", "delayed", 1),
        ("js", "current", 0),
    ]
    COMMANDS[0].run(Namespace(json=False, lang="en"))
    assert "incident: 北京: the feed is silent" in capsys.readouterr().out


def test_an_operator_adds_words_and_can_change_nothing_else(world: World, operator: Client):
    row = Incident.objects.get()
    path = f"/status/incidents/{row.pk}"
    assert "<textarea" not in page(path)
    assert "<textarea" in operator.get(path).content.decode()
    operator.post(
        f"{path}/words", {"text": "线路抢修中", "text_en": "Line being repaired", "closed_at": "now"}
    )
    assert "线路抢修中" in page(path)
    after = Incident.objects.get()
    assert (after.closed_at, after.state) == (row.closed_at, row.state)
    assert Client().post(f"{path}/words", {"text": "x"}).status_code == 302
    assert after.words.count() == row.words.count() == 2


def test_gaps_of_dense_blocks_are_counted_and_named_to_operators_only(operator: Client):
    now = datetime.now(UTC)
    world = World(Clock(now))
    world.declare()
    day = f"{now - timedelta(hours=9):%Y-%m-%d}"
    issued = f"{day}T06:00:00+08:00"
    held = [n for n in range(40, 70) if n not in (52, 53)]
    world.tell(
        *(
            event("invoice", "14T11:00", id=f"i{n}", invoice=invoice(n, issued_on=day, issued_at=issued))
            for n in held
        )
    )
    count_blocks(now)
    assert [(row.held, row.missing, row.pending) for row in BlockCount.objects.all()] == [(28, 0, 2)]
    at = now.isoformat()
    world.tell({"feed": "bj", "at": at, "type": "watermark", "complete_to": at})
    count_blocks(now + timedelta(hours=1))
    row = BlockCount.objects.latest("at")
    assert (row.held, row.missing, row.pending) == (28, 2, 0)
    world.beat("bj")
    assert "93.33%" in page()
    assert Client().get("/api/v1/status/feeds/bj/gaps").status_code == 401
    gap = operator.get("/api/v1/status/feeds/bj/gaps").json()["gaps"][0]
    assert (gap["missing"], gap["before"] - gap["after"]) == (2, 3)


def test_metrics_are_for_operators_and_for_this_machine_only_where_allowed(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics").json()["code"] == "unauthorized"
    token = make_token(label="prometheus", role="operator", now=world.clock.now)
    party = make_token(label="party", role="party", now=world.clock.now)
    assert Client().get("/metrics", headers={"authorization": f"Bearer {party}"}).status_code == 403
    text = page("/metrics", authorization=f"Bearer {token}")
    assert 'jingpiao_feed_state{feed="bj",state="delayed"} 1' in text
    assert 'jingpiao_incident_open{component="feed:bj",worst="delayed"} 1' in text
    assert 'jingpiao_queue_length{queue="imports"} 0' in text
    assert "jingpiao_database_up 1" in text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) .+|[a-z_]+(\{[^}]*\})? -?[0-9.e+]+", line), line
    monkeypatch.setenv("JINGPIAO_METRICS_LOOPBACK", "1")
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", headers={"x-forwarded-for": "9.9.9.9"}).status_code == 401
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 401
