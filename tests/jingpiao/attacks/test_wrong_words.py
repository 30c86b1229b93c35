"""Wrong words on the command line: one line with a code, in the language asked for, never a traceback."""

from __future__ import annotations

import subprocess
import sys

from telling.story import event, lines


def jingpiao(*words: str, stdin: bytes = b"") -> tuple[int, str, str]:
    run = subprocess.run(
        [sys.executable, "-m", "jingpiao.cli", *words], input=stdin, capture_output=True, check=False
    )
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def test_every_command_is_described_in_both_languages():
    _, said, _ = jingpiao("--help")
    assert "载入来源事件 append feed events" in said


def test_a_port_that_cannot_be_is_one_line(tmp_path):
    status, _, said = jingpiao("serve", "--port", "99999", "--home", str(tmp_path))
    assert (status, said.count("\n")) == (3, 1)
    assert said.startswith("error[port]:")


def test_a_load_is_summed_up_in_the_language_asked_for(tmp_path):
    told = lines([event("feed", "01T00:00", label="北京", regions=[], kinds=[])]) + b"\nnothing\n"
    status, said, _ = jingpiao("load", "-", "--lang", "en", "--home", str(tmp_path), stdin=told)
    assert status == 1
    assert said.startswith("-: 2 lines, 1 new")
    assert "line 2: not JSON" in said
    assert "还没有来源连接" in jingpiao("source", "list", "--home", str(tmp_path))[1]
    jingpiao(
        "load",
        "-",
        "--home",
        str(tmp_path),
        stdin=lines([event("watermark", "10T10:00", complete_to="2026-07-10T10:00:00+08:00")]),
    )
    assert "数据到 7月10日 10:00" in jingpiao("status", "--home", str(tmp_path))[1]
