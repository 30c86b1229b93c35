"""Receipts: verified offline and by another JOSE library; every changed sign fails; keys rotate; the QR code holds it."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.test import Client
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from PIL import Image, ImageDraw

from fapiao.asking import claim_from_mapping
from jingpiao.home import secret
from jingpiao.inquiry import receipt_keys, receipts
from jingpiao.inquiry.receipt_codes import qr_path, receipt_text
from jingpiao.inquiry.services import answer_claim
from telling.story import claim, lines, number, told

pytestmark = pytest.mark.filterwarnings(
    "ignore:EdDSA is deprecated"
)  # the contract's name; RFC 9864 has a newer one
NOW = datetime(2026, 7, 14, 12, 5, tzinfo=UTC)
SIGNS = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own for the keys."""
    monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path))
    return tmp_path / "secrets" / "receipts"


def signed(at: datetime = NOW) -> str:
    return receipts.sign({"id": "x", "iat": int(at.timestamp()), "claim": "c", "answer": "a"})


def by_joserfc(receipt: str, published: dict[str, Any]) -> dict[str, Any]:
    found = jws.deserialize_compact(
        receipt, KeySet.import_key_set(published), algorithms=["EdDSA", "Ed25519"]
    )
    return json.loads(found.payload)


def test_another_library_verifies_it_with_the_published_keys(platform):
    platform.run("load", "-", stdin=lines(told()))
    [answer] = platform.lines("check", "--number", number(48), "--json")
    published = json.loads(platform.run("receipt", "keys").stdout)
    stated = by_joserfc(answer["receipt"], published)
    assert stated["id"] == answer["id"]
    assert stated["verdict"] == answer["existence"]
    assert stated["watermarks"] == {each["feed"]: each["watermark"] for each in answer["coverage"]}


def test_a_changed_sign_fails_wherever_it_stands(keys: Path):
    receipt, published = signed(datetime.now(UTC)), receipts.jwks()
    assert receipts.verify(receipt, published)["ok"]
    for place, sign in enumerate(receipt):
        other = "A" if sign == "." else SIGNS[(SIGNS.index(sign) + 1) % len(SIGNS)]
        changed = receipt[:place] + other + receipt[place + 1 :]
        assert not receipts.verify(changed, published)["ok"], place
        if (
            place < len(receipt) - 1
        ):  # the last sign holds four bits that nothing signs: ours refuses them too
            with pytest.raises((JoseError, ValueError, KeyError)):
                by_joserfc(changed, published)
    for cut in (receipt[:-1], receipt + "A", "", "..", "a.b", receipt.replace(".", "")):
        assert not receipts.verify(cut, published)["ok"]


def test_the_last_sign_cannot_be_changed_to_any_other(keys: Path):
    receipt, published = signed(datetime.now(UTC)), receipts.jwks()
    passing = [sign for sign in SIGNS if receipts.verify(receipt[:-1] + sign, published)["ok"]]
    assert passing == [receipt[-1]]


def test_a_key_is_named_by_its_thumbprint(keys: Path):
    [jwk] = receipts.jwks()["keys"]
    imported = KeySet.import_key_set({"keys": [{name: jwk[name] for name in ("kty", "crv", "x")}]})
    assert jwk["kid"] == imported.keys[0].thumbprint()


def test_after_a_rotation_old_receipts_verify_and_new_ones_have_the_new_key(keys: Path):
    before = datetime.now(UTC)
    old = signed(before)
    saved = receipts.jwks()
    rotated = int(before.timestamp()) + 10
    kid = receipt_keys.rotate(rotated)
    new = signed(before + timedelta(seconds=20))
    published = receipts.jwks()
    first, second = published["keys"]
    assert (first["kid"], first["exp"]) == (saved["keys"][0]["kid"], rotated)
    assert second["kid"] == kid
    assert "exp" not in second
    assert receipts.verify(old, published)["ok"]
    assert receipts.verify(old, saved)["ok"]
    assert receipts.verify(new, published)["key"]["kid"] == kid
    assert receipts.verify(new, saved)["reason"] == "unknown-key"
    assert by_joserfc(old, published)["id"] == "x"
    assert sorted(path.name for path in keys.iterdir()) == ["0001.jwk", "0002.jwk", "0002.key"]


def test_a_retired_key_signs_nothing_later(keys: Path):
    late = signed(datetime.now(UTC) + timedelta(days=2))
    receipt_keys.rotate(int(time.time()))
    result = receipts.verify(late, receipts.jwks())
    assert (result["ok"], result["reason"]) == (False, "key-retired")


def test_it_is_verified_offline_against_a_saved_key_set_and_answer(platform, tmp_path: Path):
    platform.run("load", "-", stdin=lines(told()))
    [answer] = platform.lines("check", "--number", number(55), "--date", "2026-07-10", "--json")
    for name, text in (
        ("receipt", answer["receipt"]),
        ("answer.json", json.dumps(answer)),
        ("keys.json", platform.run("receipt", "keys").stdout.decode()),
        ("other.json", json.dumps(answer | {"headline": "别的话"})),
    ):
        (tmp_path / name).write_text(text, "utf-8")

    def verified(*words: str) -> tuple[int, dict[str, Any]]:
        run = platform.run("receipt", "verify", *words)
        return run.returncode, json.loads(run.stdout)

    receipt, saved = str(tmp_path / "receipt"), ("--keys", str(tmp_path / "keys.json"))
    status, result = verified(receipt, *saved, "--answer", str(tmp_path / "answer.json"))
    assert (status, result["ok"], result["answer"]) == (0, True, "matches")
    status, result = verified(receipt, *saved, "--answer", str(tmp_path / "other.json"))
    assert (status, result["reason"], result["answer"]) == (1, "answer-differs", "differs")
    status, result = verified(str(tmp_path / "answer.json"), *saved)
    assert (status, result["answer"]) == (0, None)
    assert platform.run("receipt", "verify", receipt, "--answer", receipt).returncode == 2
    assert platform.run("receipt", "rotate").returncode == 0
    assert verified(receipt)[0] == 0
    assert verified(receipt, *saved)[0] == 0


def test_verifying_needs_neither_database_nor_home(keys: Path, tmp_path: Path):
    (tmp_path / "receipt").write_text(signed(datetime.now(UTC)))
    (tmp_path / "keys.json").write_text(json.dumps(receipts.jwks()))
    elsewhere = tmp_path / "elsewhere"
    environment = {
        **os.environ,
        "JINGPIAO_HOME": str(elsewhere),
        "JINGPIAO_DATABASE_URL": "postgresql://nowhere:1/x",
    }
    words = ["receipt", "verify", str(tmp_path / "receipt"), "--keys", str(tmp_path / "keys.json")]
    run = subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", *words], env=environment, capture_output=True, check=False
    )
    assert (run.returncode, json.loads(run.stdout)["ok"]) == (0, True)
    assert not elsewhere.exists()


def drawn(size: int, path: str, scale: int = 4) -> Image.Image:
    picture = Image.new("L", (size * scale, size * scale), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + int(width) * scale - 1, top + scale - 1), fill=0)
    return picture


@pytest.mark.django_db(transaction=True)
def test_the_printed_page_carries_the_receipt_as_a_qr_code():
    asked = claim_from_mapping(claim(48, tax_ids=[]))
    answered = answer_claim(asked, now=NOW, keep=True)
    page = Client().get(f"/answers/{answered.token}/receipt").content.decode()
    size, path = re.search(r'data-qr[^>]*viewBox="0 0 (\d+) \1"[^>]*><path d="([^"]+)"', page, re.S).groups()
    [code] = zxingcpp.read_barcodes(drawn(int(size), path))
    assert code.text == answered.receipt
    assert receipts.verify(code.text, receipts.jwks())["ok"]


def test_a_receipt_too_long_for_a_code_is_named_by_its_digest(keys: Path):
    long = receipts.sign(
        {"id": "t", "iat": int(time.time()), "watermarks": {f"feed{n}": "x" * 30 for n in range(60)}}
    )
    short = receipt_text(long, "t")
    size, path = qr_path(short)
    [code] = zxingcpp.read_barcodes(drawn(size, path))
    assert code.text == short
    assert receipts.verify(short, receipts.jwks())["reason"] == "short-form"
    assert receipts.verify(short, receipts.jwks(), {"id": "t", "receipt": long})["reason"] == "answer-differs"
    assert receipts.verify(short, receipts.jwks(), {"id": "t", "receipt": signed()})["reason"] == "signature"


def test_many_who_sign_first_at_once_agree_on_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for turn in range(20):
        monkeypatch.setenv("JINGPIAO_HOME", str(tmp_path / f"home{turn}"))
        gate = threading.Barrier(8)

        def first(gate: threading.Barrier = gate) -> tuple[str, str]:
            gate.wait()
            return receipt_keys.newest()[1], secret("first")

        with ThreadPoolExecutor(8) as pool:
            told = {pool.submit(first) for _ in range(8)}
            assert len({each.result() for each in told}) == 1
        assert len(receipt_keys.published()["keys"]) == 1
