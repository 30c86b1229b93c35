"""Marking (答复标记): every answer given while an incident touched it carries a mark, by its token.

The rows stand here, not beside the answers: the inquiry room knows nothing of incidents. An answer is touched by an
incident of a feed it depended on (its coverage) and of its region and kind, and by any incident of the platform's own path.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db.models import Q

from jingpiao.inquiry.models import KeptAnswer
from jingpiao.status.models import Incident, IncidentMark

MOST_AT_ONCE = 5_000
MARKED_BY_AN_OPEN_INCIDENT = (
    "EXISTS (SELECT 1 FROM status_incidentmark AS mark JOIN status_incident AS incident ON incident.id = mark.incident_id"
    " WHERE mark.token = answer.token AND incident.closed_at IS NULL)"
)
"""Why an answer stays beyond its retention: the incident that touched it is still open."""


class _Feed(msgspec.Struct):
    feed: str


class _Asked(msgspec.Struct, frozen=True):
    region: str | None = None
    kind: str | None = None


class _Covered(msgspec.Struct):
    """What of a kept answer bears on incidents: the feeds it depended on, and the region and kind it was about."""

    coverage: list[_Feed] = []
    asked: _Asked = _Asked()


def mark() -> None:
    """Mark the answers given since the last time while an incident was open; goes on where it stopped."""
    for incident in Incident.objects.filter(marked=False):
        _mark_for(incident)


def _mark_for(incident: Incident) -> None:
    rows = _given_meanwhile(incident)
    touched = [row for row in rows if touches(incident, bearing_of(row.answer))]
    IncidentMark.objects.bulk_create(
        [IncidentMark(incident=incident, token=row.token, asked_at=row.asked_at) for row in touched],
        ignore_conflicts=True,
    )
    Incident.objects.filter(pk=incident.pk).update(
        marked_to=rows[-1].pk if rows else incident.marked_to,
        marked=incident.closed_at is not None and len(rows) < MOST_AT_ONCE,
    )


def _given_meanwhile(incident: Incident) -> Sequence[KeptAnswer]:
    rows = KeptAnswer.objects.filter(pk__gt=incident.marked_to, asked_at__gte=incident.begun_at)
    if incident.closed_at:
        rows = rows.filter(asked_at__lte=incident.closed_at)
    return list(rows.order_by("pk").only("token", "asked_at", "answer")[:MOST_AT_ONCE])


def bearing_of(answer: str) -> _Covered:
    """Return what of a kept answer bears on incidents."""
    try:
        return msgspec.json.decode(answer, type=_Covered)
    except msgspec.DecodeError:
        return _Covered()


def touches(incident: Incident, covered: _Covered) -> bool:
    """Tell whether an incident touches an answer: its feed, and its region and kind where the answer tells them."""
    if not incident.feed:
        return True
    region, kind = covered.asked.region, covered.asked.kind
    if region and incident.regions and region not in incident.regions:
        return False
    if kind and incident.kinds and kind not in incident.kinds:
        return False
    return any(each.feed == incident.feed for each in covered.coverage)


def incidents_touching(token: str) -> list[Incident]:
    """Return the incidents that touched a kept answer, newest first: by its marks, and those not marked yet."""
    kept = KeptAnswer.objects.filter(token=token).only("asked_at", "answer").first()
    if kept is None:
        return []
    meanwhile = Q(begun_at__lte=kept.asked_at) & (Q(closed_at=None) | Q(closed_at__gte=kept.asked_at))
    rows = (
        Incident.objects.filter(Q(marks__token=token) | (meanwhile & Q(marked=False)))
        .distinct()
        .order_by("-opened_at")
    )
    covered = bearing_of(kept.answer)
    return [row for row in rows if touches(row, covered)]
