"""The demonstration (演示): a world of 20,000 invoices made by `bureau` in its own process, loaded, and fed on."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from jingpiao.api.tokens import make_token
from jingpiao.home import home, secret
from jingpiao.inquiry.examples import Coming, examples, on_its_way, text_of
from jingpiao.ledger.models import JournalEntry
from jingpiao.sync.services import load_events

DAYS = 20
LOOK_EVERY = 15.0
"""Seconds between two looks at whether the example has come."""
INVOICES = 24_000
"""Over all days of the world; 20,000 of them lie in the past when it is made."""


def prepare() -> None:
    """Make and load the world if the home has none; otherwise make sure that enough of it is still to come."""
    folder = home() / "world"
    if JournalEntry.objects.exists():
        _bureau("go-on", "--home", str(folder))
        return
    print("正在建立演示世界（20,000 张发票）… making the demonstration world", flush=True)
    begin = datetime.now(UTC) - timedelta(days=DAYS)
    size = ("--invoices", str(INVOICES), "--days", str(DAYS + 4))
    _bureau("begin", "--out", str(folder), *size, "--begin", f"{begin:%Y-%m-%d}")
    with (folder / "events.jsonl").open("rb") as lines:
        load_events(lines, source="demonstration", now=datetime.now(UTC))


def _bureau(*words: str) -> None:
    command = [sys.executable, "-m", "bureau.cli", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


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
        fresh = following(shown, datetime.now(UTC))
        if fresh:
            print(f"  又一张还在路上的 another on its way: {text_of(fresh)}", flush=True)
            shown = fresh


def following(shown: Coming | None, now: datetime) -> Coming | None:
    """Return the example to show after the one shown, once that has come; ``None`` while it is still a good one."""
    if shown and now < shown.delivered_at:
        return None
    fresh = on_its_way(now)
    return fresh if fresh != shown else None
