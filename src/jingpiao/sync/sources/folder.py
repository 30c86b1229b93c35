"""folder (监视文件夹): a folder into which exports are put; each file that has come to rest is taken once, left where it is."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from fapiao.format import MOST_BYTES
from jingpiao.home import home
from jingpiao.sync.source import Arrivals, Document, Health, Source, SourceError, asks

ROOTS = "JINGPIAO_FOLDERS"
MOST_FILES = 20_000
VISIT_FILES, VISIT_BYTES, VISIT_LINES = 200, 64 * 2**20, 5_000
"""What one visit takes at most; the first file is taken whatever its size."""
LONGEST_LINE = 4 * 2**20
EVENTS = (".jsonl", ".ndjson")
_UNFINISHED = ("~$*", ".*", "*.part", "*.tmp", "*.crdownload", "*.download")


class FolderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of a watched folder (监视文件夹设置)."""

    path: Annotated[
        str,
        asks(
            "文件夹路径",
            "Folder",
            hint="须在 JINGPIAO_FOLDERS 列出的目录之内；默认是数据目录下的 inbox",
            hint_en="Inside one of JINGPIAO_FOLDERS; by default inbox in the home",
        ),
    ]
    pattern: Annotated[
        str, asks("文件名样式", "Pattern of names", hint="例如 *.xlsx", hint_en="For example *.xlsx")
    ] = "*"
    tax_id: Annotated[str, asks("这些文件属于哪个税号", "Taxpayer whose files these are")] = ""
    rest_seconds: Annotated[
        int,
        asks(
            "静止多少秒后才读",
            "Seconds a file must rest",
            hint="防止读到没写完的文件",
            hint_en="So that no half-written file is read",
        ),
        msgspec.Meta(ge=0, le=3600),
    ] = 5


class _Seen(msgspec.Struct):
    """What was taken (已取文件): by path, the file's size and time of change, and how far an event file was read."""

    files: dict[str, tuple[int, int, int]] = {}


def collect(settings: FolderSettings, cursor: str) -> Arrivals:
    """Take files that are new or changed and have come to rest. Errors: `SourceError`."""
    root = _root(settings)
    seen = _decode(cursor)
    present = dict(_listed(root, settings))
    if len(present) > MOST_FILES:
        raise SourceError(
            "source-too-large",
            f"文件夹里超过 {MOST_FILES} 个文件，请把旧文件移走",
            f"the folder holds over {MOST_FILES} files; move old ones away",
        )
    seen.files = {name: place for name, place in seen.files.items() if name in present}
    fresh = [name for name, stat in sorted(present.items()) if _is_fresh(seen.files.get(name), stat)]
    lines, documents, notes, taken = _take(root, settings, seen, fresh)
    return Arrivals(
        cursor=msgspec.json.encode(seen, order="sorted").decode(),
        lines=tuple(lines),
        documents=tuple(documents),
        more=taken < len(fresh),
        notes=tuple(notes),
    )


def _take(
    root: Path, settings: FolderSettings, seen: _Seen, fresh: list[str]
) -> tuple[list[bytes], list[Document], list[str], int]:
    lines: list[bytes] = []
    documents: list[Document] = []
    notes: list[str] = []
    size = taken = 0
    for name in fresh[:VISIT_FILES]:
        path = root / name
        try:
            stat = path.stat()
            if size and size + stat.st_size > VISIT_BYTES:
                break
            if name.lower().endswith(EVENTS):
                if lines:
                    break
                more, offset = _event_lines(path, _offset(seen.files.get(name), stat))
                lines += more
                seen.files[name] = (stat.st_size, stat.st_mtime_ns, offset)
                if offset < stat.st_size and more:
                    break
                if offset < stat.st_size:
                    notes.append(f"last line unfinished, waited for: {name}")
            elif stat.st_size > MOST_BYTES:
                notes.append(f"too large, passed over: {name}")
                seen.files[name] = (stat.st_size, stat.st_mtime_ns, stat.st_size)
            else:
                documents.append(_document(path, name, settings))
                seen.files[name] = (stat.st_size, stat.st_mtime_ns, stat.st_size)
        except OSError as slip:
            notes.append(f"not readable, tried again: {name}: {slip.strerror}")
        size += stat.st_size
        taken += 1
    return lines, documents, notes, taken


def _document(path: Path, name: str, settings: FolderSettings) -> Document:
    return Document(name=name, data=path.read_bytes(), tax_id=settings.tax_id, note=str(path))


def _event_lines(path: Path, offset: int) -> tuple[list[bytes], int]:
    """Return whole lines from an offset on, and the offset after them; a last line that is not whole waits."""
    lines: list[bytes] = []
    with path.open("rb") as file:
        file.seek(offset)
        while len(lines) < VISIT_LINES and (line := file.readline(LONGEST_LINE)):
            if len(line) < LONGEST_LINE and not _is_whole(line):
                break
            lines.append(line.rstrip(b"\r\n"))
            offset = file.tell()
    return lines, offset


def _is_whole(line: bytes) -> bool:
    """Tell whether a line has its end, or is a whole event without one."""
    if line.endswith(b"\n"):
        return True
    try:
        return bool(msgspec.json.decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def _offset(place: tuple[int, int, int] | None, stat: os.stat_result) -> int:
    """Return where to go on in an event file: one that has grown is read on, one that has shrunk from the start."""
    return place[2] if place and stat.st_size >= place[0] else 0


def _is_fresh(place: tuple[int, int, int] | None, stat: os.stat_result) -> bool:
    return place is None or place[:2] != (stat.st_size, stat.st_mtime_ns) or place[2] < stat.st_size


def _listed(root: Path, settings: FolderSettings) -> Iterator[tuple[str, os.stat_result]]:
    """Yield every file that has come to rest, by its path inside the folder; links lead nowhere."""
    before = time.time() - settings.rest_seconds
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in names:
            path = Path(folder, name)
            if not fnmatch.fnmatch(name, settings.pattern) or any(
                fnmatch.fnmatch(name, each) for each in _UNFINISHED
            ):
                continue
            try:
                stat = path.lstat()
            except OSError:
                continue
            if path.is_file() and not path.is_symlink() and stat.st_mtime <= before:
                yield path.relative_to(root).as_posix(), stat


def _root(settings: FolderSettings) -> Path:
    """Return the folder, inside one of those an administrator opened. Errors: `SourceError`."""
    path = Path(settings.path)
    wanted = (path if path.is_absolute() else inbox() / path).resolve()
    if not any(wanted.is_relative_to(each.resolve()) for each in roots()):
        raise SourceError(
            "source-settings",
            "这个文件夹不在管理员开放的目录之内（JINGPIAO_FOLDERS）",
            "the folder is not inside those opened by JINGPIAO_FOLDERS",
        )
    if not wanted.is_dir():
        raise SourceError("source-not-found", f"没有这个文件夹：{wanted}", f"no such folder: {wanted}")
    return wanted


def roots() -> list[Path]:
    """Return the folders below which sources may look."""
    given = [Path(each) for each in os.environ.get(ROOTS, "").split(os.pathsep) if each]
    return given or [inbox()]


def inbox() -> Path:
    """Return the home's own inbox."""
    return home() / "inbox"


def _decode(cursor: str) -> _Seen:
    try:
        return msgspec.json.decode(cursor, type=_Seen) if cursor else _Seen()
    except msgspec.DecodeError:
        raise SourceError("source-cursor", "游标读不出来", "the cursor cannot be read") from None


def probe(settings: FolderSettings) -> Health:
    """Look into the folder."""
    try:
        count = sum(1 for _ in _listed(_root(settings), settings))
    except SourceError as slip:
        return Health(ok=False, message=slip.message, message_en=slip.message_en)
    return Health(
        ok=True,
        message=f"文件夹可读，现有 {count} 个文件",
        message_en=f"The folder can be read; files: {count}",
    )


SOURCE = Source(
    key="folder",
    label="监视文件夹",
    label_en="Watched folder",
    what="文件放进一个文件夹：扫描仪、共享盘、定时导出都可以，最快设好",
    what_en="Files are put into a folder by a scanner, a share or a timed export: the quickest to set up",
    settings=FolderSettings,
    collect=collect,
    probe=probe,
)
