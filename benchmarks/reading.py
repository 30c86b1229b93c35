"""How many files a second one core reads, all fields of the contract, beside the peers on the same files."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from statistics import median
from zipfile import ZipFile

import msgspec
from tables import rate, show

from fapiao.format import FORMATS, read_bytes
from fapiao.invoice import Invoice, Line, Party
from fapiao.money import in_words

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".peers" / "bin" / "python"
sys.path.insert(0, str(ROOT / "tests"))
from making.ofd_files import digital, packed  # noqa: E402  (the makers of test files, which lie beside)


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
import sys, time, json, os, tempfile
from loguru import logger
logger.remove()
from easyofd import OFD
files = [open(name, 'rb').read() for name in sys.argv[1:]]
os.chdir(tempfile.mkdtemp())  # it unpacks into the working folder
def text_of(data):
    ofd = OFD(); ofd.read(data, fmt='binary', save_xml=False)
    text = ''.join(each['text'] for doc in ofd.data for page in doc['page_info'].values() for each in page['text_list'])
    ofd.del_data()
    return text
assert all('26112' in text_of(data) for data in files)
began = time.perf_counter(); count = 0
while time.perf_counter() - began < 1.5:
    for data in files:
        text_of(data); count += 1
print(json.dumps(count / (time.perf_counter() - began)))
"""
_PDFPLUMBER = r"""
import sys, time, io, json, re
import pdfplumber
files = [open(name, 'rb').read() for name in sys.argv[1:]]
FIELDS = [r'发票号码[:：]\s*(\d{20})', r'开票日期[:：]\s*(\S+)', r'名称[:：]\s*(\S+)', r'纳税人识别号[:：]\s*(\w+)', r'小写）?[）)]?\s*¥\s*([\d.]+)']
began = time.perf_counter(); count = 0
while time.perf_counter() - began < 1.5:
    for data in files:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            text = '\n'.join(page.extract_text() or '' for page in pdf.pages); [re.search(field, text) for field in FIELDS]
            [page.extract_tables() for page in pdf.pages]
        count += 1
print(json.dumps(count / (time.perf_counter() - began)))
"""


def main() -> None:
    """Measure and show."""
    invoices = [made(number) for number in range(20)]
    five = [msgspec.structs.replace(each, lines=each.lines[:1] * 5) for each in invoices]
    plain = {key: [_written(key, each) for each in invoices] for key in ("xml", "ofd", "pdf")}
    sealed = [packed(digital(each, sign=True)) for each in five]
    unsealed = [packed(digital(each)) for each in five]
    unattached = [
        packed({name: data for name, data in digital(each).items() if "Attachs" not in name}) for each in five
    ]
    rows = [
        _row("xml", plain["xml"], goal=5000),
        _row("ofd, as our writer makes it", plain["ofd"], goal=300, peer="easyofd, text only"),
        _row(
            "ofd, as tax platforms make it, sealed",
            sealed,
            goal=300,
            peer="easyofd, text only, seal unchecked",
        ),
        _row("ofd, the same without seal", unsealed, goal=300, peer="easyofd, text only"),
        _row("ofd, the same without attachment", unattached),
        _row("ofd, page text only", [_page_only(data) for data in plain["ofd"]]),
        _row("pdf", plain["pdf"], goal=150, peer="pdfplumber, 5 fields and tables"),
        _row(
            "pdf, page text only",
            [data.replace(b"/EmbeddedFiles", b"/EmbeddedNever") for data in plain["pdf"]],
        ),
    ]
    show(
        "Reading files per second and core",
        ["format", "fapiao", "goal", "peer", "peer files/s", "ratio"],
        rows,
    )


def _written(key: str, invoice: Invoice) -> bytes:
    write = FORMATS[key].write
    assert write is not None
    return write(invoice)


def _row(what: str, files: list[bytes], *, goal: object = "", peer: str = "") -> list[object]:
    """Measure by turns, three times, and show the medians: a shared machine's load changes from second to second."""
    name = f"x.{what[:3]}"
    assert all(reading.invoice for data in files for reading in read_bytes(data, name))
    script = _EASYOFD if what.startswith("ofd") else _PDFPLUMBER
    own, others = [], []
    for _ in range(3):
        own.append(rate(lambda: sum(1 for data in files for _ in read_bytes(data, name)), seconds=1.5))
        other = _peer(script, files) if peer else None
        if other:
            others.append(other)
    if not peer:
        return [what, median(own), goal, "", "", ""]
    if not others:
        return [what, median(own), goal, peer, "absent", ""]
    ratio = median(mine / theirs for mine, theirs in zip(own, others, strict=False))
    return [what, median(own), goal, peer, median(others), ratio]


def _page_only(data: bytes) -> bytes:
    """The same file without what our writer embeds, so that everything comes from the page."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(buffer, "w") as new:
        for name in old.namelist():
            if "Attachs" not in name:
                new.writestr(name, old.read(name))
    return buffer.getvalue()


def _peer(script: str, files: list[bytes]) -> float | None:
    """Run a peer on the same files in its own environment; ``None`` where it is not there or fails."""
    if not PEERS.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, data in enumerate(files):
            paths.append(Path(folder) / f"{number}.bin")
            paths[-1].write_bytes(data)
        run = subprocess.run(
            [PEERS, "-c", script, *paths], capture_output=True, text=True, check=False, timeout=120
        )
    try:
        return float(json.loads(run.stdout.strip().splitlines()[-1]))
    except (ValueError, IndexError):
        return None


if __name__ == "__main__":
    main()
