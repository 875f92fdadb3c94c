"""What of a mail's parts are its words, and what the report says of the others."""

from __future__ import annotations

import base64
import binascii

import pytest

from corpus.article import BlockKind, RawItem, Unreadable
from corpus.readers.mail import name_of_list, read_mail

_HEAD = b"From: a@b.example\nSubject: s\nMIME-Version: 1.0\n"


def _read(raw: bytes) -> RawItem:
    item = read_mail(raw, "x", "eml")
    assert isinstance(item, RawItem)
    return item


def _texts(raw: bytes) -> list[str]:
    return [block.text for block in _read(raw).blocks]


def _multipart(kind: str, *parts: bytes) -> bytes:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return _HEAD + b"Content-Type: multipart/" + kind.encode() + b"; boundary=b\n\n" + body + b"--b--\n"


_TEXT = b"Content-Type: text/plain\n\nThe words.\n"


def test_a_byte_order_mark_before_the_head_is_no_header() -> None:
    item = _read(b"\xef\xbb\xbf" + _HEAD + b"\nThe words.\n")
    assert (item.subject, item.blocks[0].text) == ("s", "The words.")


@pytest.mark.parametrize("raw", [b"", b"\0\0\n", b"\n\n"])
def test_nothing_is_no_mail(raw: bytes) -> None:
    assert isinstance(read_mail(raw, "x", "eml"), Unreadable)


def test_a_head_without_a_date_gets_that_of_the_first_server_and_says_so() -> None:
    received = b"Received: from b; Wed, 7 May 2031 10:00:09 +0000\nReceived: from a; Wed, 7 May 2031 10:00:01 +0000\n"
    item = _read(received + _HEAD + b"\nThe words.\n")
    assert item.posted is not None and item.received is not None
    assert (item.posted.second, item.received.second) == (1, 9)
    assert any("first server" in note for note in item.warnings)


def test_a_clock_that_was_never_set_is_not_believed_beside_a_server() -> None:
    dated = b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n" + _HEAD + b"\nThe words.\n"
    alone = _read(dated)
    assert alone.posted is not None and alone.posted.year == 1970
    served = _read(b"Received: from a; Wed, 7 May 2031 10:00:01 +0000\n" + dated)
    assert served.posted is not None and served.posted.year == 2031
    assert any("unreadable date" in note for note in served.warnings)


def test_the_first_of_two_subjects_counts_and_a_body_without_an_empty_line_is_read() -> None:
    item = _read(b"Subject: one\nSubject: two\nFrom: a@b.example\nThis is no header at all\n\nThe words.\n")
    assert item.subject == "one"
    assert "The words." in [block.text for block in item.blocks]


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [
        (b"x-uuencode", b"begin 644 words.txt\n" + binascii.b2a_uu(b"The words.\n") + b"`\nend\n"),
        (b"base64", base64.b64encode(b"The words.\n") + b"\n"),
        (b"quoted-printable", b"The w=6Frds.=\n\n"),
        (b"Quoted-Printable; x=y", b"The w=6Frds.\n"),
    ],
)
def test_a_transfer_encoding_is_undone(encoding: bytes, payload: bytes) -> None:
    assert _texts(_HEAD + b"Content-Transfer-Encoding: " + encoding + b"\n\n" + payload) == ["The words."]


def test_quoted_printable_with_bad_escapes_keeps_them() -> None:
    raw = _HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n100=% of words =ZZ here.\n"
    assert _texts(raw) == ["100=% of words =ZZ here."]


def test_damaged_base64_keeps_what_can_be_read_and_says_so() -> None:
    digits = base64.b64encode(b"The words that came through.")
    item = _read(_HEAD + b"Content-Transfer-Encoding: base64\n\n" + digits[:-3] + b"\n")
    assert item.blocks[0].text.startswith("The words that came")
    assert any("base64" in note for note in item.warnings)


@pytest.mark.parametrize(
    "enclosure",
    [b"begin 644 cat.bin\nM" + b"A" * 60 + b"\n`\nend\n", b"=ybegin line=128 size=3 name=cat.bin\nxyz\n=yend size=3\n"],
)
def test_a_file_within_the_text_is_no_words(enclosure: bytes) -> None:
    item = _read(_HEAD + b"\nThe words.\n" + enclosure + b"More words.\n")
    assert "cat.bin" not in " ".join(block.text for block in item.blocks)
    assert any("a file within the text" in note for note in item.warnings)


def test_a_file_that_never_ends_is_text() -> None:
    assert any(
        "begin 644 the day" in text for text in _texts(_HEAD + b"\nWords.\nbegin 644 the day\nand no\nendless night\n")
    )


def test_a_signed_mail_is_its_words() -> None:
    signature = b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n"
    item = _read(_multipart("signed", _TEXT, signature))
    assert [block.text for block in item.blocks] == ["The words."]
    assert not item.warnings


@pytest.mark.parametrize(
    ("part", "named"),
    [
        (b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nMIAG\n", "S/MIME"),
        (b"Content-Type: application/ms-tnef; name=winmail.dat\n\nx\n", "TNEF"),
        (
            b"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=WINMAIL.DAT\n\nx\n",
            "TNEF",
        ),
        (b"Content-Type: image/png\n\nx\n", "image/png"),
        (b"Content-Type: text/plain\n\n-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n", "encrypted"),
    ],
)
def test_what_is_not_opened_is_named(part: bytes, named: str) -> None:
    assert any(named in note for note in _read(_multipart("mixed", _TEXT, part)).warnings)


def test_an_encrypted_mail_has_no_words_and_says_why() -> None:
    control = b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n"
    item = _read(
        _multipart("encrypted", control, b"Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n")
    )
    assert not item.blocks
    assert item.warnings == ("encrypted with PGP: its words cannot be read",)


def test_a_report_is_what_it_tells_and_not_the_mail_that_it_is_about() -> None:
    about = b"Content-Type: message/rfc822\n\nFrom: c@d.example\nSubject: old\n\nOther words.\n"
    assert [block.text for block in _read(_multipart("report", _TEXT, about)).blocks] == ["The words."]


def test_an_enclosed_mail_shows_its_head_without_an_address() -> None:
    enclosed = b"Content-Type: message/rfc822\n\nFrom: Cy Vane <c@d.example>\nSubject: old\n\nOther words.\n"
    blocks = _read(_multipart("mixed", _TEXT, enclosed)).blocks
    assert [block.text for block in blocks] == ["The words.", "From: Cy Vane\nSubject: old", "Other words."]
    assert blocks[1].kind is BlockKind.BOILERPLATE


_PLAIN = b"Content-Type: text/plain\n\nThe same words in two forms.\n"
_PAGE = b"Content-Type: text/html\n\n<h1>The same words</h1><p>in two forms.</p>\n"
_OTHER = b"Content-Type: text/plain\n\nA footer of the list.\n"
_ALTERNATIVE = b"Content-Type: multipart/alternative; boundary=c\n\n--c\n" + _PLAIN + b"--c\n" + _PAGE + b"--c--\n"


@pytest.mark.parametrize(
    ("parts", "texts"),
    [
        ([_ALTERNATIVE], ["The same words", "in two forms."]),
        ([_ALTERNATIVE, _OTHER], ["The same words", "in two forms.", "A footer of the list."]),
        ([_PLAIN, _PAGE], ["The same words", "in two forms."]),
        ([_PAGE, _PLAIN], ["The same words", "in two forms."]),
        ([_OTHER, _PAGE], ["A footer of the list.", "The same words", "in two forms."]),
        (
            [_OTHER, b"Content-Type: message/rfc822\n\nSubject: old\n" + _ALTERNATIVE],
            ["A footer of the list.", "Subject: old", "The same words", "in two forms."],
        ),
    ],
)
def test_a_form_of_the_same_words_is_chosen_and_other_words_are_kept(parts: list[bytes], texts: list[str]) -> None:
    assert _texts(_multipart("mixed", *parts)) == texts


@pytest.mark.parametrize("kind", ["enriched", "richtext"])
def test_rich_text_is_read_where_nothing_else_is_there(kind: str) -> None:
    rich = b"Content-Type: text/" + kind.encode() + b"\n\n<bold>Rich</bold> words <lt>and more>.\n"
    assert _texts(_multipart("mixed", rich)) == ["Rich words <and more>."]
    assert _texts(_multipart("alternative", _TEXT, rich)) == ["The words."]


def test_text_that_came_as_a_file_is_read_when_there_is_nothing_else() -> None:
    file = b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nWords in a file.\n"
    assert _texts(_multipart("mixed", file)) == ["Words in a file."]
    assert _texts(_multipart("mixed", _TEXT, file)) == ["The words."]


def test_parts_that_were_printed_without_their_boundary_in_the_head_are_parts() -> None:
    part = (
        b"--x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nA caf=E9.\n"
    )
    printed = b"From: a@b.example\nSubject: s\n\nThis message is in MIME format.\n\n" + part + b"--x--\n____\nA list\n"
    assert _texts(printed) == ["A café.", "____\nA list"]


@pytest.mark.parametrize(
    "body",
    [
        b"--x\nContent-Type: text/plain\n\nThe end is missing.\n",
        b"A boundary looks so:\n\n--x\nContent-Type: text/plain\n\nand so on\n--x--\n",
        b"-- \nContent-Type: a signature that jokes\n-- --\n",
    ],
)
def test_what_only_looks_like_printed_parts_is_text(body: bytes) -> None:
    words = " ".join(_texts(b"From: a@b.example\nSubject: s\n\n" + body))
    assert "Content-Type:" in words


def test_a_head_that_lost_its_boundary_does_not_lose_the_words() -> None:
    raw = _HEAD + b"Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nThe words.\n--x--\n"
    assert _texts(raw) == ["The words."]


def test_parts_with_one_boundary_at_all_depths_are_found() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nThe words.\n"
    assert _texts(_multipart("mixed", inner)) == ["The words."]


def test_parts_nested_by_the_thousand_are_refused_or_read_but_end() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    assert read_mail(_HEAD + deep, "x", "eml") is not None


@pytest.mark.parametrize(
    ("phrase", "local", "subject", "name"),
    [
        ("", "salon-l", "[Salon] words", "Salon"),
        ("Arts and Letters Friday reading list", "reading", "[AL] words", "reading"),
        ("Arts and Letters", "reading", "Re: [A&L] words", "A&L"),
        ("Lamplight", "lamps", "words", "Lamplight"),
        ("A list with a long description", "lamps", "[Bells] words", "lamps"),
        ("", "", "[Bells] words", None),
    ],
)
def test_a_list_is_called_by_its_tag_or_shortly(phrase: str, local: str, subject: str, name: str | None) -> None:
    assert name_of_list(phrase, local, subject) == name


@pytest.mark.parametrize(
    "header", [b"List-Id: <lamps.lists.example>", b"List-Id: lamps.lists.example", b"X-BeenThere: lamps@lists.example"]
)
def test_a_list_names_itself_in_several_headers(header: bytes) -> None:
    assert _read(_HEAD + header + b"\n\nThe words.\n").list_name == "lamps"


def test_an_enormous_html_part_is_left_out_and_the_text_beside_it_read() -> None:
    enormous = b"Content-Type: text/html\n\n" + b"<p>word</p>\n" * (1 << 21)
    item = _read(_multipart("alternative", _TEXT, enormous))
    assert [block.text for block in item.blocks] == ["The words."]
    assert item.warnings == ("not read: an HTML part of more than 16 MB",)
