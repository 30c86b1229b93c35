"""Why a line could not be read (读不懂的原因), in both languages; what the reader itself says is English."""

from __future__ import annotations

import re

import msgspec

_WORDS: tuple[tuple[str, str], ...] = (
    (r"longer than (.+) MB", "超过 {0} MB"),
    (r"not JSON: JSON is malformed: .+\(byte (\d+)\)", "不是 JSON：第 {0} 个字节起写法不对"),
    (r"not JSON: Input data was truncated", "不是 JSON：没有写完，可能只收到一半"),
    (r"not JSON: (.+)", "不是 JSON（{0}）"),
    (r"nested deeper than (.+) levels", "嵌套超过 {0} 层"),
    (r"not a JSON object", "不是 JSON 对象"),
    (r"unknown type (.+)", "没有 {0} 这种事件"),
    (r"no feed", "没有写明来源（feed）"),
    (r"(.+) is this platform's own name", "{0} 是本平台自己的名字，来源不能用"),
    (r"feed (.+) may not speak here, only (.+)", "来源 {0} 不能在这里发言，这里只收 {1}"),
    (r"no at", "没有写明时间（at）"),
    (r"(.+) without (.+)", "{0} 事件缺少 {1}"),
    (r"invoice is not an object", "invoice 不是对象"),
    (r"claim is not an object", "claim 不是对象"),
    (r"unknown state (.+)", "没有 {0} 这种状态"),
    (r"(.+) is not a time: (.+)", "{0} 不是时间：{1}"),
    (r"(.+) has no offset: (.+)", "{0} 没有时区：{1}"),
    (r"(.+) is before (.+): (.+)", "{0} 早于 {1} 年：{2}"),
    (r"(.+) is beyond (.+): (.+)", "{0} 晚于 {1} 年：{2}"),
    (r"(.+) is not a count: (.+)", "{0} 不是数目：{1}"),
    (r"not a date: (.+)", "不是日期：{0}"),
    (r"(.+) is not a date: (.+)", "{0} 不是日期：{1}"),
    (r"export belongs to a watermark", "export 只能写在 watermark 事件里"),
    (
        r"an export is told by the feed of its taxpayer and direction only",
        "官方导出只能由该纳税人该方向的来源说明",
    ),
    (r"an export has a moment", "官方导出要写明时间"),
    (r"complete_to lies in the future: the source's clock is ahead", "complete_to 晚于现在：来源的时钟快了"),
)
_READERS = tuple((re.compile(english, re.DOTALL), chinese) for english, chinese in _WORDS)


class LineReason(msgspec.Struct, frozen=True, kw_only=True):
    """A reason in words (读不懂的原因)."""

    text: str
    text_en: str


def line_reason(reason: str) -> LineReason:
    """Return a reason in both languages; one that is not known stands for itself.

    >>> line_reason("no feed").text
    '没有写明来源（feed）'
    """
    for pattern, chinese in _READERS:
        match = pattern.fullmatch(reason)
        if match:
            return LineReason(text=chinese.format(*match.groups()), text_en=reason)
    return LineReason(text=reason, text_en=reason)
