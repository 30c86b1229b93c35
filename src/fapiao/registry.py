"""The registry (登记处): finds the members of a plural package by their files.

The singular module holds the shape (`format.py`), the plural package holds the members (`formats/`).
A member is one module or folder with an upper-case constant; adding the file is all it takes.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Generic, TypeVar

Member = TypeVar("Member")


class Members(Mapping[str, Member], Generic[Member]):
    """Every member of one plural package by key, imported at first use, in key order.

    Parameters: ``package`` is the plural package's dotted name; ``constant`` the name each member module
    defines (``"FORMAT"``); ``key`` gives a member's key.
    """

    def __init__(self, package: str, constant: str, key: Callable[[Member], str]) -> None:
        self._package = package
        self._constant = constant
        self._key = key
        self._found: dict[str, Member] | None = None

    def _members(self) -> dict[str, Member]:
        if self._found is None:
            self._found = dict(sorted((self._key(member), member) for member in self._import_all()))
        return self._found

    def _import_all(self) -> Iterator[Member]:
        package = importlib.import_module(self._package)
        for entry in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{self._package}.{entry.name}")
            yield getattr(module, self._constant)

    def items(self) -> ItemsView[str, Member]:
        """Return keys and members."""
        return self._members().items()

    def values(self) -> ValuesView[Member]:
        """Return the members."""
        return self._members().values()

    def __getitem__(self, key: str) -> Member:
        return self._members()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members())

    def __len__(self) -> int:
        return len(self._members())
