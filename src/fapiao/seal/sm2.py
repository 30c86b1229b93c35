"""SM2 (GM/T 0003.2): verification of a signature on the recommended curve, on plain integers.

No secret takes part in verifying, so timing harms nobody. Signing is never done here.
"""

from __future__ import annotations

import hashlib
from collections import deque
from functools import lru_cache

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int, int]
_SM3 = hashlib.new("sm3")
_KEY_BITS, _CURVE_BITS = 6, 8
"""Bits of a factor taken together from a key's table and from the curve's own, which is made once and serves every key."""
DEFAULT_ID = b"1234567812345678"


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest (GM/T 0004), 32 bytes."""
    digest = _SM3.copy()
    digest.update(data)
    return digest.digest()


def verify(public: bytes, message: bytes, r: int, s: int, identity: bytes = DEFAULT_ID) -> bool:
    """Tell whether (r, s) signs the message under a public key of 65 bytes (04 ‖ x ‖ y)."""
    if len(public) != 65 or public[0] != 4:
        return False
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0 or not on_curve(x, y):
        return False
    digest = int.from_bytes(sm3(_user_digest(x, y, identity) + message), "big")
    point = _sum_of_multiples(s, (r + s) % N, (x, y, 1))
    if point[2] == 0:
        return False
    inverse = pow(point[2], -1, P)
    return (digest + point[0] * inverse * inverse % P) % N == r


def on_curve(x: int, y: int) -> bool:
    """Tell whether a point lies on the curve."""
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def _user_digest(x: int, y: int, identity: bytes) -> bytes:
    numbers = b"".join(number.to_bytes(32, "big") for number in (A, B, *G, x, y))
    return sm3((8 * len(identity)).to_bytes(2, "big") + identity + numbers)


def _sum_of_multiples(one: int, other: int, point: Point) -> Point:
    """Return one·G + other·point: from tables for a key met before, else doubling once for both factors."""
    met = _met(point)
    met.append(1)
    if len(met) == met.maxlen:
        curves = _sum_of_tabled((0, 1, 0), one, _table((*G, 1), _CURVE_BITS), _CURVE_BITS)
        return _sum_of_tabled(curves, other, _table(point, _KEY_BITS), _KEY_BITS)
    own, base = _multiples(point), _multiples((*G, 1))
    result: Point = (0, 1, 0)
    for shift in range(252, -4, -4):
        if result[2]:
            result = _double(_double(_double(_double(result))))
        if digit := one >> shift & 15:
            result = _sum(result, base[digit])
        if digit := other >> shift & 15:
            result = _sum(result, own[digit])
    return result


@lru_cache(maxsize=64)
def _met(point: Point) -> deque[int]:
    """How often a key was met, as far as it matters: a table pays from the fifth time on."""
    return deque(maxlen=5)


def _sum_of_tabled(result: Point, factor: int, table: tuple[tuple[int, int], ...], bits: int) -> Point:
    row, most = 0, 2**bits - 1
    while factor:
        if digit := factor & most:
            result = _sum_with_affine(result, table[row + digit - 1])
        factor >>= bits
        row += most
    return result


@lru_cache(maxsize=16)
def _table(point: Point, bits: int) -> tuple[tuple[int, int], ...]:
    """Return, for each window of a factor, all its multiples of the point, as (x, y): sums without any doubling."""
    found: list[Point] = []
    for _ in range(256 // bits + 1):
        row = _multiples(point, 2**bits - 1)[1:]
        found += row
        point = _sum(row[-1], point)
    return _affine(found)


def _affine(points: list[Point]) -> tuple[tuple[int, int], ...]:
    """Return the points with z = 1, by one inversion for all of them."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % P)
    inverse = pow(products[-1], -1, P)
    flat: list[tuple[int, int]] = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own, inverse = inverse * before % P, inverse * z % P
        square = own * own % P
        flat.append((x * square % P, y * square * own % P))
    return tuple(reversed(flat))


def _multiples(point: Point, most: int = 15) -> list[Point]:
    found: list[Point] = [(0, 1, 0), point]
    while len(found) <= most:
        found.append(_sum(found[-1], point))
    return found


def _sum_with_affine(one: Point, other: tuple[int, int]) -> Point:
    x1, y1, z1 = one
    if not z1:
        return *other, 1
    square = z1 * z1 % P
    h, r = (other[0] * square - x1) % P, (other[1] * z1 * square - y1) % P
    if not h:
        return _double(one) if not r else (0, 1, 0)
    h2 = h * h % P
    h3, u = h * h2 % P, x1 * h2 % P
    x = (r * r - h3 - 2 * u) % P
    return x, (r * (u - x) - y1 * h3) % P, h * z1 % P


def _double(point: Point) -> Point:
    x, y, z = point
    if not z or not y:
        return 0, 1, 0
    square = y * y % P
    slope = 4 * x * square % P
    tangent = 3 * (x - z * z) * (x + z * z) % P
    new_x = (tangent * tangent - 2 * slope) % P
    return new_x, (tangent * (slope - new_x) - 8 * square * square) % P, 2 * y * z % P


def _sum(one: Point, other: Point) -> Point:
    if not one[2]:
        return other
    if not other[2]:
        return one
    z1, z2 = one[2] * one[2] % P, other[2] * other[2] % P
    u1, u2 = one[0] * z2 % P, other[0] * z1 % P
    s1, s2 = one[1] * z2 * other[2] % P, other[1] * z1 * one[2] % P
    if u1 == u2:
        return _double(one) if s1 == s2 else (0, 1, 0)
    h, r = u2 - u1, s2 - s1
    h2 = h * h % P
    h3, u = h * h2 % P, u1 * h2 % P
    x = (r * r - h3 - 2 * u) % P
    return x, (r * (u - x) - s1 * h3) % P, h * one[2] * other[2] % P
