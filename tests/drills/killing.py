"""Kills visits with SIGKILL at random moments until so many have died in mid-delivery. usage: killing KEY KILLS SEED ADDRESS [FILE]"""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import sys
import time

import django
from django.db import connections

from drills.driving import drive, settled
from drills.feeding import Served
from drills.streaming import Released
from jingpiao.cli import prepare


def child(key: str) -> tuple[int, int]:
    """Start a process that visits until settled; return its id, and where it writes a byte before each visit."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        drive(key, beat=lambda: os.write(writing, b"."))
    finally:
        os._exit(0)


def in_the_middle(beats: int, visit: int, dice: random.Random) -> None:
    """Wait until the n-th visit has begun, or all is over, and a moment longer: loading or committing, nobody knows."""
    while visit and os.read(beats, 1):
        visit -= 1
    time.sleep(dice.uniform(0.0, 0.06))


def visits_made(key: str) -> int:
    """Return how many visits are on record; leaves no connection behind that a child could share."""
    from jingpiao.sync.models import Visit

    try:
        return Visit.objects.filter(connection__key=key).count()
    finally:
        connections.close_all()


def main(key: str, kills: int, seed: int, feed: Served | Released) -> dict[str, int]:
    dice = random.Random(seed)
    told = {"kills": 0, "kills_after_commits": 0, "ended": 0, "settled": 0}
    while told["kills"] < kills:
        before = visits_made(key)
        feed.order(release=dice.randrange(40, 200))
        process, beats = child(key)
        in_the_middle(beats, dice.randrange(1, 4), dice)
        if os.waitpid(process, os.WNOHANG) == (0, 0):
            os.kill(process, signal.SIGKILL)
            _, status = os.waitpid(process, 0)
            told["kills"] += os.WIFSIGNALED(status)
            told["kills_after_commits"] += visits_made(key) > before
        else:
            told["ended"] += 1
        os.close(beats)
    feed.order(release=100_000)
    os.waitpid(child(key)[0], 0)
    told["settled"] = int(settled(key))
    return told


if __name__ == "__main__":
    django.setup()
    importlib.import_module("jingpiao.sync.polling")  # children should visit at once, not import
    prepare()
    connections.close_all()  # a connection must not be shared with a child
    key, kills, seed, address, *file = sys.argv[1:]
    source = Released(address, file[0]) if file else Served(address)
    print(json.dumps(main(key, int(kills), int(seed), source)))
