"""The API of the published schemas (数据结构接口): an index, and each as a document of its own."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from jingpiao.api.declaring import one, says, text
from jingpiao.api.problem import ApiProblem
from jingpiao.api.shape import schema_of, shapes
from jingpiao.api.shapes.problem import ListedSchema, SchemaIndex

router = Router(tags=["schemas"])
SCHEMA = "application/schema+json"


@router.get(
    "/schemas/",
    summary="the published schemas / 数据结构目录",
    openapi_extra=says("列出所有公布的数据结构。", gives={200: one("schemas")}, always=()),
)
def index(request: HttpRequest) -> HttpResponse:
    """List every published JSON Schema with its address; no token needed."""
    listed = tuple(
        ListedSchema(name=each.name, title=each.title, title_en=each.title_en, address=each.address)
        for each in shapes().values()
    )
    return HttpResponse(msgspec.json.encode(SchemaIndex(schemas=listed)), content_type="application/json")


@router.get(
    "/schemas/{name}.json",
    summary="one JSON Schema / 一个数据结构",
    openapi_extra=says(
        "给出一个数据结构的 JSON Schema（2020-12），自成一体。",
        gives={200: text(SCHEMA, "JSON Schema 2020-12")},
        refuses=("not-found",),
        always=(),
    ),
)
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """Give one JSON Schema (draft 2020-12), whole in itself; no token needed."""
    shape = shapes().get(name)
    if shape is None:
        raise ApiProblem("not-found")
    return HttpResponse(msgspec.json.encode(schema_of(shape)), content_type=SCHEMA)
