"""The demonstration (演示): a world of 20,000 invoices made by `bureau` in its own process, loaded, and fed on."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from jingpiao.api.tokens import make_token
from jingpiao.home import home, secret
from jingpiao.ledger.models import Invoice, JournalEntry
from jingpiao.sync.services import load_events

DAYS = 20
INVOICES = 20_000


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
        str(DAYS + 1),
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
    for title, text in examples():
        print(f"  {title}: {text}")


def examples() -> list[tuple[str, str]]:
    """Return the three examples as (title, text to paste)."""
    held = Invoice.objects.filter(kind="82", alias=None).order_by("-known_at")[:1].first()
    if held is None:
        return []
    found = f"{held.key} {held.issued_on} 价税合计 {held.total}"
    wrong = held.key[:-3] + str((int(held.key[-3]) + 5) % 10) + held.key[-2:]
    mistyped = f"{wrong} {held.issued_on} 价税合计 {held.total}"
    return [("在账 found", found), ("输错一位 mistyped", mistyped), ("还在路上 on its way", _on_its_way())]


def _on_its_way() -> str:
    """Return an invoice that a seller issued moments ago and that its feed has not brought: the number after its newest."""
    now = datetime.now(UTC).astimezone()
    held = Invoice.objects.filter(kind="82", alias=None, region="31").order_by("-key").first()
    if held is None:
        return ""
    return f"{int(held.key) + 1} {now:%Y-%m-%d} 价税合计 318.00"
