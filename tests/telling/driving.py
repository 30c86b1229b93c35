"""Beats driven in a process of its own, on whatever database the environment names; prints what came of them as JSON."""

from __future__ import annotations

import sys

import django
import msgspec


def main(words: list[str]) -> None:
    """Each word is a beat: the feeds that speak, joined by ``+``, or ``-`` for none."""
    django.setup()
    from jingpiao.inquiry.services import answer_claim
    from jingpiao.ledger.models import Invoice, JournalEntry
    from jingpiao.status import board
    from jingpiao.status.models import Canary, Incident, IncidentMark, Sample
    from telling.beats import World
    from telling.story import event, invoice, number

    world = World()
    world.declare()
    world.declare("js", "32")
    world.tell(event("invoice", "14T11:00", id="i48", invoice=invoice(48)))
    for word in words:
        world.beat(*(word.split("+") if word != "-" else ()))
        from fapiao.claim import Claim

        answer_claim(Claim(number=number(50)), now=world.clock(), keep=True)
    told = board.seen_now(now=world.clock(), how=world.how)
    result = {
        "states": {row["feed"]: row["state"] for row in told["feeds"]},
        "source": told["source"],
        "samples": Sample.objects.count(),
        "unseen": Canary.objects.filter(seen_at=None).count(),
        "canaries": Canary.objects.count(),
        "incidents": [
            [row.component, row.worst, row.closed_at is not None, row.words.count()]
            for row in Incident.objects.order_by("id")
        ],
        "marks": IncidentMark.objects.count(),
        "invoices": Invoice.objects.count(),
        "left": Invoice.everything.filter(feed__startswith="canary:").count(),
        "journal_left": JournalEntry.objects.filter(feed__startswith="canary:").count(),
    }
    sys.stdout.buffer.write(msgspec.json.encode(result))


if __name__ == "__main__":
    main(sys.argv[1:])
