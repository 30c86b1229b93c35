"""A shape (数据结构): one thing that other programs send or get, published as a JSON Schema made from its struct.

Members live in `jingpiao.api.shapes`, each a family: a module whose ``SHAPES`` lists what belongs together. Code and schema
cannot drift apart, because the schema is made from the struct; the tests hold the structs and the contract together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec
import msgspec.inspect

from fapiao.registry import Members
from jingpiao.api.meanings import meant

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHERE = "/api/v1/schemas/"
MONEY = r"^-?\d+(\.\d{1,13})?$"
"""Decimal texts: money has two places, quantities and prices up to 13."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """One published shape (公布的数据结构).

    ``example`` gives an example as the structs tell it, so that it can never be out of date. ``more`` is what a struct
    cannot say, as schema keywords. ``others`` are what may stand in its place.
    """

    name: str
    title: str
    title_en: str
    type: Any
    others: tuple[Any, ...] = ()
    example: Callable[[], Any] | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where its schema is published."""
        return f"{WHERE}{self.name}.json"


FAMILIES: Members[tuple[Shape, ...]] = Members("jingpiao.api.shapes", "SHAPES", lambda family: family[0].name)


@lru_cache(maxsize=1)
def shapes() -> dict[str, Shape]:
    """Return every published shape by name."""
    return {each.name: each for family in FAMILIES.values() for each in family}


@lru_cache(maxsize=1)
def components() -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Return the schema of each shape by its name, and of every struct that they use; they point at ``#/components``."""
    told, used = _schemas(list(shapes().values()), "#/components/schemas/{name}")
    return dict(zip(shapes(), told, strict=True)), used


@lru_cache(maxsize=256)
def schema_of(shape: Shape) -> dict[str, Any]:
    """Return one shape's schema as a document of its own."""
    [told], used = _schemas([shape], "#/$defs/{name}")
    return {"$schema": DIALECT, "$id": shape.address} | told | {"$defs": used}


def _schemas(wanted: Sequence[Shape], place: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    types = [each for shape in wanted for each in (shape.type, *shape.others)]
    made, used = msgspec.json.schema_components(types, ref_template=place)
    moments = _moments(types)
    for name, struct in used.items():
        _finish(name, struct, moments.get(name, frozenset()))
    rest = iter(made)
    told = []
    for shape in wanted:
        own = [next(rest) for _ in (shape.type, *shape.others)]
        told.append(_titled(shape, own[0] if len(own) == 1 else {"anyOf": own}))
    return told, used


def example_of(shape: Shape) -> Any:
    """Return a shape's example as JSON values, ``None`` where it has none."""
    return None if shape.example is None else msgspec.to_builtins(shape.example())


def _titled(shape: Shape, schema: dict[str, Any]) -> dict[str, Any]:
    told = {"title": f"{shape.title} {shape.title_en}", **schema, **shape.more}
    example = example_of(shape)
    return told if example is None else told | {"examples": [example]}


def _finish(struct: str, schema: dict[str, Any], moments: Collection[str]) -> None:
    """Add what `msgspec` leaves out: how a decimal or a moment is written, and what each field means."""
    for name, value in schema.get("properties", {}).items():
        _decimals(value)
        if name in moments:
            text = next(each for each in (value, *value.get("anyOf", ())) if each.get("type") == "string")
            text["format"] = "date-time"
        words = meant(struct, name)
        if words:
            value["description"] = words


def _moments(types: Sequence[Any]) -> dict[str, set[str]]:
    """Return which fields of each struct are moments: they carry an offset, so that RFC 3339 can be promised."""
    found: dict[str, set[str]] = {}
    waiting: list[Any] = list(msgspec.inspect.multi_type_info(types))
    while waiting:
        told = waiting.pop()
        if isinstance(told, msgspec.inspect.StructType):
            if told.cls.__name__ in found:
                continue
            found[told.cls.__name__] = {each.encode_name for each in told.fields if _is_moment(each.type)}
            waiting += [each.type for each in told.fields]
        else:
            waiting += _inside(told)
    return found


def _is_moment(told: Any) -> bool:
    if isinstance(told, msgspec.inspect.UnionType):
        return any(_is_moment(each) for each in told.types)
    return isinstance(told, msgspec.inspect.DateTimeType)


def _inside(told: Any) -> list[Any]:
    """Return the types that a union, a list, a tuple, a mapping or an annotated type holds."""
    parts = [getattr(told, name, None) for name in ("type", "item_type", "key_type", "value_type")]
    several = (*getattr(told, "types", ()), *getattr(told, "item_types", ()))
    return [each for each in (*parts, *several) if isinstance(each, msgspec.inspect.Type)]


def _decimals(schema: Any) -> None:
    if isinstance(schema, list):
        for each in schema:
            _decimals(each)
    elif isinstance(schema, dict):
        if schema.get("format") == "decimal":
            schema["pattern"] = MONEY
        for each in schema.values():
            _decimals(each)
