"""What the journeys share: one server on a small told world, one browser with a camera, a page at two widths."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from fapiao.qr import build
from journeys.serving import FLAGS, Server, browser_path
from telling.story import event, invoice, lines, number

WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
BEIJING = timezone(timedelta(hours=8))
PAYLOAD = build("32", "", number(48), Decimal("154.00"), date(2026, 7, 10))
HELD = range(40, 60)
"""Places of the invoices that the world holds; 50 is left for a number to be wrong about."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("journey") / "home")
    subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", "load", "-"],
        input=lines(world(datetime.now(BEIJING))) + b"\nthis line says nothing\n",
        env=server.environment,
        check=False,
        stdout=subprocess.DEVNULL,
    )
    yield server
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()


def world(now: datetime) -> list[dict[str, Any]]:
    """A feed with a month of quick deliveries behind it, a block of invoices, one conflict."""
    declared = {"label": "北京电子发票服务平台", "regions": ["11"], "kinds": [], "since": "2026-07-01"}
    events = [event("feed", "01T00:00", **declared, same_day=True, every_seconds=86400)]
    events += [
        event("invoice", "10T11:30", id=f"i{place}", invoice=invoice(place)) for place in HELD if place != 50
    ]
    events += [
        event(
            "invoice", "10T11:40", id="other-content", invoice=invoice(49, amount="200.00", total="206.00")
        ),
        {
            "feed": "bj",
            "at": now.isoformat(),
            "type": "watermark",
            "complete_to": (now - timedelta(hours=30)).isoformat(),
        },
    ]
    return events


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    camera = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    _film(camera)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=[*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
        )
        yield browser
        browser.close()


def _film(path: Path) -> None:
    """A camera that looks at our own QR code."""
    code = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(PAYLOAD, zxingcpp.BarcodeFormat.QRCode), scale=6
    )
    picture = Image.new("RGB", (640, 480), "white")
    square = Image.fromarray(code).convert("RGB").resize((360, 360), Image.Resampling.NEAREST)
    picture.paste(square, (140, 60))
    frame = path.with_suffix(".jpg")
    picture.save(frame, quality=90)
    path.write_bytes(frame.read_bytes() * 5)


@pytest.fixture(params=sorted(WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A guest's page at one of the two widths; a script's slip or a refused resource fails the journey."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, permissions=["camera"])
    page = context.new_page()
    page.set_default_timeout(10_000)
    slips: list[str] = []
    page.on("pageerror", lambda slip: slips.append(str(slip)))
    page.on(
        "console",
        lambda message: (
            slips.append(message.text)
            if message.type == "error" and "Content Security" in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert slips == []
