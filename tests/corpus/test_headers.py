"""What mail headers say, in the forms that mail programs and archives gave them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.headers import Sender, answered_id, message_id, message_ids, parsed_address, real_sender, unfolded, words


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Ana Quill <ana@one.example>", "Ana Quill", "ana@one.example"),
        ('"Quill, Ana" <ana@one.example>', "Quill, Ana", "ana@one.example"),
        ("Quill, Ana <ana@one.example>", "Quill, Ana", "ana@one.example"),
        (
            "Ana (_You_ hide, they seek.) Quill <ana@one.example>",
            "Ana (_You_ hide, they seek.) Quill",
            "ana@one.example",
        ),
        ("<ana@one.example> (Ana Quill)", "Ana Quill", "ana@one.example"),
        ("ana@one.example (Ana Quill)", "Ana Quill", "ana@one.example"),
        ("ana at one.example (Ana Quill)", "Ana Quill", "ana@one.example"),
        ("Ana Quill ana@one.example", "Ana Quill", "ana@one.example"),
        ("Ana Quill <ana at one.example>", "Ana Quill", "ana@one.example"),
        ("ana at one dot example", None, "ana@one.example"),
        ("ana [at] one [dot] example", None, "ana@one.example"),
        ("ana\uff20one.example", None, "ana@one.example"),
        ("ana@one.example, Bo <bo@two.example>", None, "ana@one.example"),
        ("ana@one.example bo@two.example", None, "ana@one.example"),
        ("Friends: Ana <ana@one.example>, bo@two.example;", "Ana", "ana@one.example"),
        ("undisclosed-recipients:;", None, None),
        ("Ana(the \\) one)<ana(at work)@one.example(here)>", "Ana(the ) one)", "ana@one.example"),
        ("Ana <ana@ one.example>", "Ana", "ana@one.example"),
        ("Ana <ana>", "Ana", None),
        ('Ana \\"Nib\\" Quill <ana@one.example>', 'Ana "Nib" Quill', "ana@one.example"),
        ("Ana Quill", "Ana Quill", None),
        ("Look at this", "Look at this", None),
        ("=?utf-8?q?Zo=C3=AB=2C_Ana?= <zoe@one.example>", "Zoë, Ana", "zoe@one.example"),
        ("Zo\udcc3\udcab <zo\udcc3\udcab@one.example>", "Zoë", "zoë@one.example"),
        ("one!two!ana@three.example", None, "one!two!ana@three.example"),
        ("ana@one.example <ana@one.example>", None, "ana@one.example"),
        (",", None, None),
        ("", None, None),
    ],
)
def test_a_sender_has_a_name_and_an_address(value: str, name: str | None, address: str | None) -> None:
    sender = parsed_address(value)
    assert (sender.name, sender.address) == (name, address)


@pytest.mark.parametrize("host", ["xxxxxxxxxx", "xxxx.xxx", "DOMAIN.HIDDEN"])
def test_what_is_left_of_a_crossed_out_address_is_nobodys(host: str) -> None:
    assert parsed_address(f"Ana <ana@{host}>").address is None


@given(st.text(max_size=300))
def test_any_sender_is_survived_and_can_be_stored(value: str) -> None:
    sender = parsed_address(value)
    f"{sender.name}{sender.address}".encode()


def test_a_list_that_rewrote_the_sender_left_the_person_in_reply_to() -> None:
    rewritten = "Ana Quill via Lamplight <lamplight@lists.example>"
    assert real_sender(rewritten, "Ana Quill <ana@one.example>").address == "ana@one.example"
    alone = real_sender(rewritten, "lamplight@lists.example")
    assert (alone.name, alone.address) == ("Ana Quill", None)


@pytest.mark.parametrize(
    ("value", "identifier"),
    [
        ("<a@one.example>", "a@one.example"),
        ("a@one.example", "a@one.example"),
        ("<a@ one.example >", "a@one.example"),
        ("<a@b@one.example>", "a@b@one.example"),
        ("(comment) <a@one.example>", "a@one.example"),
        ("not an id", None),
        ("<>", None),
        ("", None),
        (None, None),
    ],
)
def test_a_message_id_stands_without_its_brackets(value: str | None, identifier: str | None) -> None:
    assert message_id(value) == identifier


@pytest.mark.parametrize(
    ("value", "answered"),
    [
        ("<a@one.example>", "a@one.example"),
        ("<a@one.example> <b@one.example>", "a@one.example"),
        ('Message from Ana <ana@one.example> of "Tue, 3 Aug 1999" <a@one.example>', "a@one.example"),
        ("Your message of <a@one.example>", "a@one.example"),
        ("a@one.example", "a@one.example"),
        ("Ana's mail", None),
        (None, None),
    ],
)
def test_an_answer_names_the_mail_it_answers_and_not_the_person(value: str | None, answered: str | None) -> None:
    assert answered_id(value) == answered


def test_references_are_kept_in_order_and_once() -> None:
    assert message_ids("<a@x> junk <b@x>\n <a@x>") == ("a@x", "b@x")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("A subject\n\tthat goes on", "A subject that goes on"),
        ("=?utf-8?q?Caf=C3?= =?utf-8?q?=A9_open?=", "Café open"),
        ('"=?iso-8859-1?q?Caf=E9?="', '"Café"'),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?x-unknown?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?b?Q2Fmw6k?=", "Café"),
        ("caf\udce9", "café"),
        (b"caf\xc3\xa9", "café"),
        ("=?utf-8?q?line=0Abreak?=", "line break"),
        ("50% =? off ?=", "50% =? off ?="),
    ],
)
def test_words_are_decoded_whatever_they_are_broken_by(raw: str | bytes, text: str) -> None:
    assert words(raw) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=100))
def test_words_without_encoded_words_only_lose_their_ends(text: str) -> None:
    assert words(text) == unfolded(text) or "=?" in text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=?utf-8?q?Zo=C3=AB?= Third", "Zoë Third"),
        ("=?utf-8?b?w4?= =?utf-8?b?nes?=", None),  # broken: whatever comes, no error
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),  # cut in the middle of a letter
        ("=?x-unknown?q?plain?=", "plain"),
        ("=?iso-8859-1*en?q?caf=E9?=", "café"),
        ("a\r\n b\tc", "a b c"),
        (b"caf\xe9", "café"),
        (b"caf\xc3\xa9".decode("ascii", "surrogateescape"), "café"),
        ("=?utf-8?q?a b?=", "a b"),
    ],
)
def test_header_words_are_decoded(raw: str | bytes, expected: str | None) -> None:
    value = words(raw)
    value.encode("utf-8")
    assert expected is None or value == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ana Bee <ana@x.example>", Sender("Ana Bee", "ana@x.example")),
        ('"Bee, Ana" <ana@x.example>', Sender("Bee, Ana", "ana@x.example")),
        ("ana at x.example (Ana Bee)", Sender("Ana Bee", "ana@x.example")),
        ("Ana Bee ana@x.example", Sender("Ana Bee", "ana@x.example")),
        ("ana@x.example", Sender(None, "ana@x.example")),
        ("ana@x.example <ana@x.example>", Sender(None, "ana@x.example")),  # an address is never shown as a name
        ("ana＠x.example".replace("＠", "@"), Sender(None, "ana@x.example")),
        ("Ana Bee", Sender("Ana Bee", None)),
        ("", Sender(None, None)),
    ],
)
def test_a_sender_has_a_name_an_address_or_both(value: str, expected: Sender) -> None:
    assert parsed_address(value) == expected


def test_a_sender_that_the_list_rewrote_is_undone() -> None:
    assert real_sender("Ana via L <l@x.example>", "Ana Bee <ana@y.example>") == Sender("Ana Bee", "ana@y.example")
    assert real_sender("Ana via L <l@x.example>", "L <l@x.example>") == Sender("Ana", None)
    assert real_sender("'Ana Bee' via L <l@x.example>", None) == Sender("Ana Bee", None)
    assert real_sender("Ana Bee <ana@y.example>", "L <l@x.example>") == Sender("Ana Bee", "ana@y.example")


def test_message_ids_are_found_among_other_words() -> None:
    assert message_ids("<a@b> your mail of <c@d> <a@b>") == ("a@b", "c@d")
    assert message_id("a@b") == "a@b"
    assert message_id("no id here") is None
