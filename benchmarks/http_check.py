"""HTTP checks a second on one core, beside FastAPI + SQLAlchemy doing the same lookup on the same table."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ledger import key
from tables import show

COUNT, SECONDS, CLIENTS = 20_000, 5.0, 8
PEERS = Path(__file__).resolve().parents[1] / ".peers" / "bin" / "python"
_PEER = """
import sys
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, select, MetaData, Table
engine = create_engine(f"sqlite:///{sys.argv[1]}")
table = Table("ledger_invoice", MetaData(), autoload_with=engine)
app = FastAPI()
class Claim(BaseModel):
    number: str
@app.post("/api/v1/checks")
def check(claim: Claim):
    with engine.connect() as connection:
        row = connection.execute(select(table).where(table.c.key == claim.number)).first()
    return {"existence": "found" if row else "not-found", "invoice": dict(row._mapping) if row else None}
import uvicorn
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False)
"""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(port: int) -> float:
    """Return requests a second of a few keep-alive clients against one server pinned to one core."""
    until = time.monotonic() + SECONDS

    def client(number: int) -> int:
        connection, count = http.client.HTTPConnection("127.0.0.1", port), 0
        while time.monotonic() < until:
            body = json.dumps({"number": key((number * 7919 + count) % COUNT)})
            connection.request("POST", "/api/v1/checks", body, {"Content-Type": "application/json"})
            connection.getresponse().read()
            count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS))) / SECONDS


def wait(port: int) -> None:
    """Wait until a server listens."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def main() -> None:
    """Measure and show."""
    folder = tempfile.mkdtemp(prefix="jp-http-")
    environment = {
        **os.environ,
        "JINGPIAO_HOME": folder,
        "JINGPIAO_CHECK_RATE": "0",
        "DJANGO_SETTINGS_MODULE": "jingpiao.settings",
    }
    fill = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import django; django.setup(); from jingpiao.cli import prepare; prepare(); from ledger import fill; fill({COUNT})"
    subprocess.run([sys.executable, "-c", fill], env=environment, check=True)
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    rows = []
    for label, command in (
        (
            "jingpiao (whole answer, receipt signed, answer kept)",
            lambda port: [sys.executable, "-m", "jingpiao.cli", "serve", "--port", str(port)],
        ),
        (
            "FastAPI + SQLAlchemy (bare lookup)",
            lambda port: [str(PEERS), "-c", _PEER, f"{folder}/jingpiao.sqlite3", str(port)],
        ),
    ):
        if "FastAPI" in label and not PEERS.exists():
            rows.append([label, "absent"])
            continue
        port = free_port()
        process = subprocess.Popen(
            [*pinned, *command(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait(port)
        load(port)
        rows.append([label, load(port)])
        process.terminate()
        process.wait(20)
    show("HTTP checks per second on one core", ["server", "checks/s"], rows)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
