"""Metrics for operators (监控指标), in the Prometheus text format: lag, states, incidents, canaries, queues."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from jingpiao.api.problem import ApiProblem, problem_response
from jingpiao.api.tokens import require
from jingpiao.jobs.models import Turn
from jingpiao.ledger.models import Quarantined
from jingpiao.status import board, reaching
from jingpiao.status.lines import measuring
from jingpiao.sync.models import ImportBatch, UnreadLine
from jingpiao.ui.access import public

STATES = ("current", "delayed", "outage", "unknown")
Row = tuple[dict[str, str], float]


@public
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the metrics to an operator (token or session), or to this machine itself where the settings allow it."""
    if not _local(request):
        try:
            require(request, "operator")
        except ApiProblem as slip:
            return problem_response(request, slip)
        except (
            Error
        ):  # who asks cannot be looked up: nobody is let in, and the scrape fails, which is an alarm too
            return problem_response(request, ApiProblem("unavailable"))
    told = board.seen_now(now=datetime.now(UTC), how=measuring())
    text = "".join(_families(told))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _local(request: HttpRequest) -> bool:
    """Tell whether this machine asks for itself: never by default, because behind a proxy everybody seems local."""
    allowed = os.environ.get("JINGPIAO_METRICS_LOOPBACK", "0") == "1"
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"))
    return allowed and not forwarded and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


def _families(told: dict[str, Any]) -> Iterator[str]:
    feeds = told["feeds"]
    yield _family(
        "jingpiao_feed_state",
        "1 for the state a feed is in",
        [
            ({"feed": row["feed"], "state": state}, float(row["state"] == state))
            for row in feeds
            for state in STATES
        ],
    )
    yield _family(
        "jingpiao_feed_lag_seconds",
        "age of a feed's watermark",
        [({"feed": row["feed"]}, row["lag_seconds"]) for row in feeds if row["lag_seconds"] is not None],
    )
    yield _family(
        "jingpiao_canary_milliseconds",
        "the newest canary found, from sent to found",
        [({"feed": row["feed"]}, row["path"]["last_ms"]) for row in feeds if row["path"].get("last_ms")],
    )
    opened = [row for row in told["incidents"] if not row["closed_at"]]
    yield _family(
        "jingpiao_incident_open",
        "1 for each open incident",
        [({"component": row["component"], "worst": row["worst"]}, 1.0) for row in opened],
    )
    yield _family("jingpiao_incidents_open", "open incidents", [({}, float(len(opened)))])
    yield _family(
        "jingpiao_database_up", "1 while the database answers", [({}, float(told["source"] == "database"))]
    )
    if told["age_seconds"] is not None:
        yield _family(
            "jingpiao_measured_age_seconds", "age of the last look", [({}, float(told["age_seconds"]))]
        )
    yield from _queues()


def _queues() -> Iterator[str]:
    try:
        counts, failures = reaching.ask(_counts)
    except reaching.DatabaseAwayError:
        return
    rows: list[Row] = [({"queue": name}, float(count)) for name, count in counts.items()]
    yield _family("jingpiao_queue_length", "what waits", rows)
    yield _family(
        "jingpiao_job_failures",
        "failures in a row of scheduled work",
        [({"job": job}, float(n)) for job, n in failures],
    )


def _counts() -> tuple[dict[str, int], list[tuple[str, int]]]:
    counts = {
        "imports": ImportBatch.objects.filter(state__in=("waiting", "running")).count(),
        "quarantine": Quarantined.objects.filter(released_at=None, shelved_at=None).count(),
        "unread_lines": UnreadLine.objects.count(),
    }
    return counts, list(Turn.objects.order_by("name").values_list("name", "failures"))


def _family(name: str, meaning: str, rows: list[Row]) -> str:
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
    lines += [f"{name}{_labels(labels)} {value:g}" for labels, value in rows]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
