"""Locked PDF: the standard handler of revision 2 (RC4, 40 bits), as old invoice portals still use it."""

from __future__ import annotations

import hashlib
import struct

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_NAME = b"0123456789abcdef"
_RIGHTS = -44


class Lock:
    """A user password (it may be empty) and the key that follows from it."""

    def __init__(self, password: str) -> None:
        user = (password.encode() + _PAD)[:32]
        self.owner = rc4(hashlib.md5(_PAD).digest()[:5], user)
        told = user + self.owner + struct.pack("<i", _RIGHTS) + _NAME
        self.key = hashlib.md5(told).digest()[:5]

    def shut(self, number: int, body: bytes) -> bytes:
        """Return an object with its stream encrypted."""
        begin, end = body.find(b"stream\n"), body.rfind(b"\nendstream")
        if begin < 0:
            return body
        begin += len(b"stream\n")
        key = hashlib.md5(self.key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]
        return body[:begin] + rc4(key, body[begin:end]) + body[end:]

    def described(self) -> bytes:
        """Return the dictionary that says how the file is locked."""
        user = rc4(self.key, _PAD)
        return (f"<</Filter/Standard/V 1/R 2/O<{self.owner.hex()}>/U<{user.hex()}>/P {_RIGHTS}>>").encode()

    def trailer(self, number: int) -> bytes:
        """Return what the trailer says of the lock."""
        return f"/Encrypt {number} 0 R/ID[<{_NAME.hex()}><{_NAME.hex()}>]".encode()


def rc4(key: bytes, data: bytes) -> bytes:
    """Return data under the RC4 cipher."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)
