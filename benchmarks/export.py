"""The ledger as an Excel file through the served door: first byte, whole, and the web process's peak memory, at three lengths.

Its own memory is anonymous (RssAnon); the peak of all (VmHWM) counts the 256 MB of the database file that SQLite maps as well.

``--invoices N`` for another longest length; ``--database postgres`` makes a server of its own.
"""

from __future__ import annotations

import argparse
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from platforms import platform_on
from tables import show

NOW = datetime(2026, 7, 20, tzinfo=UTC)
CHUNK = 20_000
COLUMNS = (
    "rows",
    "first byte, ms",
    "whole, s",
    "file, MB",
    "own before, MB",
    "own peak, MB",
    "with the mapped database, MB",
    "goal",
)


def main() -> None:
    """Fill the ledger, and export it at a fifth, at half and at its whole length."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    args = parser.parse_args()
    with platform_on(args.database):
        fill(args.invoices)
        cookie = sign_in()
        rows = []
        for count in (args.invoices // 5, args.invoices // 2, args.invoices):
            with served() as (url, process):
                rows.append([f"{count:,}", *export(url, cookie, process, count), "<= 600"])
    show(f"Ledger of {args.invoices:,} to Excel on {args.database}", COLUMNS, rows)


def fill(count: int) -> None:
    """Take in ``count`` whole invoices, the n-th over n 分."""
    import msgspec
    from django.db import transaction

    from fapiao.invoice import Invoice, Party
    from jingpiao.ledger.intake import Incoming, take_in

    seller = Party(name="甲公司", tax_id="91110000600037341L")
    buyer = Party(name="乙公司", tax_id="91110108339805094M")
    for start in range(0, count, CHUNK):
        made = [
            Invoice(
                kind="82",
                kind_label="电子发票(普通发票)",
                number=f"26112{place:015d}",
                issued_on=date(2026, 7, 1 + place % 19),
                amount=Decimal(place).scaleb(-2),
                tax=Decimal("0.00"),
                total=Decimal(place).scaleb(-2),
                seller=seller,
                buyer=buyer,
                remark=f"订单 {place}",
            )
            for place in range(start, min(start + CHUNK, count))
        ]
        with transaction.atomic():
            take_in([Incoming(each, "bench", NOW, body=msgspec.json.encode(each).decode()) for each in made])


def sign_in() -> str:
    """Return the cookie of a signed-in operator."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    user = get_user_model().objects.create_user("bench", password="a long enough sentence")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return f"session={client.cookies['session'].value}"


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Serve the platform with one web process; gives its address and the id of its master."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jingpiao.cli", "serve", "--port", str(port)]
    master = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/healthz").close()
                break
            except OSError:
                time.sleep(0.2)
        yield url, master.pid
    finally:
        master.terminate()
        master.wait(30)


def export(url: str, cookie: str, master: int, count: int) -> list[Any]:
    """Take so many rows away as Excel; returns milliseconds, seconds, megabytes, and memory before, at its peak, and of all."""
    address = f"{url}/ledger/export.xlsx?most={Decimal(count - 1).scaleb(-2)}"
    asked = urllib.request.Request(address, headers={"Cookie": cookie})
    before = own = memory(master, "RssAnon")
    began = time.perf_counter()
    with urllib.request.urlopen(asked) as reply:
        size = len(reply.read(1))
        first = time.perf_counter() - began
        while block := reply.read(1 << 16):
            size += len(block)
            own = max(own, memory(master, "RssAnon"))
    spent = time.perf_counter() - began
    return [
        round(first * 1000),
        round(spent, 1),
        round(size / 2**20, 1),
        before,
        own,
        memory(master, "VmHWM"),
    ]


def memory(master: int, what: str) -> int:
    """Return a figure of the web process's memory, in MB: of the master's child that is not the background worker."""
    found = [0]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (folder / "status").read_text(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        parent, size = re.search(r"PPid:\s+(\d+)", status), re.search(rf"{what}:\s+(\d+)", status)
        if parent and size and int(parent[1]) == master and b"\x00worker\x00" not in command:
            found.append(int(size[1]) // 1024)
    return max(found)


if __name__ == "__main__":
    main()
