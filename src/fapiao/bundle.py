"""A bundle (打包文件): a zip of files that people put together, in which one bad entry never sinks the others."""

from __future__ import annotations

from collections.abc import Iterator

from fapiao.archive import MEGABYTE, Archive, Limits, Spent, entry_name, is_absolute
from fapiao.directory import Entry
from fapiao.errors import FapiaoError

LIMITS = Limits(entries=2_000, each=64 * MEGABYTE, total=512 * MEGABYTE)
MOST_ENTRIES = 10_000
"""Entries of an archive and all those inside it."""
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


class Bundle(Archive):
    """A zip whose entries each come with their bytes or with what is wrong with them (压缩包).

    Names in GBK are read; two entries of one name both come, the second as ``name (2)``; what macOS and Windows add is left
    out. Errors: `file-damaged`, `archive-too-many`.
    """

    rereads = 1

    def __init__(self, data: bytes, spent: Spent) -> None:
        self._slips: dict[str, FapiaoError] = {}
        super().__init__(data, LIMITS, spent)

    def _admit(self, entry: Entry) -> None:
        raw = entry.meant
        if is_litter(raw):
            return
        self.spent.entries += 1
        if len(self._entries) >= self.limits.entries or self.spent.entries > MOST_ENTRIES:
            raise FapiaoError("archive-too-many")
        name = self._free(raw.replace("\\", "/").replace("\x00", "").lstrip("/"))
        try:
            if is_absolute(raw):
                raise unsafe(raw)
            entry_name(raw)
            self._check(entry)
        except FapiaoError as slip:
            self._slips[name] = slip
        self._entries[name] = entry

    def entries(self) -> Iterator[tuple[str, bytes | FapiaoError]]:
        """Yield each entry's name with its bytes, or with the error that keeps it shut."""
        for name in self.names:
            try:
                yield name, self._slips.get(name) or self.read(name)
            except FapiaoError as slip:
                yield name, slip

    def _free(self, name: str) -> str:
        free, count = name, 1
        while free in self._entries:
            count += 1
            stem, dot, suffix = name.rpartition(".")
            free = f"{stem} ({count}).{suffix}" if dot else f"{name} ({count})"
        return free


def unsafe(raw: str) -> FapiaoError:
    """Return the error for an entry whose name leads out of the archive."""
    return FapiaoError(
        "archive-unsafe-path",
        f"压缩包里有不安全的路径：{raw[:80]!r}",
        f"unsafe path in archive: {raw[:80]!r}",
    )


def is_litter(raw: str) -> bool:
    """Tell whether an entry is what an operating system adds by itself."""
    last = raw.rpartition("/")[2]
    return raw.startswith("__MACOSX/") or last in _LITTER or last.startswith("._")
