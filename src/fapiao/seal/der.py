"""DER (编码): elements of ASN.1 by tag and body, whatever their meaning. Lengths are checked before anything is read."""

from __future__ import annotations

import msgspec

SEQUENCE, SET, INTEGER, BITS, OCTETS, OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06


class Node(msgspec.Struct, frozen=True):
    """One element (元素): its tag octet, its body, and the element whole."""

    tag: int
    body: bytes
    whole: bytes

    @property
    def children(self) -> list[Node]:
        """The elements inside a constructed one. Errors: `ValueError` where the body is no list of elements."""
        found = []
        at = 0
        while at < len(self.body):
            node = read(self.body, at)
            found.append(node)
            at += len(node.whole)
        return found

    @property
    def octets(self) -> bytes:
        """The bytes of an octet or bit string."""
        return self.body[1:] if self.tag == BITS else self.body

    @property
    def number(self) -> int:
        """The value of an integer."""
        if self.tag != INTEGER or not self.body:
            raise ValueError("not an integer")
        return int.from_bytes(self.body, "big", signed=True)

    @property
    def dotted(self) -> str:
        """The arcs of an object identifier, empty for anything else."""
        if self.tag != OID or not self.body:
            return ""
        first = min(self.body[0] // 40, 2)
        arcs, value = [first, self.body[0] - 40 * first], 0
        for byte in self.body[1:]:
            value = value << 7 | byte & 127
            if not byte & 128:
                arcs.append(value)
                value = 0
        return ".".join(map(str, arcs))


def read(data: bytes, at: int = 0) -> Node:
    """Return the element that begins at a place; what follows it is left alone. Errors: `ValueError` where none does."""
    if at + 2 > len(data) or data[at] & 31 == 31:
        raise ValueError("no element")
    size, begin = data[at + 1], at + 2
    if size > 127:
        count = size & 127
        if not 0 < count <= 4 or begin + count > len(data):
            raise ValueError("no length")
        size, begin = int.from_bytes(data[begin : begin + count], "big"), begin + count
    if begin + size > len(data):
        raise ValueError("too short")
    return Node(data[at], data[begin : begin + size], data[at : begin + size])
