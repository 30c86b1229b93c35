"""Fields (字段): a published shape's fields as rows, for the reference page and the written reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jingpiao.api.meanings import meaning
from jingpiao.api.shape import Shape, schema_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field (字段): its name, its type in a word, whether it must be there, and what it means."""

    name: str
    type: str
    required: bool
    words: str
    words_en: str


def fields_of(shape: Shape) -> list[Field]:
    """Return the fields of a shape; nothing for one that is a choice between several."""
    schema = schema_of(shape)
    struct = schema.get("$ref", "").rpartition("/")[2]
    return fields_of_struct(struct, schema["$defs"]) if struct else []


def fields_of_struct(struct: str, known: dict[str, Any]) -> list[Field]:
    """Return the fields of one struct of a schema."""
    schema = known[struct]
    return [
        Field(
            name=name,
            type=type_word(value),
            required=name in schema.get("required", ()),
            words=meaning(struct, name)[0],
            words_en=meaning(struct, name)[1],
        )
        for name, value in schema.get("properties", {}).items()
    ]


def type_word(schema: dict[str, Any]) -> str:
    """Return a type in a word: ``string``, ``date``, ``decimal``, ``Party``, ``Line[]``, ``a | b``, with ``| null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(type_word(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if "prefixItems" in schema:
        return f"[{', '.join(type_word(each) for each in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        return f"{type_word(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type") or "any")
