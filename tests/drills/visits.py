"""Counts a source's visits, and those that overlap another's time. usage: visits KEY"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from itertools import pairwise

import django


def main(key: str) -> dict[str, int]:
    from jingpiao.sync.models import Visit

    rows = list(Visit.objects.filter(connection__key=key).order_by("begun_at"))
    spans = [(each.begun_at, each.begun_at + timedelta(milliseconds=each.took_ms)) for each in rows]
    overlapping = sum(later[0] < earlier[1] for earlier, later in pairwise(spans))
    return {
        "visits": len(rows),
        "failed": sum(each.error is not None for each in rows),
        "overlapping": overlapping,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(sys.argv[1])))
