"""A digest's mails are postings of their own, and nothing else is taken for a digest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from postings import POSTINGS

from corpus.readers.digests import mails_of_digest, without_digests
from corpus.readers.mailbox import Letter

_MIME = (POSTINGS / "digest.eml").read_bytes()
_HEAD = b"From: a@b.example\nSubject: Lamplight Digest, Vol 1, Issue 2\n\n"
_MAIL = b"From: c@d.example\nSubject: one\nMessage: 1\n\nWords.\n\n"
_RULE = b"-" * 30 + b"\n\n"
_PLAIN = (
    _HEAD + b"Today's Topics:\n\n" + b"-" * 70 + b"\n\n" + _MAIL + _RULE + _MAIL + _RULE + b"End of Lamplight Digest\n"
)


def test_the_mails_of_a_digest_come_with_their_own_heads() -> None:
    mails = mails_of_digest(_MIME)
    assert [mail.split(b"\n", 1)[0] for mail in mails] == [
        b"From: Eva Strand <eva@ten.example>",
        b"From: Gil Berg <gil@twelve.example>",
    ]
    assert b"\nFrom the pier" in mails[0]


def test_a_digest_of_parts_nested_by_the_thousand_ends() -> None:
    deep = b"".join(b"Content-Type: multipart/digest; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert len(mails_of_digest(b"Subject: x\n" + deep)) <= 1


def test_a_header_of_a_mail_in_a_digest_is_left_as_it_was() -> None:
    long = b"Subject: " + b"words that go on and on " * 12 + b"=?utf-8?q?=C3=A9?= caf\xe9"
    mail = _MIME.replace(b"Subject: [Lamplight] Kelp farmers of Brae ask for a calmer sea", long, 1)
    assert mails_of_digest(mail)[0].split(b"\n")[1] == long


def test_a_plain_digest_is_cut_at_its_rules() -> None:
    assert [b"Words." in mail for mail in mails_of_digest(_PLAIN)] == [True, True]


@pytest.mark.parametrize(
    "raw",
    [
        _PLAIN.replace(b"Subject: Lamplight Digest", b"Subject: Re: Lamplight Digest"),
        _PLAIN.replace(b"Lamplight Digest, Vol", b"Lamplight, Vol"),
        _PLAIN.replace(b"-" * 70, b"-" * 10),
        _HEAD + b"A digest of the year without any mail in it.\n",
        b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: message/rfc822\n\nFrom: c@d.example\nSubject: digest\n\nWords.\n--b--\n",
    ],
)
def test_a_reply_a_forward_and_a_text_about_digests_are_none(raw: bytes) -> None:
    assert mails_of_digest(raw) == ()


def test_a_digest_gives_way_to_its_mails_in_a_mailbox() -> None:
    letters = [
        Letter(b"From a\n", b"Subject: x\n\nWords.\n"),
        Letter(b"From b\n", _MIME),
        Letter(b"From c\n", _MIME, whole=False),
    ]
    assert [letter.from_line for letter in without_digests(letters)] == [
        b"From a\n",
        b"From b\n",
        b"From b\n",
        b"From c\n",
    ]


@given(
    st.lists(
        st.sampled_from([_HEAD, _MAIL, _RULE, b"-" * 70 + b"\n", b"\n", b"Content-Type: multipart/digest\n", b"\xff"])
    )
)
def test_any_pieces_are_survived(pieces: list[bytes]) -> None:
    assert all(mails_of_digest(b"".join(pieces)))
