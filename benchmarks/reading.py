"""How many files a second one core reads, all fields of the contract, beside the peers on the same files."""

from __future__ import annotations

import json
import subprocess
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from tables import rate, show

from fapiao.format import FORMATS, read_bytes
from fapiao.invoice import Invoice, Line, Party
from fapiao.money import in_words

PEERS = Path(__file__).resolve().parents[1] / ".peers" / "bin" / "python"


def made(number: int) -> Invoice:
    """Return an invoice of three lines."""
    line = Line(
        name="*信息技术服务*软件服务费",
        spec="V1",
        unit="项",
        quantity=Decimal(2),
        price=Decimal("50.5"),
        amount=Decimal("101.00"),
        rate="0.06",
        tax=Decimal("6.06"),
    )
    total = Decimal("321.18")
    return Invoice(
        kind="82",
        kind_label="电子发票(普通发票)",
        number=f"26112{number:015d}",
        region="11",
        issued_on=date(2026, 7, 1),
        amount=Decimal("303.00"),
        tax=Decimal("18.18"),
        total=total,
        total_in_words=in_words(total),
        lines=(line,) * 3,
        seller=Party(name="京华天成科技有限公司", tax_id="91110000600037341L"),
        buyer=Party(name="安泰恒通商贸有限公司", tax_id="91110108339805094M"),
        drawer="王芳",
        remark="合同 2026-07",
    )


_EASYOFD = """
import sys, time, json, base64
from loguru import logger
logger.remove()
from easyofd import OFD
files = [open(name, 'rb').read() for name in sys.argv[1:]]
began = time.perf_counter(); count = 0
while time.perf_counter() - began < 4:
    for data in files:
        ofd = OFD(); ofd.read(base64.b64encode(data).decode(), fmt='b64', save_xml=False); text = str(ofd.data); ofd.del_data(); count += 1
print(json.dumps(count / (time.perf_counter() - began)))
"""
_PDFPLUMBER = r"""
import sys, time, io, json, re
import pdfplumber
files = [open(name, 'rb').read() for name in sys.argv[1:]]
FIELDS = [r'发票号码[:：]\s*(\d{20})', r'开票日期[:：]\s*(\S+)', r'名称[:：]\s*(\S+)', r'纳税人识别号[:：]\s*(\w+)', r'小写）?[）)]?\s*¥\s*([\d.]+)']
began = time.perf_counter(); count = 0
while time.perf_counter() - began < 4:
    for data in files:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            text = '\n'.join(page.extract_text() or '' for page in pdf.pages); [re.search(field, text) for field in FIELDS]
            [page.extract_tables() for page in pdf.pages]
        count += 1
print(json.dumps(count / (time.perf_counter() - began)))
"""


def main() -> None:
    """Measure and show."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for key, goal, peer, script in (
            ("xml", 5000, "", ""),
            ("ofd", 300, "easyofd, text only", _EASYOFD),
            ("pdf", 150, "pdfplumber, 5 fields and tables", _PDFPLUMBER),
        ):
            write = FORMATS[key].write
            assert write is not None
            files = [write(made(number)) for number in range(20)]
            paths = []
            for number, data in enumerate(files):
                path = Path(folder) / f"{number}.{key}"
                path.write_bytes(data)
                paths.append(str(path))
            own = rate(
                lambda files=files, key=key: sum(1 for data in files for _ in read_bytes(data, f"x.{key}"))
            )
            other = _peer(script, paths) if script else None
            rows.append(
                [
                    key,
                    own,
                    goal,
                    peer or "—",
                    "absent" if script and other is None else other or "—",
                    own / other if other else "—",
                ]
            )
            if key in ("pdf", "ofd"):
                rows.append(_text_only(key, files))
    show(
        "Reading files per second and core",
        ["format", "fapiao", "goal", "peer", "peer files/s", "ratio"],
        rows,
    )


def _text_only(key: str, files: list[bytes]) -> list[object]:
    """The same files without what our writer embeds, so that everything comes from the page."""
    stripped = [
        data.replace(b"invoice.xml", b"invoice.bin").replace(b"original_invoice.xml", b"original_invoice.bin")
        for data in files
    ]
    if key == "ofd":
        from io import BytesIO
        from zipfile import ZipFile

        stripped = []
        for data in files:
            buffer = BytesIO()
            with ZipFile(BytesIO(data)) as old, ZipFile(buffer, "w") as new:
                for name in old.namelist():
                    if "Attachs" not in name:
                        new.writestr(name, old.read(name))
            stripped.append(buffer.getvalue())
    else:
        stripped = [data.replace(b"/EmbeddedFiles", b"/EmbeddedNever") for data in files]
    own = rate(lambda: sum(1 for data in stripped for _ in read_bytes(data, f"x.{key}")))
    return [f"{key}, page text only", own, "", "", "", ""]


def _peer(script: str, paths: list[str]) -> float | None:
    if not PEERS.exists():
        return None
    run = subprocess.run(
        [PEERS, "-c", script, *paths], capture_output=True, text=True, check=False, timeout=120
    )
    try:
        return float(json.loads(run.stdout.strip().splitlines()[-1]))
    except (ValueError, IndexError):
        return None


if __name__ == "__main__":
    main()
