"""Letters taken apart, however they were written: GBK names, mails inside mails, Outlook's wrapping, broken headers."""

from __future__ import annotations

import base64
import struct
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingpiao.sync.sources.mailbox.letter import read
from jingpiao.sync.sources.mailbox.links import allowed
from jingpiao.sync.sources.mailbox.tnef import MARK, attachments

PDF = b"%PDF-1.4 made up"


def mail(*heads: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([*heads, b"", body])


def attachment(*heads: bytes) -> bytes:
    inner = mail(*heads, b"Content-Transfer-Encoding: base64", body=base64.b64encode(PDF))
    return mail(
        b"Subject: x",
        b'Content-Type: multipart/mixed; boundary="b"',
        body=b"--b\r\n" + inner + b"\r\n--b--\r\n",
    )


GBK = "电子发票（普通发票）.pdf".encode("gb18030")
WORD = b"=?GB2312?B?" + base64.b64encode(GBK) + b"?="
HALF = len(GBK) // 2 + 1  # splits a sign
SPLIT = b"=?gbk?B?" + base64.b64encode(GBK[:HALF]) + b"?=\r\n =?gbk?B?" + base64.b64encode(GBK[HALF:]) + b"?="
RFC = b"filename*=gb2312''" + "".join(f"%{sign:02X}" for sign in GBK).encode()
UTF = b"filename*0*=utf-8''" + "".join(f"%{sign:02X}" for sign in "电子发票（普通发票）".encode()).encode()


@pytest.mark.parametrize(
    "head",
    [
        b'Content-Disposition: attachment; filename="' + WORD + b'"',
        b'Content-Disposition: attachment; filename="' + SPLIT + b'"',
        b'Content-Disposition: attachment; filename="' + GBK + b'"',
        b"Content-Disposition: attachment; " + RFC,
        b"Content-Disposition: attachment; " + UTF + b";\r\n filename*1=.pdf",
        b'Content-Type: application/pdf; name="' + WORD + b'"',
        b'Content-Disposition: attachment; filename="' + "电子发票（普通发票）.pdf".encode() + b'"',
    ],
    ids=[
        "encoded word",
        "split inside a sign",
        "bare GBK",
        "RFC 2231 GBK",
        "RFC 2231 in parts",
        "content type",
        "bare UTF-8",
    ],
)
def test_a_file_has_its_true_name_however_it_was_written(head: bytes):
    (part,) = read(attachment(head)).parts
    assert (part.name, part.data) == ("电子发票（普通发票）.pdf", PDF)


def test_a_name_never_leads_out_of_its_folder():
    (part,) = read(attachment(b'Content-Disposition: attachment; filename="../../etc/pass\r\n wd"')).parts
    assert part.name == "passwd" or "/" not in part.name


def test_a_forwarded_mail_comes_whole_and_so_do_its_attachments():
    innermost = EmailMessage()
    innermost["Subject"] = "餐饮发票"
    innermost.set_content("见附件")
    innermost.add_attachment(PDF, maintype="application", subtype="pdf", filename="餐饮.pdf")
    middle = EmailMessage()
    middle["Subject"] = "转发：餐饮发票"
    middle.set_content("请报销 https://dl.example.com/a.pdf?k=1。")
    middle.add_attachment(innermost)
    outer = EmailMessage()
    outer["Subject"] = "转发：转发"
    outer.set_content("如题")
    outer.add_attachment(middle)
    letter = read(outer.as_bytes())
    assert [part.name for part in letter.parts] == ["转发：餐饮发票.eml", "餐饮发票.eml", "餐饮.pdf"]
    assert letter.parts[-1].way == ("转发：餐饮发票", "餐饮发票")
    assert letter.parts[-1].data == PDF
    assert letter.links == ("https://dl.example.com/a.pdf?k=1",)


def test_a_mail_attached_as_a_file_is_opened_too():
    inner = EmailMessage()
    inner.set_content("见附件")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="a.pdf")
    inner["Subject"] = "里面"
    outer = EmailMessage()
    outer.set_content("x")
    outer.add_attachment(
        inner.as_bytes(), maintype="application", subtype="octet-stream", filename="原邮件.eml"
    )
    assert [part.name for part in read(outer.as_bytes()).parts] == ["原邮件.eml", "a.pdf"]


def test_an_inline_picture_is_an_attachment_and_the_text_is_not():
    letter = EmailMessage()
    letter.set_content("正文")
    letter.add_alternative(
        '<img src="cid:a"><a href="https://dl.example.com/x?a=1&amp;b=2">下载</a>', subtype="html"
    )
    letter.get_payload()[1].add_related(b"\x89PNG", maintype="image", subtype="png", cid="<a>")  # type: ignore[index, union-attr]
    found = read(letter.as_bytes())
    assert [part.name for part in found.parts] == ["附件.png"]
    assert found.links == ("https://dl.example.com/x?a=1&b=2",)


def tnef(*files: tuple[bytes, bytes]) -> bytes:
    def attribute(number: int, value: bytes) -> bytes:
        return struct.pack("<BIL", 2, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    data = struct.pack("<IH", MARK, 1)
    for title, content in files:
        data += (
            attribute(0x00069002, b"\x00" * 14)
            + attribute(0x00018010, title + b"\x00")
            + attribute(0x0006800F, content)
        )
    return data


def test_outlooks_wrapping_gives_up_what_is_in_it():
    wrapped = tnef(("发票.pdf".encode("gb18030"), PDF), (b"b.xml", b"<a/>"))
    letter = EmailMessage()
    letter.set_content("x")
    letter.add_attachment(wrapped, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    parts = read(letter.as_bytes()).parts
    assert [(part.name, part.data) for part in parts[1:]] == [("发票.pdf", PDF), ("b.xml", b"<a/>")]
    assert parts[0].data == wrapped


def test_damaged_wrapping_is_kept_and_gives_nothing():
    assert list(attachments(tnef((b"a", PDF))[:-9])) == []
    assert list(attachments(b"not tnef at all")) == []


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (mail(b"Subject: " + "发票".encode("gb18030")), "发票"),
        (mail(b"Subject: =?unknown-8bit?B?" + base64.b64encode("发票".encode("gb18030")) + b"?="), "发票"),
        (mail(b"Subject: =?utf-8?B?broken"), "=?utf-8?B?broken"),
        (mail(b"no colon here", b"Subject: a"), ""),
        (b"", ""),
        (b"\x00\xff\xfe", ""),
    ],
    ids=["bare GBK", "unknown charset", "broken word", "broken first line", "empty", "bytes"],
)
def test_a_broken_header_costs_its_header_alone(raw: bytes, subject: str):
    assert read(raw).subject == subject


def test_a_mail_without_id_is_a_mail():
    letter = read(attachment(b'Content-Disposition: attachment; filename="a.pdf"'))
    assert letter.message_id == ""
    assert len(letter.parts) == 1


@given(st.binary(max_size=400))
def test_no_bytes_at_all_stop_the_reading(data: bytes):
    read(data)
    read(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + data + b"\n--b--")


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://dl.example.com/a.pdf", True),
        ("https://a.pdf.example.org/x", True),
        ("https://example.org/x", False),
        ("https://dl.example.com.evil.net/a.pdf", False),
        ("https://evil.net/?https://dl.example.com/", False),
        ("https://dl.example.com@evil.net/a.pdf", False),
        ("ftp://dl.example.com/a.pdf", False),
        ("https://[::1", False),
    ],
)
def test_only_hosts_of_the_list_are_fetched_from(link: str, good: bool):
    assert allowed(link, ("dl.example.com", ".example.org", "")) is good
    assert not allowed(link, ())
