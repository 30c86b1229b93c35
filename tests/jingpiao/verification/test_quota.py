"""Five asks a day for one invoice, however many processes ask at once, on both databases."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

TAKE = """
import django; django.setup()
from datetime import datetime, UTC
from jingpiao.verification import quota
now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
print(sum(quota.take("26112000000219703940", now) for _ in range(4)), quota.left("26112000000219703940", now))
"""


def test_many_who_ask_at_once_share_five(platform: Any):
    assert platform.run("init").returncode == 0
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE], stdout=subprocess.PIPE, text=True, env=platform.environment
        )
        for _ in range(3)
    ]
    told = [process.communicate(timeout=60)[0].split() for process in asking]
    assert [process.returncode for process in asking] == [0, 0, 0]
    assert sum(int(taken) for taken, _ in told) == 5
    assert min(int(left) for _, left in told) == 0
