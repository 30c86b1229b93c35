"""HTTP checks a second on one core, beside FastAPI + SQLAlchemy doing the same lookup on the same table."""

from __future__ import annotations

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
    """Return requests a second of a few keep-alive clients against one server pinned to one core.

    Bare sockets and requests made beforehand, so that the clients' own work does not hide the servers'.
    """
    requests = [_request(port, number) for number in range(0, COUNT, 7)]
    until = time.monotonic() + SECONDS

    def client(number: int) -> int:
        count = 0
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < until:
                connection.sendall(requests[(number * 101 + count) % len(requests)])
                _read_reply(connection)
                count += 1
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS))) / SECONDS


def _request(port: int, number: int) -> bytes:
    body = json.dumps({"number": key(number)}).encode()
    head = (
        f"POST /api/v1/checks HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _read_reply(connection: socket.socket) -> None:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head[:200])
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    while len(body) < length:
        body += connection.recv(65536)


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
