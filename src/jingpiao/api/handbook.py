"""The handbook (接口手册): the OpenAPI document and the schemas as ``docs/api.md``, so that the page can never be out of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jingpiao.api.browsing import groups
from jingpiao.api.codes import CATALOGUES
from jingpiao.api.declaring import CSV
from jingpiao.api.fields import Field, fields_of_struct, type_word
from jingpiao.api.shape import Shape, schema_of, shapes

HEAD = """# HTTP API 接口手册

<!-- Written by `tools/write-reference`; change the declarations, not this page. -->

Under `/api/v1`: OpenAPI 3.1 at `/api/v1/openapi.json`, browsable at `/api/v1/docs`, JSON Schemas at `/api/v1/schemas/`. Tokens go
in `Authorization: Bearer` and are made with `jingpiao token`. Money is decimal text, times carry an offset, what is not known
is `null`. Fields may be added; none listed here is renamed, removed or given another meaning. Every error is
`application/problem+json`; its codes are explained in [reference.md](reference.md).

接口在 `/api/v1` 下：OpenAPI 3.1 见 `/api/v1/openapi.json`，网页见 `/api/v1/docs`，JSON Schema 见 `/api/v1/schemas/`。令牌放在
`Authorization: Bearer`，用 `jingpiao token` 生成。金额是十进制文本，时间带时区，不知道的值是 `null`。字段只增不减、不改名、不改含义。
每个错误都是 `application/problem+json`。
"""
LISTS = {
    "causes": "原因 Causes",
    "actors": "由谁处理 Actors",
    "existence": "是否找到 Existence",
    "agreement": "是否一致 Agreement",
    "validity": "发票状态 Validity",
    "coverage": "来源状态 States of a feed",
    "lookup": "查询入口 Lookup",
    "kinds": "票种 Kinds",
    "functions": "公告涉及的功能 Functions",
    "components": "故障部位 Components",
    "row results": "逐行结果 Row results",
    "import results": "导入结论 Import results",
}


def handbook(document: dict[str, Any]) -> str:
    """Return the whole page as Markdown."""
    lines = [HEAD, *_routes(document), "## 数据结构 Schemas", ""]
    seen: set[str] = set()
    for shape in shapes().values():
        lines += _schema(shape, seen)
    lines += ["## 代码 Codes", "", "| 代码表 List | 代码 Codes |", "|---|---|"]
    lines += [
        f"| {LISTS[name]} | {' '.join(f'`{code}`' for code in codes)} |" for name, codes in CATALOGUES.items()
    ]
    return "\n".join(lines) + "\n"


def _routes(document: dict[str, Any]) -> Iterator[str]:
    for group in groups(document):
        yield from (f"## {group['label']} {group['label_en'].capitalize()}", "")
        for each in group["operations"]:
            yield from _route(each)


def _route(each: dict[str, Any]) -> Iterator[str]:
    yield from (
        f"### `{each['method']} {each['path']}`",
        "",
        f"{each['words']} {_plain(each['words_en'])}",
        "",
    )
    yield f"- 令牌 Token: {', '.join(each['roles']) or '—'}"
    names = [f"`{parameter['name']}`" for parameter in each["parameters"] if parameter["place"] != "path"]
    if names:
        yield f"- 参数 Parameters: {', '.join(names)}"
    if each["body"]:
        yield f"- 请求 Request: {_told(each['body'])}"
    good = [f"{reply['status']} {_told(reply)}" for reply in each["replies"] if not reply["codes"]]
    yield f"- 答复 Replies: {'; '.join(good)}"
    codes = [f"`{slip['code']}`" for reply in each["replies"] for slip in reply["codes"]]
    yield f"- 错误 Problems: {', '.join(codes) or '—'}"
    yield ""


def _plain(words: str) -> str:
    """Return a docstring as one paragraph of Markdown."""
    return " ".join(words.split()).replace("``", "`")


def _told(body: dict[str, Any]) -> str:
    if not body["media"]:
        return "—"
    link = f" [{body['shape']}](#{body['shape']})" if body["shape"] else ""
    return f"`{body['media']}`{link}" + (f" ({body['words_en']})" if body["media"] == CSV else "")


def _schema(shape: Shape, seen: set[str]) -> Iterator[str]:
    """Yield a shape with the structs that no shape before it has shown."""
    yield from (f"### {shape.name}", "", f"{shape.title} / {shape.title_en}: `{shape.address}`", "")
    schema = schema_of(shape)
    known, root = schema["$defs"], schema.get("$ref", "").rpartition("/")[2]
    if not root:
        yield from (f"任一 One of: {' / '.join(f'`{name}`' for name in type_word(schema).split(' | '))}", "")
    for struct in sorted(known, key=lambda name: name != root):
        fields = fields_of_struct(struct, known)
        if fields and struct not in seen:
            seen.add(struct)
            yield from (f"`{struct}`", "", "| 字段 Field | 类型 Type | 含义 Meaning |", "|---|---|---|")
            yield from (_row(field) for field in fields)
            yield ""


def _row(field: Field) -> str:
    must = " *" if field.required else ""
    kind = field.type.replace(" | ", " or ")
    return f"| `{field.name}`{must} | {kind if len(kind) < 60 else '代码 code'} | {field.words} {field.words_en} |"
