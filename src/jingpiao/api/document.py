"""The OpenAPI document (接口文档): every route, with what it takes, gives and refuses, and the schemas that it points at."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from jingpiao.api.declaring import BEARER, PLACE, one, says, text
from jingpiao.api.shape import components, example_of, shapes

DESCRIPTION = (
    "查发票，或者凭证据说明为什么查不到、什么时候能查到、该怎么办。 Finds an invoice, or says with evidence why it is not there,"
    " when it will be and what to do. 数据结构 Schemas: /api/v1/schemas/"
)
TAGS = {
    "checks": ("查验", "questions and their answers"),
    "imports": ("导入", "files brought into the ledger"),
    "invoices": ("台账", "the ledger"),
    "quarantine": ("隔离区", "what was set aside"),
    "feeds": ("来源", "what sources deliver"),
    "status": ("状态", "feeds, incidents, announcements"),
    "federation": ("联邦", "other Jingpiao platforms"),
    "schemas": ("数据结构", "published schemas"),
    "operation": ("运行", "health, metrics, keys"),
}
SECURITY = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "`jingpiao token` 生成的令牌。 A token made with `jingpiao token`.",
    }
}


def _outside(summary: str, english: str, chinese: str, **what: Any) -> dict[str, Any]:
    told = says(chinese, **what)
    name = summary.split(" / ")[0].replace(" ", "_")
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "description": english,
            "parameters": [],
            "tags": ["operation"],
            **told,
        }
    }


def outside() -> dict[str, Any]:
    """Return the doors that stand outside ``/api/v1`` and belong to the interface all the same."""
    return {
        "/healthz": _outside(
            "alive / 存活",
            "Say that the process lives.",
            "说明进程在运行。",
            gives={200: one("health")},
            always=(),
        ),
        "/readyz": _outside(
            "ready / 就绪",
            "Say whether the database answers.",
            "说明数据库是否应答；不应答时 503。",
            gives={200: one("health"), 503: one("health")},
            always=(),
        ),
        "/metrics": _outside(
            "metrics / 指标",
            "Give the figures of this process and of every feed as Prometheus text.",
            "以 Prometheus 文本给出本进程和各来源的指标。",
            gives={200: text("text/plain", "Prometheus text 0.0.4")},
            who=("operator",),
            refuses=("unauthorized", "forbidden"),
        ),
        "/.well-known/jwks.json": _outside(
            "receipt keys / 回执公钥",
            "Publish the keys that receipts verify against.",
            "公布验证回执用的公钥。",
            gives={200: one("key-set", "application/jwk-set+json")},
        ),
    }


class PublishedAPI(NinjaAPI):
    """The HTTP API with a whole document (公布的接口)."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """Return the document: ninja's list of routes, completed from what each route says and from the shapes."""
        told = super().get_openapi_schema(**given)
        told["info"]["description"] = DESCRIPTION
        told["paths"].update(outside())
        told["tags"] = [{"name": name, "description": f"{zh} {en}"} for name, (zh, en) in TAGS.items()]
        told["components"] = {"schemas": published(), "securitySchemes": SECURITY}
        for route in told["paths"].values():
            for operation in route.values():
                _complete(operation)
        return told


def published() -> dict[str, Any]:
    """Return the schemas of the document: each shape under its name, with where it is published, and all structs."""
    roots, used = components()
    told = {
        name: schema | {"externalDocs": {"url": shapes()[name].address}} for name, schema in roots.items()
    }
    return told | used


def _complete(operation: dict[str, Any]) -> None:
    """Drop the bare 200 that ninja adds where another reply is declared, and put examples beside the schemas."""
    replies = operation["responses"]
    if 200 in replies and "content" not in replies[200] and len(replies) > 1:
        del replies[200]
    operation["responses"] = {str(status): reply for status, reply in sorted(replies.items())}
    for body in (operation.get("requestBody"), *operation["responses"].values()):
        for content in (body or {}).get("content", {}).values():
            _exemplify(content)


def _exemplify(content: dict[str, Any]) -> None:
    name = content["schema"].get("$ref", "").removeprefix(PLACE)
    if "examples" in content or name not in shapes():
        return
    example = example_of(shapes()[name])
    if example is not None:
        content["example"] = example
