"""Bad input gets its code; the process lives and stays small; whatever is flipped, cut or put in, nothing is raised."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fapiao.errors import ERRORS
from fapiao.format import Reading, read_bytes
from making.bad import bad_files, cut_files, large
from making.memory import watch
from making.samples import FOLDER

MOST_MEGABYTES = 600
SAMPLES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")


@pytest.fixture(scope="module")
def bad() -> dict[str, tuple[bytes, str]]:
    return bad_files()


def test_every_bad_file_gets_its_code_and_the_process_stays_small(
    bad: dict[str, tuple[bytes, str]], tmp_path: Path
):
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    large(tmp_path / "large.pdf")
    run = watch([sys.executable, "-m", "fapiao.cli", "read", str(tmp_path), "--json"], os.environ)
    assert run.returncode == 1, run.stderr
    assert run.stderr == b""
    codes = defaultdict(set)
    for line in run.stdout.splitlines():
        told = json.loads(line)
        codes[Path(told["file"]).name].add(told["error"] and told["error"]["code"])
    wanted = {name: code for name, (_, code) in bad.items()} | {"large.pdf": "file-too-large"}
    assert {
        name: "|".join(map(str, got)) for name, got in codes.items() if not got & set(wanted[name].split("|"))
    } == {}
    assert set(codes) == set(wanted)
    assert run.megabytes < MOST_MEGABYTES


def test_a_large_file_through_a_pipe_stays_small(tmp_path: Path):
    run = watch(
        [sys.executable, "-m", "fapiao.cli", "read", "-", "--json"], os.environ, large(tmp_path / "large.pdf")
    )
    assert json.loads(run.stdout)["error"]["code"] == "file-too-large"
    assert run.megabytes < MOST_MEGABYTES


def test_a_large_table_stays_small(tmp_path: Path):
    row = "2611200000021970{:04d},2026-07-01,1.00,0.06,1.06,甲公司销售有限公司\n"
    with (tmp_path / "rows.csv").open("w", encoding="gb18030") as file:
        file.write("发票号码,开票日期,金额,税额,价税合计,销方名称\n")
        file.writelines(row.format(place % 10_000) + "备注" * 40_000 + "\n" for place in range(500))
    run = watch(
        [sys.executable, "-m", "fapiao.cli", "read", str(tmp_path / "rows.csv"), "--json"], os.environ
    )
    assert run.stdout.count(b"\n") >= 500
    assert run.megabytes < MOST_MEGABYTES


def sound(readings: list[Reading]) -> bool:
    return bool(readings) and all(
        each.invoice is not None if each.error is None else each.error.code in ERRORS for each in readings
    )


def test_every_format_cut_anywhere_gives_readings_or_codes():
    for name, data in cut_files():
        assert sound(list(read_bytes(data, name))), name


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_whatever_is_changed_in_a_file_gives_readings_or_codes(data: st.DataObject):
    path = data.draw(st.sampled_from(SAMPLES))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        change = data.draw(st.sampled_from(("flip", "cut", "insert")))
        if change == "flip" and content:
            content[at] ^= 1 << data.draw(st.integers(0, 7))
        elif change == "cut":
            del content[at : at + data.draw(st.integers(1, 64))]
        else:
            content[at:at] = data.draw(st.binary(max_size=16))
    name = data.draw(
        st.sampled_from((path.name, "file", f"file{data.draw(st.sampled_from(SAMPLES)).suffix}"))
    )
    assert sound(list(read_bytes(bytes(content), name)))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400) | st.text("0123456789,;:\t\n- 发票代号码日期价税合计", max_size=200))
def test_any_text_gives_readings_or_codes(text: str):
    assert sound(list(read_bytes(text.encode("utf-8", "surrogatepass"), "pasted.txt")))
    assert sound(list(read_bytes(text.encode("utf-16", "surrogatepass"), "pasted.csv")))
