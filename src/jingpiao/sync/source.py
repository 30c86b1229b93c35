"""A source of invoices (来源): where they come from, how one visit collects them, how its health is told.

Members live in `jingpiao.sync.sources`. A member never touches the database: it is given its settings and the cursor, and
returns what one bounded visit brought; the runner (`jingpiao.sync.polling`) keeps data and cursor in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from fapiao.registry import Members

S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as the source handed it over (文件).

    ``known_at`` is when the source had it (default: when we collected it); ``tax_id`` the taxpayer whose file it is;
    ``note`` where it lay: a mail's subject, a path. ``kept_only`` ones are kept as they came and not read for invoices: the
    raw mail around its attachments.
    """

    name: str
    data: bytes
    known_at: datetime | None = None
    tax_id: str = ""
    note: str = ""
    kept_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What one visit brought, and the cursor after it (到件).

    ``lines`` are feed events (contract §5), ``documents`` files for import. ``more`` asks for the next visit at once;
    ``notes`` say in words what an operator should know (a gap asked for again, a file passed over); ``gaps`` name what
    is known to be missing still, after this visit.
    """

    cursor: str
    lines: tuple[bytes, ...] = ()
    documents: tuple[Document, ...] = ()
    more: bool = False
    notes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is, by looking (健康): a sentence in both languages, and how long it took to answer."""

    ok: bool
    message: str
    message_en: str
    took_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[S]):
    """One kind of source (来源). ``what`` says in one sentence when to choose it.

    ``settings`` is a frozen `msgspec.Struct` whose fields are described by `asks`: the form is built from it.
    ``collect(settings, cursor)`` makes one bounded visit and returns what came after ``cursor`` (empty at the first
    visit); it raises `SourceError` and must be safe to repeat, for whatever it returned may be lost before it is kept.
    ``None`` means that nothing is fetched: others bring it. ``acknowledge(settings, cursor)`` runs after the commit.
    ``feeds(settings)`` names the feeds that its lines may speak for; by default the connection's own alone.
    ``uploads`` offers a place for files on the connection's page.
    """

    key: str
    label: str
    label_en: str
    what: str
    what_en: str
    settings: type[S]
    collect: Callable[[S, str], Arrivals] | None
    probe: Callable[[S], Health]
    acknowledge: Callable[[S, str], None] | None = None
    feeds: Callable[[S], tuple[str, ...]] | None = None
    uploads: bool = False


SOURCES: Members[Source[Any]] = Members("jingpiao.sync.sources", "SOURCE", lambda member: member.key)


def asks(
    label: str, label_en: str, *, hint: str = "", hint_en: str = "", secret: bool = False, long: bool = False
) -> msgspec.Meta:
    """Describe a settings field for the form: ``url: Annotated[str, asks("接口地址", "Address")]``.

    ``secret`` values are stored, never shown again; ``long`` ones get a text area. Types: ``str``, ``int``, ``bool``,
    ``Literal[...]`` and ``tuple[str, ...]`` (one a line).
    """
    extra = {"hint": hint, "hint_en": hint_en, "secret": secret, "long": long}
    return msgspec.Meta(title=label, description=label_en, extra=extra)


@dataclass(frozen=True, slots=True)
class FailureKind:
    """One way in which a visit fails (来源故障): whether trying again helps, and what to do."""

    code: str
    title: str
    title_en: str
    next_step: str
    next_step_en: str
    retryable: bool


FAILURES: dict[str, FailureKind] = {
    kind.code: kind
    for kind in (
        FailureKind(
            "source-unreachable",
            "连不上来源",
            "The source cannot be reached",
            "系统会自动重试；若持续，请检查网络和地址",
            "It is tried again by itself; if it lasts, check network and address",
            True,
        ),
        FailureKind(
            "source-timeout",
            "来源没有按时答复",
            "The source did not answer in time",
            "系统会自动重试；若持续，请联系来源方",
            "It is tried again by itself; if it lasts, ask whoever runs the source",
            True,
        ),
        FailureKind(
            "source-busy",
            "来源正忙，要求稍后再来",
            "The source is busy and asks to come later",
            "系统会自动放慢后重试",
            "It is tried again, more slowly",
            True,
        ),
        FailureKind(
            "source-fault",
            "来源自身出错",
            "The source failed",
            "系统会自动重试；若持续，请联系来源方",
            "It is tried again by itself; if it lasts, ask whoever runs the source",
            True,
        ),
        FailureKind(
            "source-answer",
            "来源的答复不合约定",
            "The source's answer is not of the agreed form",
            "没有丢失任何数据；请把答复样本交给来源方核对",
            "Nothing was lost; show the answer to whoever runs the source",
            True,
        ),
        FailureKind(
            "source-cursor",
            "来源的游标倒退或失效",
            "The source's cursor went back or is no longer known",
            "系统会从最后确认的位置重新索取；重复的内容不会重复入库",
            "It is asked again from the last confirmed place; repeats change nothing",
            True,
        ),
        FailureKind(
            "source-too-large",
            "来源一次送来的内容过大",
            "The source sent too much at once",
            "请调小每次索取的条数或请来源方分批",
            "Ask for less at once, or have it sent in parts",
            False,
        ),
        FailureKind(
            "source-refused",
            "来源拒绝了我们的凭据",
            "The source refused our credentials",
            "请更新令牌或密码后恢复",
            "Renew the token or password, then resume",
            False,
        ),
        FailureKind(
            "source-not-found",
            "来源处没有这个地址、邮箱或文件夹",
            "There is no such address, mailbox or folder",
            "请核对设置后恢复",
            "Check the settings, then resume",
            False,
        ),
        FailureKind(
            "source-signature",
            "来源的签名核对不上",
            "The source's signature does not verify",
            "请向来源方核对公钥指纹，确认后再恢复；在此之前不会入库",
            "Compare the key's fingerprint with whoever runs it; nothing is taken in before",
            False,
        ),
        FailureKind(
            "source-address",
            "不允许连接这个地址",
            "This address may not be connected to",
            "只能连接公网地址；内网地址须由管理员列入 JINGPIAO_OUTBOUND_ALLOW",
            "Only public addresses; a private one must be listed in JINGPIAO_OUTBOUND_ALLOW",
            False,
        ),
        FailureKind(
            "source-settings",
            "来源的设置不完整或不合要求",
            "The source's settings are incomplete or wrong",
            "请按提示改正设置",
            "Correct the settings as the message says",
            False,
        ),
    )
}


class SourceError(Exception):
    """A visit that failed (来访失败): a code of `FAILURES`, and one sentence in both languages of what happened here.

    Given in English alone, as libraries tell it, it stands in brackets behind the code's own Chinese title.
    ``wait_seconds`` is how long the source asked to be left alone, where it said so.
    """

    def __init__(
        self, code: str, message: str = "", message_en: str = "", *, wait_seconds: float | None = None
    ) -> None:
        self.kind = FAILURES[code]
        self.code = code
        self.message = message or (f"{self.kind.title}（{message_en}）" if message_en else self.kind.title)
        self.message_en = message_en or (message if message else self.kind.title_en)
        self.wait_seconds = wait_seconds
        super().__init__(f"{code}: {self.message}")

    @property
    def retryable(self) -> bool:
        """Whether trying again can help without anybody's doing."""
        return self.kind.retryable
