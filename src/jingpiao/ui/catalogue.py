"""The catalogue (代码说明): every code that an answer or a refusal can carry, explained: what it means, what to do, an example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from fapiao.cause import CAUSES
from fapiao.check import CHECKS
from fapiao.errors import ERRORS
from jingpiao.api.problem import PROBLEMS, problem_of
from jingpiao.ui.templatetags.words import ACTORS


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One code explained (一条代码说明), in both languages. ``example`` is JSON as it is really sent."""

    code: str
    title: str
    title_en: str
    step: str
    step_en: str
    meaning: str = ""
    meaning_en: str = ""
    facts: tuple[tuple[str, str, str, str], ...] = ()
    example: str = ""


_STEPS = {
    "unauthorized": (
        "请在请求头里带上令牌：Authorization: Bearer …；令牌用 jingpiao token 发放。网页上请先登录",
        "Send a token: Authorization: Bearer …, made with jingpiao token. On the pages, sign in first",
    ),
    "forbidden": (
        "这个令牌的角色不能做这件事；请换用合适角色的令牌",
        "This token's role may not do that: use a token of the right role",
    ),
    "not-found": ("请核对地址里的编号；撤下的不再提供", "Check the id in the address"),
    "method-not-allowed": (
        "请看回复的 Allow 头，换用那里列出的方法",
        "Use one of the methods that the Allow header lists",
    ),
    "conflict": (
        "同一个 Idempotency-Key 只能配同样的内容；新的请求请换一个键",
        "One Idempotency-Key goes with one content: take a new key for a new request",
    ),
    "in-progress": (
        "同一请求还在处理；过几秒用同一个键再问一次",
        "Ask again with the same key in a few seconds",
    ),
    "answer-expired": (
        "请用 POST /api/v1/checks 或首页重新查询；保存过的回执仍可离线核验",
        "Ask again with POST /api/v1/checks or on the home page; a saved receipt still verifies offline",
    ),
    "watch-limit": (
        "等一张到了，或用 DELETE /api/v1/checks/{id}/watch（网页上按“停止守候”）停掉一个，再守候这一张",
        "Wait until one has come, or stop one with DELETE /api/v1/checks/{id}/watch or on its page, then watch this one",
    ),
    "too-large": ("请拆成几次发送；一次最多 64 MB", "Send it in parts: at most 64 MB at once"),
    "invalid": (
        "请对照接口说明改正 detail 里指出的字段",
        "Correct the field that detail names, as the reference says",
    ),
    "rate-limited": (
        "请等 Retry-After 头里的秒数再试；大批量请用批量接口",
        "Wait the seconds of Retry-After; use the batch route for many",
    ),
    "internal": (
        "这边出了错，已记录；稍后再试，仍不行请把 request_id 告诉运维",
        "It was logged here; try later, and tell the operator the request_id if it stays",
    ),
    "unavailable": (
        "数据库暂时连不上；等 Retry-After 头里的秒数再试，没有丢失任何东西",
        "Wait the seconds of Retry-After and try again; nothing is lost",
    ),
    "paused": (
        "运维暂停了这个来源；请留好数据，等 Retry-After 头里的秒数后再送",
        "An operator paused this source: keep the events and send them again after Retry-After",
    ),
    "storage-full": (
        "存储空间满了；请联系运维，之后原样重发",
        "Tell the operator; send the same again later",
    ),
}


def errors() -> dict[str, Entry]:
    """Return every error code: those of the API, then those of files, numbers and texts."""
    told = {
        code: Entry(
            code=code,
            title=kind.title,
            title_en=kind.detail,
            step=_STEPS[code][0],
            step_en=_STEPS[code][1],
            facts=_facts(code),
            example=_json(problem_of(code)),
        )
        for code, kind in PROBLEMS.items()
    }
    for code, slip in ERRORS.items():
        told.setdefault(
            code,
            Entry(
                code=code,
                title=slip.title,
                title_en=slip.title_en,
                step=slip.next_step,
                step_en=slip.next_step_en,
                facts=_facts(code),
                example=_json(problem_of(code)),
            ),
        )
    return told


def _facts(code: str) -> tuple[tuple[str, str, str, str], ...]:
    told = problem_of(code)
    again = ("可以", "yes") if told["retryable"] else ("不用，先改正", "no: correct it first")
    status = str(told["status"])
    return (("HTTP 状态", "HTTP status", status, status), ("原样再试", "Try the same again", *again))


def causes() -> dict[str, Entry]:
    """Return every cause of an invoice that is missing or in the way."""
    return {
        code: Entry(
            code=code,
            title=cause.label,
            title_en=cause.label_en,
            step=cause.remedy,
            step_en=cause.remedy_en,
            meaning=cause.meaning,
            meaning_en=cause.meaning_en,
            facts=(("由谁处理", "Who acts", *ACTORS[cause.actor]),),
            example=_json(
                {
                    "code": code,
                    "label": cause.label,
                    "probability": 0.83,
                    "remedy": cause.remedy,
                    "actor": cause.actor,
                    "recheck_at": None,
                }
            ),
        )
        for code, cause in CAUSES.items()
    }


def checks() -> dict[str, Entry]:
    """Return every check that an invoice is put to."""
    return {
        code: Entry(
            code=code,
            title=check.label,
            title_en=check.label_en,
            step="校验说的是“需要看一下”，不是说发票是假的；请对照票面核对，有出入请销方说明",
            step_en="It means that something needs a look, never a fake: compare with the face, and ask the seller",
            meaning=check.meaning,
            meaning_en=check.meaning_en,
            facts=(
                ("依据", "Source", check.source, check.source),
                ("适用于这天起开具的", "For invoices issued from", _day(check.since), _day(check.since)),
            ),
            example=_json({"code": code, "path": "total", "severity": "warning", "message": check.label}),
        )
        for code, check in CHECKS.items()
    }


def _day(value: date) -> str:
    return value.isoformat() if value.year > 1900 else "—"


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


CATALOGUES: dict[str, tuple[str, str, Callable[[], dict[str, Entry]]]] = {
    "errors": ("错误代码", "Error codes", errors),
    "causes": ("原因代码", "Causes", causes),
    "checks": ("校验代码", "Checks", checks),
}
"""What is explained (代码目录) by its place under ``/docs/``."""
