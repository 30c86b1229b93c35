"""A confirmed face says what reading it in full says: every swap, change, loss and shift of texts on the page included."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import msgspec
import pytest

from fapiao.face import confirming
from fapiao.format import Reading, read_bytes
from fapiao.formats.ofd import prints, sources
from fapiao.formats.ofd.writing import write
from fapiao.invoice import Invoice, Line
from making.ofd_files import VALUES as PLACES
from making.ofd_files import Spot, digital, line_texts, packed, page, text_object, values_of
from making.papers import paper

PAGE = "Doc_0/Pages/Page_0/Content.xml"


def told(data: bytes) -> list[Reading]:
    return list(read_bytes(data, "x.ofd"))


def in_full(data: bytes, monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    with monkeypatch.context() as patch:
        patch.setattr(sources, "confirms", lambda *_: None)
        return told(data)


def goods(*rates: str) -> Invoice:
    lines = tuple(
        Line(
            name=f"*软件*甲{place}",
            spec="V1",
            unit="项",
            quantity=Decimal(place + 1),
            price=Decimal("12.50"),
            amount=Decimal(place + 1) * Decimal("12.50"),
            rate=rate,
            tax=Decimal("1.25") + place,
        )
        for place, rate in enumerate(rates)
    )
    return msgspec.structs.replace(paper(), lines=lines)


def spots_of(invoice: Invoice) -> list[Spot]:
    values = values_of(invoice)
    return [*((*PLACES[name], text) for name, text in values.items()), *line_texts(invoice.lines)]


def file_of(invoice: Invoice, spots: list[Spot]) -> bytes:
    """The file of an invoice with another page."""
    objects = "".join(text_object(number, *each) for number, each in enumerate(spots, 5000))
    return packed(digital(invoice) | {PAGE: page(objects).encode()})


def changes(spots: list[Spot]) -> Iterator[list[Spot]]:
    """Yield the page with every two texts swapped, and each text changed, lost, doubled or shifted."""
    for one, other in combinations(range(len(spots)), 2):
        swapped = list(spots)
        swapped[one] = (*spots[one][:2], spots[other][2])
        swapped[other] = (*spots[other][:2], spots[one][2])
        yield swapped
    for at, (x, y, text) in enumerate(spots):
        rest = [*spots[:at], *spots[at + 1 :]]
        yield rest
        for spot in (
            (x, y, text[:-1] + ("7" if text[-1] != "7" else "8")),
            (x + 40, y, text),
            (x, y + 5, text),
            (x, y - 20, text),
        ):
            yield [*rest, spot]
        yield [*spots, (x, y + 12, text)]


def said(readings: list[Reading]) -> list[tuple[object, set[tuple[str, str]]]]:
    """What readings say: the invoice, and which findings on which paths."""
    return [(each.invoice, {(note.code, note.path) for note in each.findings}) for each in readings]


def test_every_change_of_a_page_is_seen_as_reading_it_in_full_sees_it(monkeypatch: pytest.MonkeyPatch):
    invoice = goods("0.06", "0.13")
    seen = 0
    for spots in changes(spots_of(invoice)):
        data = file_of(invoice, spots)
        quick, full = said(told(data)), said(in_full(data, monkeypatch))
        seen += 1
        assert quick == full, spots
    assert seen > 300


def test_the_usual_page_is_confirmed_and_not_laid_out(monkeypatch: pytest.MonkeyPatch):
    for data in (packed(digital(goods("0.06", "免税"))), write(goods("0.06"))):
        full = in_full(data, monkeypatch)
        with monkeypatch.context() as patch:
            patch.setattr(sources, "pages_of", None)
            assert told(data) == full


@pytest.mark.parametrize("mark", [' CTM="1 0 0 1 0 0"', ' Visible="false"', ' HScale="0.8"'])
def test_an_unusual_object_is_left_to_the_layout(mark: str):
    parts = digital(goods("0.06"))
    content = parts[PAGE].replace(b'<ofd:TextObject ID="6900"', f'<ofd:TextObject{mark} ID="6900"'.encode())
    assert content != parts[PAGE]
    assert prints.printed_page(document(parts | {PAGE: content})) is None
    assert prints.printed_page(document(parts)) is not None


def document(parts: dict[str, bytes]):
    from fapiao.formats.ofd.package import Package

    return Package(packed(parts)).documents()[0]


def test_signs_without_a_meaning_are_left_to_the_layout():
    invoice = goods("0.06")
    held = sources.Sources(document(digital(invoice)))._attached[0].draft
    printed = prints.printed_page(document(digital(invoice)))
    assert printed
    assert confirming.confirms(held, printed.parts, printed.width) is not None
    odd = [*printed.parts, confirming.sort_out([(20.0, 120.0, "\ue001")])]
    assert confirming.confirms(held, odd, printed.width) is None
