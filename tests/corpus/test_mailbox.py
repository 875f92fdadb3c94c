"""Mailboxes split by the rule, and the rule against what mail writers did to it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import RawItem
from corpus.readers.mail import MOST_BYTES, read_mail
from corpus.readers.mailbox import is_separator, split_mailbox

_LINES = st.lists(
    st.sampled_from(
        [b"", b"words", b"From here on", b">From there", b">>From deep", b"Year: 1963", b"> quote", b"\xff\0"]
    ),
    max_size=8,
)


@pytest.mark.parametrize(
    "line",
    [
        b"From ana@one.example Wed May  7 10:00:00 2031",
        b"From ana at one.example  Wed May  7 10:00:00 2031",
        b"From ana@one.example Wed May 07 10:00:00 +0200 2031",
        b"From ana@one.example Wed May  7 10:00:00 EDT 2031",
        b"From 1844347792267117879@xxx Fri May 09 12:00:00 +0000 2031",
        b"From ana@one.example Mon, 2 Aug 1999 18:55:09 -0400 (EDT)",
        b"From - Wed May  7 10:00:00 2031",
        b"From -",
        b"From MAILER-DAEMON",
    ],
)
def test_a_line_that_ends_in_a_date_or_is_bare_begins_a_mail(line: bytes) -> None:
    assert is_separator(line + b"\n", b"Subject: x\n")
    assert not is_separator(line + b"\n", b"and so on.\n")


@pytest.mark.parametrize(
    "line", [b"From Russia with love", b"From here to the 9th of May 2031", b"From: ana", b">From -"]
)
def test_a_sentence_is_no_separator_even_above_a_line_with_a_colon(line: bytes) -> None:
    assert not is_separator(line + b"\n", b"Year: 1963\n")


@given(st.lists(_LINES, min_size=1, max_size=6), st.integers(min_value=1, max_value=40))
def test_a_mailbox_written_by_the_book_comes_back_mail_by_mail(bodies: list[list[bytes]], chunk: int) -> None:
    """mboxrd: one more ">" before every line that is From, quoted or not, undone by taking one."""
    mails = [b"Subject: s\n\n" + b"".join(line + b"\n" for line in body) for body in bodies]
    written = b""
    for mail in mails:
        escaped = b"".join(
            b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in mail.splitlines(keepends=True)
        )
        written += b"From a@b.example Wed May  7 10:00:00 2031\n" + escaped
    chunks = [written[at : at + chunk] for at in range(0, len(written), chunk)]
    assert [letter.raw for letter in split_mailbox(chunks)] == mails


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"From a@b.example Wed May  7 10:00:00 2031\n",
                b"From -\r\n",
                b"From here on\n",
                b">From there\n",
                b"Subject: s\n",
                b"Content-Length: 9\r\n",
                b"Content-Length: 40\n",
                b"\n",
                b"\r\n",
                b"words\n",
                b"\0\xff",
                b"\xef\xbb\xbf",
            ]
        ),
        max_size=30,
    ).map(b"".join),
    st.integers(min_value=1, max_value=50),
)
def test_how_a_file_is_cut_into_chunks_does_not_matter(raw: bytes, chunk: int) -> None:
    pieces = [raw[at : at + chunk] for at in range(0, len(raw), chunk)]
    assert list(split_mailbox(pieces)) == list(split_mailbox([raw]))


def _with_length(body: bytes, length: int) -> bytes:
    head = b"From a@b.example Wed May  7 10:00:00 2031\nSubject: s\nContent-Length: " + str(length).encode() + b"\n\n"
    return head + body


_COPIED = b"Look:\nFrom x@y.example Wed May  7 10:00:00 2031\nSubject: copied\n\nwords\n"


@pytest.mark.parametrize(
    ("mailbox", "mails"),
    [
        (_with_length(_COPIED, len(_COPIED)) + _with_length(b"two\n", 4), 2),
        (_with_length(_COPIED, len(_COPIED)) + b"\n" + _with_length(b"two\n", 4), 2),
        (_with_length(_COPIED, len(_COPIED)), 1),
        (_with_length(_COPIED, len(_COPIED) - 2) + _with_length(b"two\n", 4), 3),
        (_with_length(_COPIED, 99999) + _with_length(b"two\n", 4), 3),
        (_with_length(b"", 99999) * 50, 50),
    ],
)
def test_a_content_length_is_believed_where_a_mail_ends_there(mailbox: bytes, mails: int) -> None:
    assert len(list(split_mailbox([mailbox]))) == mails


def test_a_mail_above_the_limit_keeps_its_beginning_and_the_next_is_found() -> None:
    line = b"From a@b.example Wed May  7 10:00:00 2031\nSubject: s\n\n"
    huge = (b"x" * 99 + b"\n") * 10_000
    chunks = [line, *[huge] * (MOST_BYTES // len(huge) + 2), line + b"The next.\n"]
    first, second = split_mailbox(chunks)
    assert not first.whole and len(first.raw) == MOST_BYTES
    assert second.whole and second.raw.endswith(b"The next.\n")


def test_a_byte_order_mark_carriage_returns_and_nul_bytes_do_not_hide_a_mail() -> None:
    one = b"\xef\xbb\xbfFrom - \r\nSubject: one\r\n\r\nwords\0\r\n\r\n"
    two = b"From - Wed May  7 10:00:00 2031\r\nSubject: two\n\nno line break at the end"
    assert [letter.raw[:12] for letter in split_mailbox([one + two])] == [b"Subject: one", b"Subject: two"]


def test_text_before_the_first_mail_is_no_mail() -> None:
    assert list(split_mailbox([b"This is a mailbox.\n\nReally.\n"])) == []


def test_a_line_of_megabytes_is_kept_whole_and_splits_nothing() -> None:
    line = b"x" * 5_000_000 + b"From a@b.example Wed May  7 10:00:00 2031\n"
    mail = b"Subject: s\n\n" + line + b"Year: 1963\n"
    chunks = [b"From a@b.example Wed May  7 10:00:00 2031\n" + mail]
    assert [letter.raw for letter in split_mailbox(chunks)] == [mail]


@pytest.mark.parametrize("encoding", [b"plain", b"7-bit", b"", b"8bit;", b"x-nonsense"])
def test_a_wrong_name_of_a_transfer_encoding_is_read_for_what_it_means(encoding: bytes) -> None:
    raw = b"From: a@b.example\nSubject: s\nContent-Transfer-Encoding: " + encoding + b"\n\nCaf\xc3\xa9 = words.\n"
    item = read_mail(raw, "x", "eml")
    assert isinstance(item, RawItem)
    assert [block.text for block in item.blocks] == ["Café = words."]


def test_a_footer_that_a_list_put_behind_base64_is_not_decoded() -> None:
    raw = b"From: a@b.example\nSubject: s\nContent-Transfer-Encoding: base64\n\nV29yZHMgaW4gaGVyZS4=\n____\nA list\n"
    item = read_mail(raw, "x", "eml")
    assert isinstance(item, RawItem)
    assert [block.text for block in item.blocks] == ["Words in here."]


@pytest.mark.parametrize(
    ("declared", "raw", "text"),
    [
        (b"gb2312", "貓".encode("gb18030"), "貓"),
        (b"iso-8859-1", b"\x93so\x94", "“so”"),
        (b"us-ascii", "“so”".encode(), "“so”"),
        (b"x-unknown", b"\x93so\x94", "“so”"),
        (b"utf-8", b"caf\xe9", "café"),
        (b"ks_c_5601-1987", "똠".encode("cp949"), "똠"),
        (b"unicode_escape", b"\\u0041", "\\u0041"),
        (b"zlib", b"so", "so"),
    ],
)
def test_bytes_are_read_by_what_mail_means_and_not_only_by_what_it_says(declared: bytes, raw: bytes, text: str) -> None:
    mail = b"From: a@b.example\nSubject: s\nContent-Type: text/plain; charset=" + declared + b"\n\n" + raw
    item = read_mail(mail, "x", "eml")
    assert isinstance(item, RawItem)
    assert [block.text for block in item.blocks] == [text]


def test_html_that_says_as_much_is_preferred_and_html_that_says_less_is_not() -> None:
    def mail(html: bytes) -> list[str]:
        raw = (
            b"From: a@b.example\nSubject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
            b"Content-Type: text/plain\n\nA heading\n\nAnd a sentence below it.\n\n--b\nContent-Type: text/html\n\n"
            + html
            + b"\n--b--\n"
        )
        item = read_mail(raw, "x", "eml")
        assert isinstance(item, RawItem)
        return [str(block.kind) for block in item.blocks]

    assert mail(b"<h1>A heading</h1><p>And a sentence below it.</p>") == ["heading", "paragraph"]
    assert mail(b"<h1>See text</h1>") == ["paragraph", "paragraph"]


def test_html_that_came_as_a_file_is_read_when_there_is_nothing_else() -> None:
    """As HyperKitty exports a mail that has no plain text."""
    raw = (
        b"From: a@b.example\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: text/html\n"
        b"Content-Disposition: attachment; filename=attachment.htm\n\n<p>The words.</p>\n--b--\n"
    )
    item = read_mail(raw, "x", "hyperkitty")
    assert isinstance(item, RawItem)
    assert [block.text for block in item.blocks] == ["The words."]
