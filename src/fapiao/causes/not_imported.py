"""not-imported (导入未成功): the asker's own import left it out, failed on its row, or is still running."""

from __future__ import annotations

from fapiao import exports
from fapiao.cause import IMPOSSIBLE, Cause, Evidence, Weighed
from fapiao.circumstances import Circumstances

SURE = 12.0
"""The import's own record names this number and says that it was not taken in."""


def weigh(circumstances: Circumstances) -> Weighed:
    """Weigh the last result of the asker's own import of this number, or the reach of his newest export."""
    mine = [
        row
        for row in circumstances.situation.imports
        if circumstances.askers is None or row.tax_id in circumstances.askers
    ]
    if not mine:
        again = exports.says_again(circumstances)
        return Weighed(evidence=(again,)) if again else IMPOSSIBLE
    last = max(mine, key=lambda row: row.known_at)
    if last.result == "accepted":
        return IMPOSSIBLE
    if last.result == "pending":
        said = Evidence(
            "import-pending", "您的导入还在处理这一行", "your import is still working on this row", SURE
        )
    else:
        said = Evidence(
            "import-failed",
            f"您导入时这一行没有成功：{last.reason or '原因未记录'}",
            f"your import failed on this row: {last.reason or 'no reason recorded'}",
            SURE,
        )
    return Weighed(evidence=(said,))


CAUSE = Cause(
    code="not-imported",
    label="导入没有成功",
    label_en="Your import left it out",
    meaning="您自己的导入漏了它、在那一行失败了，或还没有做完",
    meaning_en="Your own import left it out, failed on its row, or is still running",
    actor="asker",
    remedy="请按原因改正那一行后重新导入",
    remedy_en="Correct that row and import it again",
    when="missing",
    prior=0.05,
    weigh=weigh,
)
