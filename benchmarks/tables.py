"""Tables (基准表): a benchmark's rows as people and programs read them."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table and keep it as Markdown and JSON in benchmarks/results."""
    texts = [[f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    lines = [
        f"## {title}",
        "",
        f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}",
        "",
        "| " + " | ".join(columns) + " |",
        "|" + "---|" * len(columns),
        *("| " + " | ".join(row) + " |" for row in texts),
        "",
    ]
    print("\n".join(lines), flush=True)
    RESULTS.mkdir(exist_ok=True)
    name = title.lower().replace(" ", "-").replace(",", "")
    (RESULTS / f"{name}.md").write_text("\n".join(lines), "utf-8")
    (RESULTS / f"{name}.json").write_text(
        json.dumps({"title": title, "columns": columns, "rows": rows}, default=str), "utf-8"
    )


def rate(work: Callable[[], int], seconds: float = 3.0) -> float:
    """Return how many things a second ``work`` does; it returns how many it did. One warm-up first."""
    work()
    began, count = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < seconds:
        count += work()
    return count / spent


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
