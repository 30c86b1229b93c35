"""Setting the outside service up (设置外部查验): saved with its secrets sealed, probed, paused, taken away; each put down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fapiao.errors import FapiaoError
from jingpiao.audit.services import record
from jingpiao.sync.configuration import changed_names, read, stored
from jingpiao.sync.source import Health
from jingpiao.verification.models import Setup
from jingpiao.verification.service import ServiceError, of
from jingpiao.verification.verifier import VERIFIERS, Verifier


def held() -> Setup | None:
    """Return what is set up on the page, if anything is."""
    return Setup.objects.first()


def verifier_of(key: str) -> Verifier[Any]:
    """Return a kind of verifier. Errors: `verifier-unknown`."""
    found = VERIFIERS.get(key)
    if found is None:
        raise FapiaoError(
            "verifier-unknown", f"没有 {key} 这种查验服务", f"there is no verifier called {key}"
        )
    return found


def save(*, verifier: str, given: Mapping[str, str], same_day: bool, now: datetime) -> Setup:
    """Set the service up, or change it; secrets left empty stay. Errors: `verifier-unknown`, `SettingsError`."""
    member = verifier_of(verifier)
    with transaction.atomic():
        former = held()
        kept = former.settings if former and former.verifier == verifier else {}
        settings = stored(member, read(member, given, kept))
        changed = changed_names(member, kept, settings)
        detail = {"verifier": verifier, "changed": changed, "same_day": same_day}
        record("verifier-changed", verifier, now=now, before=kept or None, after=settings, detail=detail)
        made = former or Setup()
        made.verifier, made.settings, made.same_day, made.changed_at = verifier, settings, same_day, now
        made.save()
    return made


def pause(*, now: datetime) -> None:
    """Ask the service nothing until it is resumed."""
    _pause("verifier-paused", now, paused=True)


def resume(*, now: datetime) -> None:
    """Ask the service again."""
    _pause("verifier-resumed", now, paused=False)


def remove(*, now: datetime) -> None:
    """Take the service away, with its secrets."""
    with transaction.atomic():
        former = held()
        if former:
            record("verifier-removed", former.verifier, now=now, before=former.settings)
            former.delete()


def probe() -> Health:
    """Ask the service whether it lets us in; costs no query. Errors: `verifier-unknown` where nothing is set up."""
    former = held()
    if former is None:
        raise FapiaoError("verifier-unknown")
    try:
        service = of(former)
    except ServiceError as slip:
        return Health(ok=False, message=slip.message, message_en=slip.message_en)
    told: Health = service.verifier.probe(service.settings)
    return told


def _pause(action: str, now: datetime, *, paused: bool) -> None:
    with transaction.atomic():
        former = held()
        if former and former.paused != paused:
            former.paused = paused
            former.save(update_fields=("paused",))
            record(action, former.verifier, now=now)
