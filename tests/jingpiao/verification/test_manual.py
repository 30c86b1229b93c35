"""The assisted manual check: the claim's own fields in order, the outcome with a clean picture, and what it counts for."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from fapiao.wording import BEIJING
from jingpiao.api.rates import Bucket
from jingpiao.inquiry import manual
from jingpiao.sync.services import load_events
from jingpiao.verification import quota
from jingpiao.verification.models import Asking
from jingpiao.verification.verifiers import baidu
from standing.baidu import StandIn
from telling.story import lines

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(BEIJING).date()
NUMBER = f"{NOW:%y}312000000219000020"
DAY = (TODAY - timedelta(days=5)).isoformat()


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("操作员", password="a long enough sentence"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture(autouse=True)
def no_feed_of_its_region() -> None:
    declared = {
        "feed": "js",
        "at": (NOW - timedelta(days=30)).isoformat(),
        "type": "feed",
        "regions": ["32"],
        "since": (TODAY - timedelta(days=300)).isoformat(),
        "every_seconds": 86400,
    }
    load_events(lines([declared]).splitlines(), source="test", now=NOW)


def asked(client: Client, **told: str) -> str:
    given = {"text": NUMBER, "issued_on": DAY, "total": "1,126.50"} | told
    reply = client.post("/check", given)
    return str(reply.headers["Location"].rpartition("/")[2])


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 400)) -> SimpleUploadedFile:
    picture = Image.new("RGB", size, "white")
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}
    target = io.BytesIO()
    picture.save(target, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return SimpleUploadedFile("屏幕.jpg", target.getvalue() + b"trailing secret")


def record(client: Client, token: str, **told: Any) -> Any:
    return client.post(f"/answers/{token}/manual", {"result": "not-found", **told})


def test_a_guest_sees_the_fields_of_his_own_claim_in_order_each_to_copy():
    client = Client()
    page = client.get(f"/answers/{asked(client)}/manual").content.decode()
    assert re.findall(r'data-copy="([^"]+)"', page) == [NUMBER, DAY.replace("-", ""), "1126.5"]
    assert re.findall(r"\d\. (\S+?)</td>", page) == ["发票号码", "开票日期", "价税合计"]
    assert "<strong>5</strong> / 5" in page
    assert "inv-veri.chinatax.gov.cn" in page


def test_an_old_invoice_is_asked_by_code_number_day_and_check_code():
    client = Client()
    token = asked(client, text="12345678", code="011002400111", total="")
    page = client.get(f"/answers/{token}/manual").content.decode()
    assert re.findall(r"\d\. (\S+?)</td>", page) == ["发票代码", "发票号码", "开票日期", "校验码后六位"]


def test_an_outcome_with_its_picture_is_evidence_with_its_time_and_one_ask_less():
    client = Client()
    token = asked(client)
    assert record(client, token, picture=photo()).status_code == 302
    row = Asking.objects.get()
    assert (row.result, row.channel, row.trusted, row.by) == ("not-found", "manual", False, "")
    page = client.get(f"/answers/{token}").content.decode()
    assert "查无此票" in page
    assert "由提问人记录" in page
    assert quota.left(NUMBER, datetime.now(UTC)) == 4
    kept = client.get(f"/answers/{token}/manual/{row.pk}/picture")
    assert kept.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    assert b"SecretPhone" not in kept.content
    assert b"trailing secret" not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()


def test_what_a_guest_noted_counts_for_his_own_answer_alone():
    guest, other = Client(), Client()
    token = asked(guest)
    record(guest, token, result="match", state="voided", picture=photo())
    another = asked(other)
    page = other.get(f"/answers/{another}").content.decode()
    assert "查验一致" not in page
    number = Asking.objects.get().pk
    assert other.get(f"/answers/{another}/manual/{number}/picture").status_code == 404


def test_what_an_operator_noted_is_weighed_in_every_answer_to_the_same_fields(operator: Client):
    token = asked(operator)
    assert record(operator, token, result="match", state="normal").status_code == 302
    assert Asking.objects.get().trusted
    stranger = Client()
    page = stranger.get(f"/answers/{asked(stranger)}").content.decode()
    assert "在国家查验平台查过：查得到" in page
    assert "查验记录" in page
    differs = stranger.get(f"/answers/{asked(stranger, total='9.00')}").content.decode()
    assert "在国家查验平台查过" not in differs
    assert "查验记录" not in differs


def test_an_answer_as_of_an_earlier_moment_does_not_know_it(operator: Client):
    record(operator, asked(operator), result="match", state="normal")
    body = {
        "number": NUMBER,
        "issued_on": DAY,
        "total": "1126.50",
        "as_of": (NOW - timedelta(hours=1)).isoformat(),
    }
    told = Client().post("/api/v1/checks", body, content_type="application/json").json()
    assert "verified-" not in str(told["causes"])


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"result": ""}, "请选择查验结果"),
        ({"result": "nonsense"}, "请选择查验结果"),
        ({"result": "match", "state": "nonsense"}, "请选择票面上显示的状态"),
        ({"picture": SimpleUploadedFile("a.png", b"not a picture at all")}, "图片打不开"),
        ({"picture": SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>" * 9)}, "图片打不开"),
        ({"picture": SimpleUploadedFile("a.png", b"x" * (8 * 2**20 + 1))}, "8 MB"),
    ],
    ids=["no result", "unknown result", "unknown state", "no picture", "a script", "too large"],
)
def test_a_wrong_outcome_is_refused_in_words_and_nothing_is_kept(told: dict[str, Any], word: str):
    client = Client()
    token = asked(client)
    reply = record(client, token, **told)
    page = reply.content.decode()
    assert reply.status_code == 422
    assert word in page
    assert "<title>错误：" in page
    assert not Asking.objects.exists()
    assert quota.left(NUMBER, datetime.now(UTC)) == 5


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn():
    client = Client()
    reply = record(client, asked(client), picture=photo("PNG", (20_000, 3_000)))
    assert "像素" in reply.content.decode()


def test_records_of_one_answer_are_bounded():
    client = Client()
    token = asked(client)
    replies = [record(client, token).status_code for _ in range(11)]
    assert replies == [302] * 10 + [422]
    assert quota.left(NUMBER, datetime.now(UTC)) == 0


def test_a_guests_word_that_the_day_is_used_up_does_not_end_it_an_operators_does(operator: Client):
    guest = Client()
    record(guest, asked(guest), result="quota")
    assert quota.left(NUMBER, datetime.now(UTC)) == 5
    record(operator, asked(operator), result="quota")
    assert quota.left(NUMBER, datetime.now(UTC)) == 0


def test_guests_of_one_address_are_slowed_down_the_operator_is_not(
    operator: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(manual, "GUESTS", Bucket(rate=0.01, burst=2))
    guest = Client()
    token = asked(guest)
    assert [record(guest, token).status_code for _ in range(3)] == [302, 302, 422]
    assert record(operator, asked(operator)).status_code == 302


def test_a_number_that_is_decided_here_says_so_before_an_ask_is_spent():
    client = Client()
    today = asked(client, issued_on=TODAY.isoformat())
    assert "先别急着查" in client.get(f"/answers/{today}/manual").content.decode()
    assert "先别急着查" not in client.get(f"/answers/{asked(client)}/manual").content.decode()


def test_an_operator_asks_the_outside_service_with_one_press_a_guest_cannot(
    operator: Client, stand_in: StandIn, settings_file: Path, monkeypatch: pytest.MonkeyPatch
):
    baidu._tokens.clear()
    token = asked(operator, text=NUMBER)
    place = f"/answers/{token}/verification"
    assert "没有可用的外部查验服务" in operator.post(place).content.decode()
    monkeypatch.setenv("JINGPIAO_VERIFIER", str(settings_file))
    assert Client().post(place).status_code == 302
    page = operator.post(place).content.decode()
    assert "没有花查验次数" in page
    assert "发票种类" in page
    assert stand_in.asks == 0
