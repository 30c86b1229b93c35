"""The command ``jingpiao`` (京票命令): each room brings its own sub-commands in ``commands.py``."""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from fapiao.errors import FapiaoError
from jingpiao.garbage import calm

EXIT_OK, EXIT_ROWS_FAILED, EXIT_USAGE, EXIT_ENVIRONMENT = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One sub-command (子命令).

    ``configure(parser)`` adds its arguments; ``run(args)`` returns the exit status. ``database`` is false for
    commands that need no home.
    """

    name: str
    help: str
    help_en: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    database: bool = True


def commands() -> Iterator[Command]:
    """Yield every room's commands: a room offers them as ``COMMANDS`` in its ``commands.py``."""
    import jingpiao

    for room in pkgutil.iter_modules(jingpiao.__path__):
        name = f"jingpiao.{room.name}.commands"
        if room.ispkg and importlib.util.find_spec(name):
            yield from importlib.import_module(name).COMMANDS


ABOUT = (
    "京票：查发票，查不到就说清为什么、何时再查、怎么办 / "
    "Jingpiao finds an invoice, or says why it is not here, when it will be and what to do"
)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with a code, as all others."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command and stop with status 2."""
        self.exit(EXIT_USAGE, f"error[usage]: {message} (--help)\n")


def parser() -> argparse.ArgumentParser:
    """Return the whole command's parser."""
    top = _Parser(prog="jingpiao", description=ABOUT)
    shared(top, suppress=False)
    subparsers = top.add_subparsers(dest="command", required=True, metavar="命令 command")
    for command in sorted(commands(), key=lambda each: each.name):
        sub = subparsers.add_parser(
            command.name,
            help=f"{command.help} {command.help_en}",
            description=f"{command.help} / {command.help_en}",
        )
        shared(sub, suppress=True)
        command.configure(sub)
        sub.set_defaults(chosen=command)
    return top


def shared(sub: argparse.ArgumentParser, *, suppress: bool) -> None:
    """Add the options that every command takes, at any place of the line."""
    default = argparse.SUPPRESS
    sub.add_argument("--home", default=default if suppress else None, help="数据目录 data folder")
    sub.add_argument("--json", action="store_true", default=default if suppress else False, help="JSON 输出")
    sub.add_argument(
        "--lang", choices=("zh", "en"), default=default if suppress else "zh", help="语言 language"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status (0 done, 1 rows failed, 2 wrong use, 3 environment failed)."""
    args = parser().parse_args(argv)
    if args.home:
        os.environ["JINGPIAO_HOME"] = args.home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingpiao.settings")
    try:
        return _run(args)
    except FapiaoError as slip:
        return complain(slip.code, slip.message if args.lang == "zh" else slip.message_en, EXIT_USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_OK
    except KeyboardInterrupt:
        return 130
    except OSError as slip:
        return complain("environment", str(slip), EXIT_ENVIRONMENT)


def _run(args: argparse.Namespace) -> int:
    command: Command = args.chosen
    if not command.database:
        return command.run(args)
    import django
    from django.db import Error

    django.setup()
    try:
        prepare()
        return command.run(args)
    except Error as slip:
        return complain("database", " ".join(str(slip).split())[:200], EXIT_ENVIRONMENT)


def prepare() -> None:
    """Bring the home's database to the present shape; cheap when it already is. Two commands at once take turns."""
    if _is_behind():
        from django.core.management import call_command

        with _alone():
            if _is_behind():
                call_command("migrate", verbosity=0, interactive=False)
    calm()


def _is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the home's lock, which ends with the process whatever happens."""
    from jingpiao.home import home

    home().mkdir(parents=True, exist_ok=True)
    with open(home() / "migrating", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def complain(code: str, message: str, status: int) -> int:
    """Print one error line for people and scripts, and return the exit status."""
    print(f"error[{code}]: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
