"""The command ``fapiao`` (发票命令): read, check-file, explain, make; no database, network or settings."""

from fapiao.cli.main import main

__all__ = ["main"]
