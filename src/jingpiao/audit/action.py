"""An action (操作): what the audit trail can say that somebody did, with its words in both languages."""

from __future__ import annotations

ACTIONS: dict[str, tuple[str, str]] = {
    "first-account": ("建立第一个账户", "made the first account"),
    "sign-in": ("登录", "signed in"),
    "sign-in-refused": ("登录被拒绝", "sign-in refused"),
    "sign-in-locked": ("登录已被暂停，仍在尝试", "tried to sign in while locked out"),
    "sign-out": ("退出登录", "signed out"),
    "token-issued": ("发放访问令牌", "issued a token"),
    "token-revoked": ("吊销访问令牌", "revoked a token"),
    "invoice-binned": ("把发票移到回收站", "moved an invoice to the bin"),
    "invoice-restored": ("从回收站还原发票", "restored an invoice"),
    "original-read": ("取走原件（未遮盖）", "took an original, unmasked"),
    "ledger-exported": ("导出台账", "exported the ledger"),
    "quarantine-retried": ("隔离区：重试后入账", "quarantine: tried again and took in"),
    "quarantine-corrected": ("隔离区：更正后入账", "quarantine: corrected and took in"),
    "quarantine-discarded": ("隔离区：搁置", "quarantine: set aside for good"),
    "quarantine-undone": ("隔离区：撤销更正或搁置", "quarantine: took a correction or setting aside back"),
    "unread-corrected": ("读不懂的行：更正后收下", "unread line: corrected and took in"),
    "source-added": ("新增来源连接", "added a source"),
    "source-changed": ("修改来源连接", "changed a source"),
    "source-paused": ("暂停来源连接", "paused a source"),
    "source-resumed": ("恢复来源连接", "resumed a source"),
    "source-retried": ("让来源连接马上重试", "had a source visited at once"),
    "source-rewound": ("让来源连接从头再取", "had a source read from the start"),
    "verifier-changed": ("修改外部查验服务", "changed the outside verifier"),
    "verifier-paused": ("暂停外部查验服务", "paused the outside verifier"),
    "verifier-resumed": ("恢复外部查验服务", "resumed the outside verifier"),
    "verifier-removed": ("移除外部查验服务", "removed the outside verifier"),
    "outcome-recorded": ("记录人工查验结果", "recorded a manual check"),
    "audit-exported": ("导出审计记录", "exported the audit trail"),
    "answers-expired": ("按保留期清理旧答复", "dropped answers past their retention"),
}
"""Every action (操作代码) by its code; a code is never renamed."""


def words(code: str) -> tuple[str, str]:
    """Return an action in Chinese and English."""
    return ACTIONS.get(code, (code, code))
