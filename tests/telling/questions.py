"""Questions about the small world of `telling.story`, each with the existence and the cause that are true of it."""

from __future__ import annotations

from typing import Any

from telling.story import BUYER, OTHER, SELLER, claim, number

Case = tuple[str, dict[str, Any], str, str | None]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def cases() -> list[Case]:
    good = number(48)
    legacy: dict[str, Any] = {
        "code": "011002600211",
        "number": "05168908",
        "kind": "10",
        "total": None,
        "amount": "107.00",
    }
    return [
        ("found", claim(48), "found", None),
        (
            "found by its QR code",
            {"text": f"01,32,,{good},154.00,20260710,,", "as_of": claim(48)["as_of"]},
            "found",
            None,
        ),
        ("one digit wrong", claim(48, number=good[:9] + "7" + good[10:]), "not-found", "typed-wrong"),
        ("two swapped", claim(48, number=good[:-2] + "84"), "not-found", "typed-wrong"),
        ("dropped", claim(48, number=good[:8] + good[9:]), "not-found", "typed-wrong"),
        ("doubled", claim(48, number=good[:9] + good[8:]), "not-found", "typed-wrong"),
        ("O for 0", claim(48, number=good.replace("0", "O", 1)), "not-found", "typed-wrong"),
        (
            "full width and spaces",
            claim(48, number=f" {good[:8]}　{good[8:].translate(FULL_WIDTH)}"),
            "found",
            None,
        ),
        (
            "lost leading zero of the number",
            claim(7, **{**legacy, "number": "5168908"}),
            "not-found",
            "typed-wrong",
        ),
        (
            "lost leading zero of the code",
            claim(7, **{**legacy, "code": "11002600211"}),
            "not-found",
            "typed-wrong",
        ),
        (
            "old invoice by code, number and check code",
            claim(7, **legacy, check_code="751646"),
            "found",
            None,
        ),
        ("right number, wrong amount", claim(48, total="1.00"), "found", "typed-wrong"),
        ("tax-included for ex-tax", claim(48, total=None, amount="154.00"), "found", "typed-wrong"),
        ("wrong function", claim(48, lookup="received", tax_ids=[SELLER]), "found", "wrong-function"),
        ("wrong title", claim(48, lookup="received", tax_ids=[OTHER]), "found", "wrong-title"),
        ("not permitted", claim(48, lookup="issued", tax_ids=[OTHER]), "found", "not-permitted"),
        (
            "before the window",
            claim(48, number="24112000000219709999", issued_on="2024-05-01"),
            "not-found",
            "outside-window",
        ),
        (
            "in the future",
            claim(48, number="26112000000219709999", issued_on="2026-09-01"),
            "not-found",
            "outside-window",
        ),
        ("another region", claim(48, number="26522000000219709999"), "not-found", "elsewhere"),
        ("quarantined", claim(55), "not-found", "refused"),
        ("deleted", claim(47, tax_ids=[BUYER]), "found", "deleted"),
        ("deleted by the buyer, asked by the seller", claim(47, tax_ids=[SELLER]), "found", None),
        (
            "not yet due",
            claim(48, number="26322000000219709999", issued_on="2026-07-14"),
            "not-found",
            "too-early",
        ),
        ("never uploaded", claim(50, seller_tax_id=SELLER), "not-found", "never-uploaded"),
        ("impossible", claim(48, number="26192000000219709999"), "not-found", "malformed"),
    ]
