"""Rates (限流): a token bucket per asker, in the memory of one process, bounded whatever comes.

It guards the public doors against one noisy client; it is no accounting. Each worker process keeps its own.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict

from django.http import HttpRequest

from jingpiao.api.problem import ApiProblem

MOST_ASKERS = 20_000


class Bucket:
    """A set of token buckets: ``rate`` calls a second, up to ``burst`` at once, per key."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, key: str, cost: float = 1.0) -> float:
        """Take ``cost`` calls and return 0, or take nothing and return the seconds to wait."""
        now = time.monotonic()
        level, then = self._levels.pop(key, (self.burst, now))
        level = min(self.burst, level + (now - then) * self.rate)
        wait = 0.0 if level >= cost else (cost - level) / self.rate
        self._levels[key] = (level if wait else level - cost, now)
        if len(self._levels) > MOST_ASKERS:
            self._levels.popitem(last=False)
        return wait


def per_second(name: str, default: float) -> float:
    """Return a rate from the environment (``JINGPIAO_<NAME>_RATE``), calls a second; 0 switches it off."""
    return float(os.environ.get(f"JINGPIAO_{name}_RATE", default))


def spend(bucket: Bucket, request: HttpRequest, cost: float = 1.0) -> None:
    """Take from the asker's bucket. Errors: `rate-limited` with Retry-After."""
    spend_for(bucket, request.META.get("REMOTE_ADDR", ""), cost)


def spend_for(bucket: Bucket, address: str, cost: float = 1.0) -> None:
    """Take from the bucket of an address. Errors: `rate-limited` with Retry-After."""
    if not bucket.rate:
        return
    wait = bucket.wait_for(address, cost)
    if wait:
        raise ApiProblem("rate-limited", headers={"Retry-After": str(int(wait) + 1)})
