"""How workers share the tests: all journeys go to one of them, which has the one server and the one browser."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/journeys/"


class JourneysTogether(LoadScopeScheduling):
    """Every test goes to whoever is free, but for the journeys, which stay together.

    A scheduler of our own, because the plugin's groups are marks in the tests' names, which today's pytest no longer lets it
    write: it would share them out one by one and say nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid
