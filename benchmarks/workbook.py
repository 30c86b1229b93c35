"""An official export of 100,000 rows from file to ledger: seconds and peak memory, the reading alone beside openpyxl."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from tables import show

from fapiao.invoice import Invoice, Party
from fapiao.tables.workbook_writing import write_workbook

ROWS = 100_000
PEERS = Path(__file__).resolve().parents[1] / ".peers" / "bin" / "python"
_PEER = "import sys,time,openpyxl\nb=time.perf_counter()\nn=sum(1 for r in openpyxl.load_workbook(sys.argv[1],read_only=True).worksheets[0].iter_rows(values_only=True))\nprint(n/(time.perf_counter()-b))"


def main() -> None:
    """Measure and show."""
    folder = Path(tempfile.mkdtemp(prefix="jp-xlsx-"))
    file = folder / "export.xlsx"
    seller = Party(name="甲公司", tax_id="91110000600037341L")
    file.write_bytes(
        write_workbook(
            (
                Invoice(
                    kind="82",
                    kind_label="电子发票(普通发票)",
                    number=f"26112{place:015d}",
                    issued_on=date(2026, 7, 1),
                    amount=Decimal("1.00"),
                    tax=Decimal("0.06"),
                    total=Decimal("1.06"),
                    seller=seller,
                )
                for place in range(ROWS)
            ),
            whole=False,
        )
    )
    began = time.perf_counter()
    environment = {**os.environ, "JINGPIAO_HOME": str(folder / "home")}
    subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", "import", str(file)],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    spent = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    reading = "import sys,time\nfrom fapiao.format import read_bytes\nd=open(sys.argv[1],'rb').read()\nb=time.perf_counter()\nn=sum(1 for r in read_bytes(d,'x.xlsx'))\nprint(n/(time.perf_counter()-b))"
    own = float(
        subprocess.run(
            [sys.executable, "-c", reading, str(file)], capture_output=True, text=True, check=True
        ).stdout
    )
    peer = (
        json.loads(
            subprocess.run([PEERS, "-c", _PEER, str(file)], capture_output=True, text=True, check=True).stdout
        )
        if PEERS.exists()
        else "absent"
    )
    show(
        "Export of 100,000 rows",
        ["what", "measured", "goal"],
        [
            ["file to ledger, seconds", spent, "<= 15"],
            ["peak memory, MB", memory, "<= 600"],
            ["reading into invoices, rows/s", own, ""],
            ["openpyxl, bare cells, rows/s", peer, "peer"],
        ],
    )
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
