"""Seals: digests a part, SM2 signatures in every structure, several of them, and what stays unchecked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fapiao.format import Signature, read_bytes
from fapiao.seal import sm2
from fapiao.seal.values import verify_value
from making import signing
from making.ofd_files import NS, digital, packed, signed
from making.papers import paper

Parts = dict[str, bytes]
SIGNED = b"<Signature/>"
UNCHAINED = "证书链未核验"

STRUCTURES: dict[str, Callable[[bytes], bytes]] = {
    "GB/T 38540": signing.ses_v4,
    "GB/T 38540, value of 64 bytes": lambda data: signing.ses_v4(data, raw=True),
    "GM/T 0031": signing.ses_v1,
    "GM/T 35275, detached": signing.signed_data,
    "GM/T 35275, attributes": lambda data: signing.signed_data(data, attributes=True),
    "GM/T 35275, enclosed": lambda data: signing.signed_data(data, enclosed=data),
    "GM/T 35275, digest enclosed": lambda data: signing.signed_data(data, enclosed=signing.sm3(data)),
}


def signature_of(parts: Parts) -> Signature:
    (reading,) = read_bytes(packed(parts), "x.ofd")
    assert reading.invoice is not None, reading.error
    assert reading.invoice.number == paper().number
    return reading.signature


def detail_of(signature: Signature) -> str:
    assert signature.detail is not None
    return signature.detail


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_good_signature_of_every_structure_is_valid(structure: str):
    verdict = verify_value(STRUCTURES[structure](SIGNED), SIGNED)
    assert (verdict.state, verdict.signer) == ("valid", "测试发票专用章")


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_signature_over_something_else_is_invalid(structure: str):
    assert verify_value(STRUCTURES[structure](SIGNED), SIGNED + b" ").state == "invalid"


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_value_with_one_bit_changed_is_never_valid(structure: str):
    value = bytearray(STRUCTURES[structure](SIGNED))
    value[-5] ^= 1
    assert verify_value(bytes(value), SIGNED).state != "valid"


@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_value_cut_anywhere_is_said_to_be_unreadable(structure: str):
    value = STRUCTURES[structure](SIGNED)
    for end in range(0, len(value), 7):
        assert verify_value(value[:end], SIGNED).state == "not-checked"


@given(st.binary(max_size=200))
def test_malformed_values_never_raise(value: bytes):
    assert verify_value(value, SIGNED).state == "not-checked"


WHOLE = signing.ses_v4(SIGNED)


@settings(deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_spoilt_value_never_raises(at: int, change: int):
    value = bytearray(WHOLE)
    value[at] ^= change
    assert verify_value(bytes(value), SIGNED).state in ("valid", "invalid", "not-checked")


def test_a_value_without_a_certificate_stays_unchecked():
    assert verify_value(signing.mark(SIGNED), SIGNED).state == "not-checked"


def test_the_signers_two_implementations_agree_on_the_curve():
    point = b"\4" + signing.PUBLIC[0].to_bytes(32, "big") + signing.PUBLIC[1].to_bytes(32, "big")
    r, s = signing.sign(b"message digest")
    assert sm2.verify(point, b"message digest", r, s)
    assert not sm2.verify(point, b"message digest", r, s + 1)
    assert not sm2.verify(point, b"message digest", 0, s)
    assert not sm2.verify(point[:-1] + b"\0", b"message digest", r, s)


@pytest.mark.parametrize("turn", range(8))
def test_a_key_met_often_is_checked_as_well_as_a_new_one(turn: int):
    point = b"\4" + signing.PUBLIC[0].to_bytes(32, "big") + signing.PUBLIC[1].to_bytes(32, "big")
    message = f"message {turn}".encode()
    r, s = signing.sign(message)
    assert sm2.verify(point, message, r, s)
    assert not sm2.verify(point, message + b".", r, s)


def test_a_whole_signed_file_is_valid_and_says_what_is_not_covered():
    signature = signature_of(digital(paper(), sign=True))
    assert (signature.state, signature.digests, signature.signer) == ("valid", "match", "测试发票专用章")
    assert UNCHAINED in detail_of(signature)
    assert "不含 OFD.xml（元数据可被改动）" in detail_of(signature)
    assert "签名覆盖 13 个部件" in detail_of(signature)


@pytest.mark.parametrize(
    "name", ["Doc_0/Pages/Page_0/Content.xml", "Doc_0/Res/seal.png", "Doc_0/Attachs/original_invoice.xml"]
)
def test_a_changed_part_is_a_mismatch_and_is_named(name: str):
    parts = digital(paper(), sign=True)
    signature = signature_of(parts | {name: parts[name] + b"\n"})
    assert (signature.state, signature.digests) == ("invalid", "mismatch")
    assert name in detail_of(signature)
    assert UNCHAINED in detail_of(signature)


def test_a_part_that_is_gone_is_a_mismatch():
    parts = digital(paper(), sign=True)
    del parts["Doc_0/Res/font_5.ttf"]
    assert signature_of(parts).digests == "mismatch"


def test_a_changed_list_of_parts_breaks_the_signature():
    parts = digital(paper(), sign=True)
    xml = "Doc_0/Signs/Sign_0/Signature.xml"
    parts[xml] = parts[xml].replace(b"</ofd:References>", b"</ofd:References><x/>")
    signature = signature_of(parts)
    assert (signature.state, signature.digests) == ("invalid", "match")


def test_parts_left_out_are_named():
    parts = digital(paper())
    xml = signing.signature_xml(parts, ["Doc_0/Document.xml"])
    whole = signed(parts) | {
        "Doc_0/Signs/Sign_0/Signature.xml": xml,
        "Doc_0/Signs/Sign_0/SignedValue.dat": signing.ses_v1(xml),
    }
    signature = signature_of(whole)
    assert signature.state == "valid"
    assert "签名覆盖 1 个部件，不含 OFD.xml、Doc_0/PublicRes.xml" in detail_of(signature)
    assert "等 13 个" in detail_of(signature)


def second_signature(parts: Parts, value: bytes | None) -> Parts:
    xml = signing.signature_xml(parts, ["OFD.xml"])
    listing = '<ofd:Signatures xmlns:ofd="x"><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/><ofd:Signature ID="2" BaseLoc="/Doc_0/Signs/Other/S2.xml"/></ofd:Signatures>'
    added = {"Doc_0/Signs/Signatures.xml": listing.encode(), "Doc_0/Signs/Other/S2.xml": xml}
    return parts | added | {"Doc_0/Signs/Other/SignedValue.dat": value or signing.signed_data(xml)}


def test_several_signatures_are_all_checked_and_cover_together():
    signature = signature_of(second_signature(digital(paper(), sign=True), None))
    assert (signature.state, signature.digests) == ("valid", "match")
    assert "签名 1：" in detail_of(signature)
    assert "签名 2：" in detail_of(signature)
    assert "签名覆盖 14 个部件" in detail_of(signature)
    assert "不含" not in detail_of(signature)


def test_the_worst_of_several_signatures_decides():
    signature = signature_of(second_signature(digital(paper(), sign=True), b"junk"))
    assert signature.state == "not-checked"
    assert UNCHAINED in detail_of(signature)


def test_a_missing_target_is_said_and_not_called_unsigned():
    parts = digital(paper(), sign=True)
    gone = {name: data for name, data in parts.items() if "Signs" not in name}
    signature = signature_of(gone)
    assert signature.state == "not-checked"
    assert "Signatures.xml" in detail_of(signature)
    signature = signature_of(
        parts
        | {
            "Doc_0/Signs/Signatures.xml": f'<ofd:Signatures {NS}><ofd:Signature BaseLoc="Sign_9/Signature.xml"/></ofd:Signatures>'.encode()
        }
    )
    assert "Sign_9/Signature.xml 不存在" in detail_of(signature)


@pytest.mark.parametrize("name", ["Doc_0/Signs/Sign_0/SignedValue.dat", "Doc_0/Signs/Sign_0/Signature.xml"])
@pytest.mark.parametrize("data", [b"", b"junk", b"\x30\x84\xff\xff\xff\xff", b"<Signature/>"])
def test_spoilt_signing_parts_never_sink_the_invoice(name: str, data: bytes):
    signature = signature_of(digital(paper(), sign=True) | {name: data})
    assert signature.state in ("not-checked", "invalid")
    assert UNCHAINED in detail_of(signature)


def test_an_unknown_digest_method_stays_unchecked():
    parts = digital(paper())
    xml = signing.signature_xml(parts, ["Doc_0/Document.xml"], method="9.9.9")
    whole = signed(parts) | {
        "Doc_0/Signs/Sign_0/Signature.xml": xml,
        "Doc_0/Signs/Sign_0/SignedValue.dat": signing.ses_v4(xml),
    }
    assert signature_of(whole).digests == "not-checked"


def test_an_unsigned_file_is_unsigned():
    assert signature_of(digital(paper())) == Signature()
