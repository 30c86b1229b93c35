"""The doctor (体检): what an operator looks at first, each examination with its finding; nothing is changed.

Members of one list: a function that returns whether all is well and says what it saw.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from jingpiao import sql
from jingpiao.columns import from_micros
from jingpiao.home import home
from jingpiao.inquiry import receipts
from jingpiao.jobs.models import Turn
from jingpiao.ledger.arrivals import place
from jingpiao.ledger.models import Arrival, JournalEntry, Quarantined
from jingpiao.sync.models import ImportBatch

LEAST_FREE = 2 * 2**30
"""Bytes of free disk under which a platform is in danger of standing still."""
OVERDUE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=30)
LOOKED_AT = 200
"""The newest raw files that are looked for on the disk."""


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at (体检项): ``ok`` is false where somebody has to act."""

    name: str
    ok: bool
    seen: str
    seen_en: str


def examine(now: datetime) -> list[Examination]:
    """Look at everything, and return every examination in order."""
    return [look(now) for look in LOOKS]


def _found(name: str, ok: bool, seen: str, seen_en: str) -> Examination:
    return Examination(name=name, ok=ok, seen=seen, seen_en=seen_en)


def _database(now: datetime) -> Examination:
    """Ask the database whether it is whole (SQLite), or at least answers (PostgreSQL)."""
    if sql.is_postgres():
        version = str(sql.rows("SHOW server_version")[0][0])
        return _found("database", True, f"PostgreSQL {version}", f"PostgreSQL {version}")
    said = str(sql.rows("PRAGMA quick_check(1)")[0][0])
    whole = said == "ok"
    return _found(
        "database",
        whole,
        "SQLite 完好" if whole else f"SQLite 已损坏：{said}",
        "SQLite is whole" if whole else f"SQLite is damaged: {said}",
    )


def _disk(now: datetime) -> Examination:
    free = shutil.disk_usage(home()).free
    size = f"{free / 2**30:.1f} GB"
    return _found("disk", free >= LEAST_FREE, f"数据目录所在磁盘剩余 {size}", f"{size} free under the home")


def _secrets(now: datetime) -> Examination:
    """Look whether anybody else may read the keys."""
    open_ones = [
        path.name
        for path in (home() / "secrets").rglob("*")
        if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_ones:
        names = "、".join(open_ones[:5])
        return _found(
            "secrets",
            False,
            f"这些密钥文件别人也能读，请改为 600：{names}",
            f"others may read these keys, make them 600: {', '.join(open_ones[:5])}",
        )
    return _found("secrets", True, "密钥文件只有本人可读", "keys are readable by their owner only")


def _receipts(now: datetime) -> Examination:
    """Sign something and verify it against what is published."""
    signed = receipts.sign({"id": "doctor", "iat": int(now.timestamp())})
    result = receipts.verify(signed, receipts.jwks())
    return _found(
        "receipts",
        bool(result["ok"]),
        "签出的回执可以核验" if result["ok"] else f"签出的回执核验不了：{result['reason']}",
        "a receipt signed now verifies" if result["ok"] else f"a receipt does not verify: {result['reason']}",
    )


def _clock(now: datetime) -> Examination:
    """Compare with the newest that was received: a clock behind it would hide what is there."""
    newest = sql.rows("SELECT MAX(received_at) FROM ledger_journalentry")[0][0]
    ahead = from_micros(newest) - now if newest is not None else timedelta(0)
    ok = ahead <= CLOCKS_DIFFER
    return _found(
        "clock",
        ok,
        "时钟与流水相符" if ok else f"时钟比最新的流水慢 {ahead}",
        "the clock agrees with the journal" if ok else f"the clock is {ahead} behind the journal",
    )


def _work(now: datetime) -> Examination:
    """Look whether scheduled work is being done."""
    failing = [turn.name for turn in Turn.objects.filter(failures__gt=0)]
    late = [turn.name for turn in Turn.objects.filter(due_at__lt=now - OVERDUE, lease_until=None)]
    late += [turn.name for turn in Turn.objects.filter(lease_until__lt=now - OVERDUE)]
    names = sorted({*failing, *late})
    if not names:
        return _found("work", True, "后台任务正常", "background work is being done")
    return _found(
        "work",
        False,
        f"后台任务没有按时完成：{'、'.join(names)}；请确认 jingpiao worker 在运行",
        f"background work is late or failing: {', '.join(names)}; see that jingpiao worker runs",
    )


def _imports(now: datetime) -> Examination:
    stuck = ImportBatch.objects.filter(state="running", lease_until__lt=now - OVERDUE).count()
    return _found("imports", not stuck, f"停住的导入 {stuck} 个", f"{stuck} imports have stopped half-way")


def _raw_files(now: datetime) -> Examination:
    """Look for the newest raw files on the disk."""
    digests = Arrival.objects.order_by("-id").values_list("sha256", flat=True)[:LOOKED_AT]
    lost = [digest for digest in digests if not place(digest).is_file()]
    return _found(
        "raw-files",
        not lost,
        f"最近 {len(digests)} 个原始文件缺 {len(lost)} 个",
        f"{len(lost)} of the newest {len(digests)} raw files are missing",
    )


def _ledger(now: datetime) -> Examination:
    """Tell how much is there; whether it agrees is for `jingpiao rebuild --compare` to say."""
    entries = JournalEntry.objects.count()
    flagged = JournalEntry.objects.filter(flagged=True).count()
    waiting = Quarantined.objects.filter(released_at=None, shelved_at=None).count()
    return _found(
        "ledger",
        True,
        f"流水 {entries} 条，其中同号异文 {flagged} 条；隔离区 {waiting} 件",
        f"{entries} journal entries, {flagged} with a repeated id; {waiting} in quarantine",
    )


LOOKS: tuple[Callable[[datetime], Examination], ...] = (
    _database,
    _disk,
    _secrets,
    _receipts,
    _clock,
    _work,
    _imports,
    _raw_files,
    _ledger,
)
