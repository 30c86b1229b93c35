"""Configuration of a connection (来源设置): read from forms and commands, kept with its secrets sealed, shown without them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Protocol, get_args, get_origin, get_type_hints

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from jingpiao.home import secret
from jingpiao.sync.source import SourceError

SEALED = "sealed:"
MASK = "••••••"


class Described(Protocol):
    """Whatever has settings that a form can ask for (可设置者): a kind of source, a verifier."""

    @property
    def settings(self) -> type[msgspec.Struct]:
        """The settings as a struct, each field described by `jingpiao.sync.source.asks`."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One settings field as a form shows it (设置项)."""

    name: str
    label: str
    label_en: str
    hint: str
    hint_en: str
    secret: bool
    long: bool
    kind: str
    choices: tuple[str, ...]
    required: bool
    default: Any


class Slip(msgspec.Struct, frozen=True):
    """What is wrong with one field (填写错误), in both languages."""

    message: str
    message_en: str


class SettingsError(Exception):
    """Settings that cannot be used (设置错误): a sentence a field."""

    def __init__(self, slips: dict[str, Slip]) -> None:
        self.slips = slips
        super().__init__("；".join(f"{name} {slip.message}" for name, slip in slips.items()))

    @property
    def message_en(self) -> str:
        """The same in English."""
        return "; ".join(f"{name}: {slip.message_en}" for name, slip in self.slips.items())


def fields(source: Described) -> list[Field]:
    """Return the fields of a source's settings, in order."""
    hints = get_type_hints(source.settings, include_extras=True)
    return [_field(each, hints[each.name]) for each in msgspec.structs.fields(source.settings)]


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    plain, metas = hint, []
    if get_origin(hint) is Annotated:
        plain, *metas = get_args(hint)
    meta = next((each for each in metas if isinstance(each, msgspec.Meta) and each.title), msgspec.Meta())
    extra = meta.extra or {}
    choices = tuple(map(str, get_args(plain))) if plain not in (str, int, bool) else ()
    several = get_origin(plain) is tuple
    kinds = {str: "text", int: "number", bool: "check"}
    return Field(
        name=info.name,
        label=meta.title or info.name,
        label_en=meta.description or info.name,
        hint=extra.get("hint", ""),
        hint_en=extra.get("hint_en", ""),
        secret=bool(extra.get("secret")),
        long=bool(extra.get("long")) or several,
        kind="lines" if several else kinds.get(plain, "choice"),
        choices=() if several else choices,
        required=info.required,
        default=None if info.default is msgspec.NODEFAULT else info.default,
    )


def read(source: Described, given: Mapping[str, str], kept: Mapping[str, Any] | None = None) -> Any:
    """Return settings from texts, as a form or command gives them.

    ``kept`` are the stored ones: a secret that is left empty stays as it was. Errors: `SettingsError`.
    """
    values: dict[str, Any] = {}
    errors: dict[str, Slip] = {}
    known = fields(source)
    for name in given.keys() - {each.name for each in known}:
        errors[name] = Slip("没有这一项设置", "no such setting")
    for field in known:
        text = given.get(field.name)
        if text in (None, "") and field.secret and kept and kept.get(field.name):
            values[field.name] = unseal(kept[field.name])
        elif text is not None and (text or field.kind in ("check", "text", "lines")):
            values[field.name] = _value(field, text)
        if field.required and values.get(field.name) in (None, ""):
            errors[field.name] = Slip("必填", "required")
    errors |= {name: text for name, text in _slips(source, values).items() if name not in errors}
    if errors:
        raise SettingsError(errors)
    return msgspec.convert(values, source.settings, strict=False)


def _value(field: Field, text: str) -> Any:
    if field.kind == "check":
        return text.lower() in ("1", "true", "on", "yes", "是")
    if field.kind == "lines":
        return tuple(line.strip() for line in text.replace(",", "\n").splitlines() if line.strip())
    return text.strip()


def _slips(source: Described, values: Mapping[str, Any]) -> dict[str, Slip]:
    """Return what is wrong with each value taken alone."""
    hints = get_type_hints(source.settings, include_extras=True)
    slips: dict[str, Slip] = {}
    for name, value in values.items():
        try:
            msgspec.convert(value, hints[name], strict=False)
        except msgspec.ValidationError as slip:
            slips[name] = Slip("填写不合要求，请对照说明改正", str(slip))
    return slips


def stored(source: Described, settings: msgspec.Struct) -> dict[str, Any]:
    """Return settings as they are kept: JSON, every secret sealed with this home's key."""
    values: dict[str, Any] = msgspec.to_builtins(settings)
    secrets = {field.name for field in fields(source) if field.secret}
    return {name: _seal(value) if name in secrets and value else value for name, value in values.items()}


def opened(source: Described, kept: Mapping[str, Any]) -> Any:
    """Return settings from what is kept. Errors: `SourceError` ``source-settings``."""
    try:
        return msgspec.convert({name: unseal(value) for name, value in kept.items()}, source.settings)
    except (msgspec.ValidationError, InvalidToken):
        raise SourceError(
            "source-settings",
            "已存的设置读不出来，请重新填写",
            "the stored settings cannot be read; fill them in again",
        ) from None


def shown(source: Described, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings for eyes: every secret masked."""
    secrets = {field.name for field in fields(source) if field.secret}
    return {name: MASK if name in secrets and value else value for name, value in kept.items()}


def changed_names(source: Described, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return which settings differ; a secret is compared by what it says, since sealing it twice looks different."""
    names = [field.name for field in fields(source)]
    return [name for name in names if _told(before.get(name)) != _told(after.get(name))]


def _told(value: Any) -> Any:
    """Return what a stored value says; one that was sealed with another home's key says something else than any."""
    try:
        return unseal(value)
    except InvalidToken:
        return value


def _seal(value: str) -> str:
    return SEALED + _cipher().encrypt(value.encode()).decode("ascii")


def unseal(value: Any) -> Any:
    """Return a stored value as it was given."""
    if isinstance(value, str) and value.startswith(SEALED):
        return _cipher().decrypt(value[len(SEALED) :]).decode()
    return value


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret("sources").encode()).digest()))
