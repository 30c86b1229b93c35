"""The service in use (在用的查验服务): which verifier with which settings, as an operator set it up on the page.

Where nobody has, from the file that `JINGPIAO_VERIFIER` names. The file is JSON: ``{"verifier": "baidu", "same_day": false, "settings": {…}}``. It holds secrets: only its owner may read it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import msgspec

from fapiao.verification.deciding import Rules
from jingpiao.ledger.own import verification_feed
from jingpiao.sync.configuration import opened
from jingpiao.sync.source import SourceError
from jingpiao.verification.models import Setup
from jingpiao.verification.verifier import VERIFIERS, Verifier

VARIABLE = "JINGPIAO_VERIFIER"


class ServiceError(Exception):
    """A settings file that cannot be used (查验设置有误): says what is wrong, never what stands in it."""

    def __init__(self, message: str, message_en: str) -> None:
        self.message, self.message_en = message, message_en
        super().__init__(message_en)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A verifier ready to be asked (查验服务)."""

    verifier: Verifier[Any]
    settings: Any
    rules: Rules = Rules()

    @property
    def feed(self) -> str:
        """The feed under which its answers are told."""
        return verification_feed(self.verifier.key)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings file as written."""

    verifier: str
    same_day: bool = False
    settings: dict[str, Any] = {}


def configured() -> Service | None:
    """Return the service in use, ``None`` when none is set or it is paused. Errors: `ServiceError`."""
    held = Setup.objects.first()
    if held is not None:
        return None if held.paused else of(held)
    name = os.environ.get("JINGPIAO_VERIFIER", "")
    return read(Path(name)) if name else None


def of(held: Setup) -> Service:
    """Return the service that was set up on the page. Errors: `ServiceError`."""
    verifier = VERIFIERS.get(held.verifier)
    if verifier is None:
        raise ServiceError("这种查验服务已不再提供", "this kind of verifier is no longer offered")
    try:
        settings = opened(verifier, held.settings)
    except SourceError as slip:
        raise ServiceError(slip.message, slip.message_en) from None
    return Service(verifier=verifier, settings=settings, rules=Rules(same_day=held.same_day))


def read(path: Path) -> Service:
    """Return the service that a file describes. Errors: `ServiceError`."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ServiceError(
                "查验设置文件只能由属主读写（chmod 600）",
                "the verifier's file must be its owner's only (chmod 600)",
            )
        told = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError:
        raise ServiceError("读不了查验设置文件", "the verifier's file cannot be read") from None
    except msgspec.DecodeError as slip:
        raise ServiceError(f"查验设置文件有误：{slip}", f"the verifier's file is wrong: {slip}") from None
    verifier = VERIFIERS.get(told.verifier)
    if verifier is None:
        known = "、".join(VERIFIERS)
        raise ServiceError(f"没有这种查验服务，可用：{known}", f"no such verifier; there are: {known}")
    try:
        settings = msgspec.convert(told.settings, verifier.settings)
    except msgspec.ValidationError as slip:
        raise ServiceError(f"查验设置有误：{slip}", f"the verifier's settings are wrong: {slip}") from None
    return Service(verifier=verifier, settings=settings, rules=Rules(same_day=told.same_day))
