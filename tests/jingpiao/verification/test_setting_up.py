"""The outside service is set up on a page: probed for nothing, paused, its secret never shown, every change put down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from jingpiao.audit.models import AuditEntry
from jingpiao.verification import quota
from jingpiao.verification.models import Asking, Setup
from jingpiao.verification.service import configured
from jingpiao.verification.verifiers import baidu
from standing.baidu import KEY, SECRET, StandIn

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "/operate/verification"


@pytest.fixture
def operator() -> Client:
    baidu._tokens.clear()
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def form(stand_in: StandIn, secret: str = SECRET) -> dict[str, str]:
    return {
        "verifier": "baidu",
        "set-api_key": KEY,
        "set-secret_key": secret,
        "set-address": stand_in.address,
        "set-seconds": "2",
    }


def test_it_is_set_up_probed_for_nothing_paused_and_removed(operator: Client, stand_in: StandIn):
    assert "没有设置" in operator.get(PLACE).content.decode()
    saved = operator.post(PLACE, form(stand_in), follow=True).content.decode()
    assert "设置已保存" in saved
    probed = operator.post(f"{PLACE}/act", {"action": "probe"}, follow=True).content.decode()
    assert "密钥有效" in probed
    assert stand_in.asks == 0
    service = configured()
    assert service
    assert service.settings.secret_key == SECRET
    operator.post(f"{PLACE}/act", {"action": "pause"})
    assert configured() is None
    operator.post(f"{PLACE}/act", {"action": "resume"})
    assert configured()
    operator.post(f"{PLACE}/act", {"action": "remove"})
    assert configured() is None
    assert not Setup.objects.exists()
    assert list(AuditEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "verifier-changed",
        "verifier-paused",
        "verifier-resumed",
        "verifier-removed",
    ]


def test_the_secret_is_written_once_and_never_shown(operator: Client, stand_in: StandIn):
    operator.post(PLACE, form(stand_in))
    operator.post(PLACE, form(stand_in, secret="") | {"same_day": "1"})
    service = configured()
    assert service
    assert service.settings.secret_key == SECRET
    assert service.rules.same_day
    page = operator.get(PLACE).content.decode()
    assert SECRET not in page
    assert "已保存，留空则不变" in page
    assert SECRET not in json.dumps(Setup.objects.get().settings)
    assert SECRET not in str(list(AuditEntry.objects.values()))
    last = json.loads(AuditEntry.objects.latest("number").detail)
    assert last == {"verifier": "baidu", "changed": [], "same_day": True}


def test_wrong_settings_are_said_beside_their_field_and_a_wrong_key_by_the_probe(
    operator: Client, stand_in: StandIn
):
    refused = operator.post(PLACE, form(stand_in, secret=""))
    assert refused.status_code == 422
    assert "必填" in refused.content.decode()
    operator.post(PLACE, form(stand_in, secret="wrong"))
    assert (
        "服务不认这对密钥" in operator.post(f"{PLACE}/act", {"action": "probe"}, follow=True).content.decode()
    )


def test_the_page_goes_before_the_file(
    operator: Client, stand_in: StandIn, settings_file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JINGPIAO_VERIFIER", str(settings_file))
    assert configured()
    assert "用设置文件" in operator.get(PLACE).content.decode()
    operator.post(PLACE, form(stand_in))
    operator.post(f"{PLACE}/act", {"action": "pause"})
    assert configured() is None


def test_it_shows_the_last_outcomes_and_what_is_left_today(operator: Client):
    now = datetime.now(UTC)
    key = "26112000000219700048"
    Asking.objects.create(
        key=key, channel="baidu", by="操作员", result="not-found", trusted=True, known_at=now
    )
    quota.take(key, now)
    page = operator.get(PLACE).content.decode()
    assert "2611 2000 0002 1970 0048" in page
    assert '还剩">4' in page
    operator.cookies["lang"] = "en"
    assert "Baidu AI Cloud" in operator.get(PLACE).content.decode()
