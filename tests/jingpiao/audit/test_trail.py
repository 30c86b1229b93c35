"""The audit trail: every attack on it shows, on both databases; who did what is put down, and no secret with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from jingpiao.accounts import tokens
from jingpiao.audit import checkpoints
from jingpiao.audit.action import ACTIONS
from jingpiao.audit.chain import BEGINNING, FIELDS, digest_of
from jingpiao.audit.models import AuditEntry
from jingpiao.audit.services import record
from jingpiao.sync import connecting

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough sentence"


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path))
    return tmp_path


def trail(count: int = 6) -> None:
    for place in range(count):
        record("sign-in", f"人{place}", now=NOW + timedelta(minutes=place))


def rechain(begin: int) -> None:
    """Make the chain anew from an entry on, as somebody would who owns the database."""
    former = AuditEntry.objects.get(number=begin - 1).digest if begin > 1 else BEGINNING
    for row in AuditEntry.objects.filter(number__gte=begin).order_by("number"):
        row.former = former
        values = [getattr(row, name) for name in FIELDS]
        values[1] = AuditEntry._meta.get_field("at").get_prep_value(row.at)
        row.digest = former = digest_of(values)
        row.save()


def edit() -> None:
    AuditEntry.objects.filter(number=3).update(who="somebody else")


def remove() -> None:
    AuditEntry.objects.filter(number=3).delete()


def insert() -> None:
    row = AuditEntry.objects.get(number=3)
    AuditEntry.objects.filter(number__gt=3).delete()
    row.pk, row.number = None, 4
    row.save()


def swap() -> None:
    AuditEntry.objects.filter(number=3).update(number=99)
    AuditEntry.objects.filter(number=4).update(number=3)
    AuditEntry.objects.filter(number=99).update(number=4)


def truncate() -> None:
    AuditEntry.objects.filter(number__gt=4).delete()


def restore_old() -> None:
    AuditEntry.objects.filter(number__gt=2).delete()
    record("sign-out", "后来", now=NOW)


def rewrite() -> None:
    AuditEntry.objects.filter(number=3).update(who="somebody else")
    rechain(3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attack", "first_bad", "reason"),
    [
        (edit, 3, "changed"),
        (remove, 3, "missing"),
        (insert, 4, "unchained"),
        (swap, 3, "unchained"),
        (truncate, 5, "cut-off"),
        (restore_old, 4, "cut-off"),
        (rewrite, 6, "not-as-fixed"),
    ],
)
def test_seven_attacks_show_against_the_checkpoints(
    own_home: Path, attack: Callable[[], None], first_bad: int, reason: str
):
    trail()
    checkpoints.fix(NOW)
    assert checkpoints.verify().ok
    attack()
    found = checkpoints.verify()
    assert (found.ok, found.first_bad, found.reason) == (False, first_bad, reason)


@pytest.mark.django_db
def test_a_checkpoint_of_another_key_is_itself_the_fault(own_home: Path):
    trail()
    made = checkpoints.fix(NOW)
    assert made
    forged = json.loads(checkpoints.place().read_bytes()) | {"digest": "f" * 64}
    checkpoints.place().write_text(json.dumps(forged) + "\n", "utf-8")
    assert checkpoints.verify().reason == "checkpoint-forged"


@pytest.mark.django_db
def test_a_copy_kept_elsewhere_tells_what_the_home_cannot(own_home: Path, monkeypatch: pytest.MonkeyPatch):
    elsewhere = own_home / "second-disk" / "checkpoints.jsonl"
    monkeypatch.setenv("JINGPIAO_AUDIT_COPY", str(elsewhere))
    trail()
    checkpoints.fix(NOW)
    monkeypatch.delenv("JINGPIAO_AUDIT_COPY")
    AuditEntry.objects.filter(number__gt=2).delete()
    checkpoints.place().unlink()
    assert checkpoints.verify().ok  # the home alone was put back whole
    assert checkpoints.verify([elsewhere]).reason == "cut-off"
    assert checkpoints.fix(NOW)


@pytest.mark.django_db
def test_checkpoints_grow_only_with_the_chain(own_home: Path):
    assert checkpoints.fix(NOW) is None
    trail(1)
    assert checkpoints.fix(NOW)
    assert checkpoints.fix(NOW) is None
    assert checkpoints.fix_when_grown(NOW) is False


def test_the_database_refuses_to_change_or_remove_and_the_command_verifies(platform: Any):
    platform.run("token", "--role", "feed", "--feed", "bj", "--label", "京")
    for act in ("update(who='x')", "all().delete()"):
        told = platform.python(
            "from django.db import Error\nfrom jingpiao.audit.models import AuditEntry\n"
            f"try:\n    AuditEntry.objects.{act}\nexcept Error as slip:\n    print(str(slip).splitlines()[0])"
        )
        assert "only grows" in told
    [found] = platform.lines("audit", "verify", "--json")
    assert found == {"ok": True, "entries": 1, "first_bad": None, "reason": None}
    platform.python(
        "from django.db import connection\nfrom jingpiao.audit.models import AuditEntry\n"
        "c = connection.cursor()\n"
        "pg = connection.vendor == 'postgresql'\n"
        "c.execute('DROP TRIGGER audit_no_change ON audit_auditentry' if pg else 'DROP TRIGGER audit_no_update')\n"
        "AuditEntry.objects.update(who='x')"
    )
    run = platform.run("audit", "verify", "--json")
    assert run.returncode == 1
    assert json.loads(run.stdout)["first_bad"] == 1


def test_many_at_once_make_one_chain(platform: Any):
    platform.run("init")
    platform.python(
        "import threading\nfrom datetime import UTC, datetime\nfrom django.db import connection\n"
        "from jingpiao.audit.services import record\n"
        "def work():\n"
        "    for _ in range(20):\n        record('sign-in', 'x', now=datetime.now(UTC))\n"
        "    connection.close()\n"
        "all = [threading.Thread(target=work) for _ in range(4)]\n"
        "[each.start() for each in all]; [each.join() for each in all]"
    )
    [found] = platform.lines("audit", "verify", "--json")
    assert (found["ok"], found["entries"]) == (True, 80)


@pytest.mark.django_db(transaction=True)
def test_signing_in_and_being_refused_are_put_down_without_what_was_typed():
    get_user_model().objects.create_user("操作员", password=PASSWORD)
    client = Client()
    client.post("/sign-in", {"username": "操作员", "password": "wrong"})
    client.post("/sign-in", {"username": "my secret typed here", "password": "wrong"})
    client.post("/sign-in", {"username": "操作员", "password": PASSWORD})
    client.post("/sign-out")
    rows = list(AuditEntry.objects.order_by("number").values_list("action", "what", "address"))
    assert [row[0] for row in rows] == ["sign-in-refused", "sign-in-refused", "sign-in", "sign-out"]
    assert [row[1] for row in rows] == ["操作员", "?", "操作员", "操作员"]
    assert {row[2] for row in rows} == {"127.0.0.1"}
    assert "secret" not in str(list(AuditEntry.objects.values()))


@pytest.mark.django_db
def test_sources_and_tokens_are_put_down_and_their_secrets_are_not():
    connecting.add(
        key="bj", member="http", feed="bj", given={"url": "https://x.cn/", "token": "hush"}, now=NOW
    )
    connecting.change(key="bj", given={"url": "https://x.cn/", "token": "hush hush"}, now=NOW)
    connecting.pause("bj", now=NOW)
    text = tokens.issue(label="t", role="feed", feed="bj", now=NOW)
    [held] = tokens.tokens()
    tokens.revoke(held.pk, now=NOW)
    tokens.revoke(held.pk, now=NOW)
    rows = list(AuditEntry.objects.order_by("number"))
    assert [row.action for row in rows] == [
        "source-added",
        "source-changed",
        "source-paused",
        "token-issued",
        "token-revoked",
    ]
    assert json.loads(rows[1].detail) == {"changed": ["token"]}
    assert rows[1].before != rows[1].after
    everything = str(list(AuditEntry.objects.values()))
    assert "hush" not in everything
    assert text not in everything
    reply = Client().post(
        "/api/v1/feeds/bj/events",
        b"",
        content_type="application/jsonl",
        headers={"authorization": f"Bearer {text}"},
    )
    assert reply.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_the_page_filters_exports_and_verifies():
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password=PASSWORD),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    record("source-paused", "=cmd()", now=NOW)
    record("sign-in", "操作员", now=NOW)
    page = client.get("/operate/audit?action=source-paused").content.decode()
    assert "=cmd()" in page
    assert page.count("data-row") == 1
    table = b"".join(client.get("/operate/audit/export.csv?what=cmd").streaming_content).decode()
    assert "'=cmd()" in table
    assert AuditEntry.objects.filter(action="audit-exported").count() == 1
    rows = b"".join(client.get("/operate/audit/export.jsonl").streaming_content).splitlines()
    for row in map(json.loads, rows):
        assert digest_of([row[name] for name in FIELDS]) == row["digest"]
    assert "完整无缺" in client.post("/operate/audit/verify", follow=True).content.decode()


def test_every_action_has_words_in_both_languages():
    for code, (zh, en) in ACTIONS.items():
        assert any("一" <= sign <= "鿿" for sign in zh), code
        assert en.isascii(), code
