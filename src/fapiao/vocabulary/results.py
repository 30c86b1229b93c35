"""Results of a verification (查验结果), normalised over all channels: the classes that must never be turned into each other."""

from __future__ import annotations

import msgspec


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One class of result (结果类别).

    ``definite`` answers speak of the invoice and are kept; ``closed`` says that the service itself cannot be asked now;
    ``retryable`` ones may be asked again within seconds, all others never.
    """

    code: str
    label: str
    label_en: str
    definite: bool = False
    closed: bool = False
    retryable: bool = False


_ROWS = (
    Result(code="match", label="查验一致", label_en="It is there and agrees", definite=True),
    Result(code="mismatch", label="信息不一致", label_en="Something does not agree", definite=True),
    Result(code="not-found", label="查无此票", label_en="It is not there", definite=True),
    Result(code="quota", label="今天的查验次数已用完", label_en="Today's asks are used up"),
    Result(code="same-day", label="当日开具的票还不能查验", label_en="Issued today: not offered yet"),
    Result(code="outside-window", label="超出可查验的年限", label_en="Older than what is kept"),
    Result(code="not-entitled", label="没有查验权限", label_en="Not entitled to ask"),
    Result(code="bad-request", label="填写不合要求", label_en="What was asked is not well formed"),
    Result(code="maintenance", label="税局维护，暂时不能查验", label_en="Under maintenance", closed=True),
    Result(code="credentials", label="服务凭据失效", label_en="Our credentials were refused", closed=True),
    Result(code="allowance", label="服务的总额度已用完", label_en="Our allowance is used up", closed=True),
    Result(code="transient", label="服务一时没有答复", label_en="No answer just now", retryable=True),
)
RESULTS: dict[str, Result] = {row.code: row for row in _ROWS}
