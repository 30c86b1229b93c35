"""The reference page (接口文档页): the OpenAPI document as plain HTML of our own, without scripts and without any other host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from jingpiao.api.declaring import PLACE, PROBLEM
from jingpiao.api.document import TAGS
from jingpiao.api.fields import fields_of
from jingpiao.api.shape import Shape, example_of, shapes


class ReferencePage(DocsBase):
    """The page at ``/api/v1/docs`` (接口文档页)."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Return the page."""
        document = api.get_openapi_schema(path_params=kwargs)
        context = {"document": document, "groups": groups(document), "shapes": list(_shapes())}
        return render(request, "api/reference.html", context)


def groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the routes ready to show, by what they are of."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TAGS}
    for path, route in document["paths"].items():
        for method, operation in route.items():
            found[operation["tags"][0]].append(_shown(path, method, operation))
    return [
        {"key": name, "label": TAGS[name][0], "label_en": TAGS[name][1], "operations": operations}
        for name, operations in found.items()
        if operations
    ]


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    english, _, chinese = operation["summary"].rpartition(" / ")
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": chinese,
        "summary_en": english,
        "words": operation.get("x-description-zh", ""),
        "words_en": operation.get("description", ""),
        "roles": operation.get("x-roles", ()),
        "parameters": [_parameter(each) for each in operation["parameters"]],
        "body": _body(operation["requestBody"]) if "requestBody" in operation else None,
        "replies": [_reply(status, each) for status, each in operation["responses"].items()],
    }


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    chinese, english = told.get("x-words", ("", ""))
    return {
        "name": told["name"],
        "place": told["in"],
        "required": told["required"],
        "words": chinese,
        "words_en": english,
    }


def _body(told: dict[str, Any]) -> dict[str, Any]:
    chinese, english = told.get("x-words", ("", ""))
    [(media, content)] = told["content"].items() if told.get("content") else [("", {})]
    name = content.get("schema", {}).get("$ref", "").removeprefix(PLACE) if content else ""
    return {"media": media, "shape": name, "words": chinese, "words_en": english}


def _reply(status: str, told: dict[str, Any]) -> dict[str, Any]:
    problems = told.get("content", {}).get(PROBLEM, {}).get("examples", {})
    codes = [{"code": code, **each["value"]} for code, each in problems.items()]
    return {"status": status, "codes": codes, **_body(told)}


def _pretty(shape: Shape) -> str:
    example = example_of(shape)
    return "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)


def _shapes() -> Iterator[dict[str, Any]]:
    for shape in shapes().values():
        yield {
            "name": shape.name,
            "title": shape.title,
            "title_en": shape.title_en,
            "address": shape.address,
            "fields": fields_of(shape),
            "example": _pretty(shape),
        }
