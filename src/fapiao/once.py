"""Once (一次求值): a property worked out at first use and kept, for objects that one thread alone has.

`functools.cached_property` does the same under a lock that a reader of many small files feels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 - it stands where a decorator stands
    """The value of a method, kept in the object's own ``__dict__`` under the method's name."""

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, owner: None, kind: type | None = None) -> once[Value]: ...
    @overload
    def __get__(self, owner: object, kind: type | None = None) -> Value: ...
    def __get__(self, owner: object | None, kind: type | None = None) -> once[Value] | Value:
        """Return the value, worked out now: the next look finds it in the object itself."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work(owner)
        return value
