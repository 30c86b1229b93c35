"""Guessing passwords is slowed: many names from one address as well as one name from many; the owner's device is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client

from jingpiao.accounts import guarding, services
from jingpiao.accounts.models import SignInTry
from jingpiao.audit.models import AuditEntry

PASSWORD = "a long enough sentence"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def guess(client: Client, name: str, address: str, password: str = "wrong"):
    return client.post("/sign-in", {"username": name, "password": password}, REMOTE_ADDR=address)


@pytest.mark.django_db(transaction=True)
def test_many_names_from_one_address_are_slowed():
    get_user_model().objects.create_user("操作员", password=PASSWORD)
    client = Client()
    statuses = [guess(client, f"name{place}", "203.0.113.5").status_code for place in range(60)]
    assert statuses[: guarding.MOST_AN_ADDRESS] == [422] * guarding.MOST_AN_ADDRESS
    assert set(statuses[guarding.MOST_AN_ADDRESS :]) == {429}
    assert guess(client, "操作员", "203.0.113.5", PASSWORD).status_code == 429
    assert guess(client, "操作员", "203.0.113.6", PASSWORD).status_code == 302
    assert AuditEntry.objects.filter(action="sign-in-locked").count() == 1  # a flood leaves one entry


@pytest.mark.django_db(transaction=True)
def test_one_name_from_many_addresses_is_slowed_and_its_owner_is_not_locked_out():
    get_user_model().objects.create_user("操作员", password=PASSWORD)
    owner = Client()
    assert guess(owner, "操作员", "192.0.2.1", PASSWORD).status_code == 302
    known = owner.cookies[guarding.COOKIE].value
    statuses = [guess(Client(), "操作员", f"203.0.113.{place}").status_code for place in range(40)]
    assert statuses.count(422) == guarding.MOST_A_NAME
    assert guess(Client(), "操作员", "198.51.100.7", PASSWORD).status_code == 429
    device = Client()
    device.cookies[guarding.COOKIE] = known
    assert guess(device, "操作员", "192.0.2.1", PASSWORD).status_code == 302
    forged = Client()
    forged.cookies[guarding.COOKIE] = known[:-2] + "xx"
    assert guess(forged, "操作员", "192.0.2.9", PASSWORD).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_what_was_tried_is_forgotten_after_the_window(rf):
    request = rf.post("/sign-in", REMOTE_ADDR="203.0.113.5")
    request.COOKIES = {}
    for _ in range(guarding.MOST_A_NAME):
        assert guarding.begin(request, "x", NOW)
    assert guarding.begin(request, "X ", NOW) is None
    assert guarding.begin(request, "x", NOW + guarding.WINDOW + timedelta(seconds=1))
    assert SignInTry.objects.count() == 1


def test_an_ipv6_sender_is_his_network():
    assert guarding.network("2001:db8::1") == guarding.network("2001:db8::ffff")
    assert guarding.network("203.0.113.5") == "203.0.113.5"


@pytest.mark.django_db
def test_a_second_start_voids_no_code_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path))
    first, second = services.first_code(NOW), services.first_code(NOW)
    assert first
    assert second
    assert first != second
    user = services.make_first_operator(code=first, username="操作员", password=PASSWORD, now=NOW)
    assert user.username == "操作员"
    with pytest.raises(ValidationError):
        services.make_first_operator(code=second, username="又一人", password=PASSWORD, now=NOW)


@pytest.mark.django_db
def test_wrong_codes_use_up_every_waiting_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path))
    codes = [services.first_code(NOW) for _ in range(2)]
    for _ in range(services.MOST_TRIES):
        with pytest.raises(ValidationError):
            services.make_first_operator(code="0", username="x", password=PASSWORD, now=NOW)
    for code in codes:
        with pytest.raises(ValidationError) as slip:
            services.make_first_operator(code=code or "", username="x", password=PASSWORD, now=NOW)
        assert slip.value.code == "code-expired"
