"""Declaring (接口声明): what a route takes, gives and refuses, said beside it for the OpenAPI document.

Each room's ``api.py`` says it with `says`; `tests/house` refuses a route that says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingpiao.api.problem import problem_of, status_of

JSON, LINES, CSV = "application/json", "application/jsonl", "text/csv"
PROBLEM = "application/problem+json"
ALWAYS = ("internal", "unavailable")
"""What any route that asks the database can end in."""
BEARER = "bearer"
PLACE = "#/components/schemas/"


def both(chinese: str, english: str) -> dict[str, Any]:
    """Return a description in both languages: as one text for any reader, and apart for our own page."""
    return {"description": f"{chinese} {english}", "x-words": [chinese, english]}


KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    **both(
        "重复的请求给出第一次的答复，错误也一样；同一个键换了内容会被拒绝（409）。",
        "A repeat gives the first reply, errors included; other content under the same key is refused (409).",
    ),
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds (内容): its media type, its schema, and what else there is to say."""

    media: str
    schema: dict[str, Any]
    words: tuple[str, str] = ("成功。", "As asked.")
    headers: tuple[tuple[str, tuple[str, str]], ...] = ()


def one(shape: str, media: str = JSON) -> Content:
    """Return JSON of one published shape."""
    return Content(media, {"$ref": f"{PLACE}{shape}"})


def lines(shape: str, *, headers: Mapping[str, tuple[str, str]] | None = None) -> Content:
    """Return JSON Lines of a published shape: one object a line, streamed."""
    words = ("JSON Lines：每行一个对象。", "JSON Lines: one object a line.")
    return Content(LINES, {"$ref": f"{PLACE}{shape}"}, words, tuple((headers or {}).items()))


def table(*columns: str) -> Content:
    """Return CSV with these columns."""
    names = ", ".join(columns)
    return Content(CSV, {"type": "string"}, (f"CSV，列：{names}", f"CSV with the columns {names}"))


def text(media: str, name: str) -> Content:
    """Return text of some other kind, by the name of its standard."""
    return Content(media, {"type": "string"}, (name, name))


def uploads() -> Content:
    """Return files sent as a form."""
    files = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
    schema = {"type": "object", "properties": {"file": files}, "required": ["file"]}
    return Content("multipart/form-data", schema, ("一个或多个文件。", "One or more files."))


def says(
    chinese: str,
    *,
    gives: Mapping[int, Content | None],
    takes: Content | None = None,
    refuses: Sequence[str] = (),
    who: Sequence[str] = (),
    keyed: bool = False,
    always: Sequence[str] = ALWAYS,
) -> dict[str, Any]:
    """Return what the OpenAPI document says of a route.

    ``chinese`` is its sentence in Chinese; ``gives`` the good replies by status; ``refuses`` the codes it can end in besides
    ``always``; ``who`` the roles of the tokens that open it, empty where none is needed; ``keyed``: takes an Idempotency-Key.
    """
    codes = [*refuses, *(("conflict", "in-progress") if keyed else ()), *always]
    told: dict[str, Any] = {
        "x-description-zh": chinese,
        "x-roles": list(who),
        "responses": {**{status: _given(content) for status, content in gives.items()}, **_refused(codes)},
        "security": [{BEARER: []}] if who else [{}, {BEARER: []}],
    }
    if takes:
        told["requestBody"] = {"required": True, "content": _content(takes), **both(*takes.words)}
    if keyed:
        told["parameters"] = [KEY_HEADER]
    return told


def _content(content: Content) -> dict[str, Any]:
    return {content.media: {"schema": content.schema}}


def _given(content: Content | None) -> dict[str, Any]:
    if content is None:
        return both("已完成，没有内容。", "Done; there is nothing to say.")
    told = {**both(*content.words), "content": _content(content)}
    if content.headers:
        told["headers"] = {
            name: {"schema": {"type": "string"}, **both(*words)} for name, words in content.headers
        }
    return told


def _refused(codes: Sequence[str]) -> dict[int, Any]:
    """Return the problem replies, one a status, with an example for every code that has it."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(status_of(code), []).append(code)
    return {status: _problem(found) for status, found in sorted(by_status.items())}


def _problem(codes: Sequence[str]) -> dict[str, Any]:
    bodies = {code: problem_of(code) for code in codes}
    content = {
        "schema": {"$ref": f"{PLACE}problem"},
        "examples": {code: {"summary": body["title"], "value": body} for code, body in bodies.items()},
    }
    words = "; ".join(f"`{code}` {body['title']} {body['detail']}" for code, body in bodies.items())
    return {"description": words, "content": {PROBLEM: content}, "x-codes": list(codes)}
