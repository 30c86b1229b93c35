"""Problems and the index (错误回复与目录) as they are published."""

from __future__ import annotations

import msgspec

from jingpiao.api.shape import Shape


class HttpProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Every HTTP error (错误回复, RFC 9457): a stable code, a Chinese title, an English detail."""

    type: str
    status: int
    code: str
    title: str
    detail: str
    retryable: bool
    request_id: str | None


class ListedSchema(msgspec.Struct, frozen=True, kw_only=True):
    """One published schema in the index (目录条目)."""

    name: str
    title: str
    title_en: str
    address: str


class SchemaIndex(msgspec.Struct, frozen=True, kw_only=True):
    """All published schemas (数据结构目录)."""

    schemas: tuple[ListedSchema, ...]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it works (健康)."""

    ok: bool


class ReceiptKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that receipts verify against (回执公钥, RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str


class KeySet(msgspec.Struct, frozen=True, kw_only=True):
    """All public keys, those of earlier times too (公钥集, RFC 7517)."""

    keys: tuple[ReceiptKey, ...]


def _problem() -> HttpProblem:
    return HttpProblem(
        type="/docs/errors/not-found",
        status=404,
        code="not-found",
        title="没有这个地址或记录",
        detail="There is nothing at this address.",
        retryable=False,
        request_id="5f3c1b2a9d8e7f60",
    )


def _index() -> SchemaIndex:
    listed = ListedSchema(name="claim", title="提问", title_en="Claim", address="/api/v1/schemas/claim.json")
    return SchemaIndex(schemas=(listed,))


def _keys() -> KeySet:
    key = ReceiptKey(kty="OKP", crv="Ed25519", x="11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", kid="2026-11")
    return KeySet(keys=(key,))


SHAPES = (
    Shape(name="problem", title="错误回复", title_en="Problem", type=HttpProblem, example=_problem),
    Shape(
        name="schemas", title="数据结构目录", title_en="Index of schemas", type=SchemaIndex, example=_index
    ),
    Shape(name="health", title="健康", title_en="Health", type=Health, example=lambda: Health(ok=True)),
    Shape(name="key-set", title="公钥集", title_en="Key set", type=KeySet, example=_keys),
)
