"""The demonstration (演示): a world of 20,000 invoices made by `bureau` in its own process, loaded, and fed on."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from jingpiao.api.tokens import make_token
from jingpiao.home import home, secret
from jingpiao.inquiry.examples import examples, on_its_way
from jingpiao.ledger.models import JournalEntry
from jingpiao.sync.services import load_events

DAYS = 20
LOOK_EVERY = 15.0
"""Seconds between two looks at whether the example has come."""
INVOICES = 24_000
"""Over all days of the world; 20,000 of them lie in the past when it is made."""


def prepare() -> None:
    """Make and load the world if the home has none; bring its feeds' declarations up to today."""
    if JournalEntry.objects.exists():
        return
    print("正在建立演示世界（20,000 张发票）… making the demonstration world", flush=True)
    folder = home() / "world"
    begin = datetime.now(UTC) - timedelta(days=DAYS)
    command = [
        "bureau.cli",
        "world",
        "--out",
        str(folder),
        "--invoices",
        str(INVOICES),
        "--days",
        str(DAYS + 4),
        "--claims",
        "0",
        "--begin",
        f"{begin:%Y-%m-%d}",
        "--until-now",
    ]
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    with (folder / "events.jsonl").open("rb") as lines:
        load_events(lines, source="demonstration", now=datetime.now(UTC))


def live_command(url: str) -> list[str]:
    """Return the command that feeds the world on."""
    token = secret("bureau-token")
    make_token(label="bureau", role="feed", now=datetime.now(UTC), text=token)
    folder = home() / "world"
    folder.mkdir(parents=True, exist_ok=True)
    return ["bureau.cli", "run", "--url", url, "--token", token, "--home", str(folder)]


def tell_examples(url: str) -> None:
    """Print three invoices to try: one found, one mistyped, one still on its way."""
    print("三个例子，贴到首页的框里试试 three examples to try:")
    for each in examples(datetime.now(UTC)):
        print(f"  {each.title} {each.title_en}: {each.text}")


def follow_examples() -> None:
    """Print the next invoice that is on its way as soon as the last one printed has come, until told to stop."""
    shown = on_its_way(datetime.now(UTC))
    while True:
        time.sleep(LOOK_EVERY)
        now = datetime.now(UTC)
        if shown and now < shown.delivered_at:
            continue
        fresh = on_its_way(now)
        if fresh and fresh != shown:
            text = f"{fresh.number} {fresh.issued_on} 价税合计 {fresh.total}"
            print(f"  又一张还在路上的 another on its way: {text}", flush=True)
            shown = fresh
