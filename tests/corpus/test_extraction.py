"""The rules that tell an article from what surrounds it, one at a time."""

from __future__ import annotations

import time

import pytest
from drafts import letter
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import BlockKind, Draft, Kind, Link, PublicationDate, RawBlock, RawItem
from corpus.extraction.captions import is_caption
from corpus.extraction.drafting import draft_of
from corpus.extraction.furniture import is_publisher_line
from corpus.extraction.subjects import Subject, taken_apart
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.mail import read_mail

_LONG = "The harbor at Brae was closed on Sunday when the crew found a bell, and then a second bell below the first."


def _draft(text: str, subject: str | None = "Bells", **known: object) -> Draft:
    return draft_of(letter(text, subject, **known))


def _kinds(draft: Draft) -> list[tuple[str, str]]:
    return [(str(block.kind), draft.words_of(block)[:20]) for block in draft.blocks]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("[Salon] Bells", Subject("Bells", "Salon")),
        ("Re: [Salon] RE: Bells", Subject("Bells", "Salon", reply=True)),
        ("[Salon] Re: [salon] AW: Re[2]: Re^3: Bells", Subject("Bells", "Salon", reply=True)),
        ("[Salon]Fwd: Bells", Subject("Bells", "Salon", forward=True)),
        ("[Fwd: [Salon] Bells]", Subject("Bells", "Salon", forward=True)),
        ("回复: 转发: Bells", Subject("Bells", reply=True, forward=True)),
        ("Bells (fwd)", Subject("Bells", forward=True)),
        ("Bells (was: Gongs)", Subject("Bells", was="Gongs")),
        ("[PATCH v2] Bells", Subject("[PATCH v2] Bells")),
        ("[Salon] [PATCH 2/3] Bells", Subject("[PATCH 2/3] Bells", "Salon")),
        ("Regarding: bells", Subject("Regarding: bells")),
        ("Bells:\n\t Part two", Subject("Bells: Part two")),
        ("[Salon]", Subject("", "Salon")),
        ("", Subject("")),
    ],
)
def test_a_subject_is_taken_apart(subject: str, expected: Subject) -> None:
    assert taken_apart(subject) == expected


def test_only_the_lists_own_tag_is_taken_when_the_list_is_known() -> None:
    assert taken_apart("[Bells] [Salon] x", "salon-l") == Subject("[Bells] [Salon] x")
    assert taken_apart("[Salon] [Bells] x", "salon-l") == Subject("[Bells] x", "Salon")


@given(st.text(max_size=80))
def test_taking_apart_what_is_left_changes_nothing_more(subject: str) -> None:
    once = taken_apart(subject)
    assert taken_apart(once.words).words == once.words or once.tag is not None


@pytest.mark.parametrize(
    "text",
    [
        "The bell in the museum. Photo: Ana Bee/Reuters",
        "The bell in the museum. Ana Bee/Magnum Photos for WSJ",
        "Two bells. (AP Photo/Ana Bee, File)",
        "Bells. Photograph by Ana Bee",
        "Bells, drawn. Illustration: Bo Reed",
        "A bell, 1902. Bo Reed/Getty Images",
        "A bell, 1902.Credit...Bo Reed for The Brae Post",
        "A bell, 1902. PHOTO: BO REED/REUTERS",
        "A bell, 1902. (Courtesy of the Brae Museum)",
        "A bell, 1902. © Bo Reed",
        "Eine Glocke, 1902. Bildnachweis: Bo Reed",
        "(Illustration by Bo Reed)",
    ],
)
def test_a_credit_at_the_end_makes_a_caption(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize(
    "text",
    [
        "The agency spoke to AP and to Reuters.",
        "He asked for a photo: nobody had one that he liked.",
        "She wrote for The Guardian",
        "The bank gave him credit. Courtesy costs nothing, he said, and bells cost more than anybody thought.",
        "Credit: the bank said that it would give some to those who asked for it early enough in the day.",
        _LONG * 10 + " Photo: Ana Bee/Reuters",
        "",
    ],
)
def test_a_sentence_is_no_caption(text: str) -> None:
    assert not is_caption(text)


def test_a_wrapped_paragraph_is_joined_and_verse_is_not() -> None:
    wrapped = (
        "The harbor at Brae was closed on Sunday when the crew found a\n"
        "bell, and then a second bell below the first one of them, and\nthen too many."
    )
    assert [block.text for block in typed_blocks(wrapped)] == [wrapped.replace("\n", " ")]
    for kept in (
        "Tide in, tide out,\nthe lamp goes round,\nnobody asks\nwhat the keeper found.",
        "- read the act before the next meeting, all of it and its annexes\n"
        "- buy oil for the lamps that are in the tower and in the shed\n- go",
        "bells     41      two of them cracked, one of them for good I think\n"
        "gongs      3      none of them cracked but one without its own cord",
    ):
        assert [block.text for block in typed_blocks(kept)] == [kept]


def test_hidden_text_is_not_read_and_quotes_are_known() -> None:
    blocks, links, _ = typed_markup(
        "<p>Seen<span style='display: none'>hidden</span> words</p><script>alert(1)</script><p hidden>not</p>"
        "<div class='gmail_quote'><div>On Fri, May 2, 2031 Ana wrote:</div><p>Theirs</p></div>"
        "<blockquote><p>A passage set apart</p></blockquote>"
        "<a href='javascript:x'>no</a><a href='https://x.example/a'>yes</a>"
    )
    assert [(str(block.kind), block.text) for block in blocks] == [
        ("paragraph", "Seen words"),
        ("quoted", "On Fri, May 2, 2031 Ana wrote:"),
        ("quoted", "Theirs"),
        ("paragraph", "A passage set apart"),
        ("paragraph", "noyes"),
    ]
    assert links == (Link("https://x.example/a", "yes"),)


def test_a_forward_in_html_keeps_what_its_marks_say() -> None:
    blocks, _, _ = typed_markup(
        "<p>Worth reading.</p><div class='gmail_quote'><div>---------- Forwarded message ---------"
        "<br>From: Ana &lt;a@x.example&gt;<br>Date: Fri, May 2, 2031<br>Subject: Bells<br>To: b@x.example</div>"
        "<h1>Bells</h1>"
        f"<figure><figcaption>A bell</figcaption></figure><p>{_LONG}</p></div>"
    )
    draft = draft_of(letter(blocks, "Fwd: Bells"))
    assert draft.kind is Kind.ARTICLE
    assert [kind for kind, _ in _kinds(draft)] == ["boilerplate"] * 2 + ["heading", "caption", "paragraph"]
    assert draft.published == PublicationDate("2031-05-02")
    assert draft.fields["published"] == "forwarded-mail (weak)"


def test_a_forward_with_quote_marks_is_read_without_them() -> None:
    draft = _draft(
        "Begin forwarded message:\n\n> From: Ana Bee <ana@x.example>\n> Date: 2 May 2031\n> Subject: Bells\n>\n"
        f"> Bells\n>\n> By Bo Reed\n>\n> {_LONG}\n>\n> The museum has them now.\n",
        subject="Fwd: Bells",
    )
    assert draft.kind is Kind.ARTICLE
    assert (draft.title, draft.author) == ("Bells", "Bo Reed")
    assert [draft.words_of(block) for block in draft.body] == [_LONG, "The museum has them now."]


def test_a_forward_of_a_forward_is_opened_to_the_article() -> None:
    head = "From: Ana Bee <ana@x.example>\nDate: Fri, May {day}, 2031\nSubject: Bells\nTo: bo@x.example\n\n"
    draft = _draft(
        "---------- Forwarded message ---------\n"
        + head.format(day=3)
        + "---------- Forwarded message ---------\n"
        + head.format(day=2)
        + _LONG,
        subject="Fwd: Fwd: Bells",
    )
    assert [draft.words_of(block) for block in draft.body] == [_LONG]
    assert draft.published.text == "2031-05-02"


def test_a_forward_of_nothing_stays_a_forward() -> None:
    head = "Begin forwarded message:\n\nFrom: Ana Bee <ana@x.example>\nSubject: Bells\nDate: May 2, 2031\n\n"
    assert _draft(head + "See below.", subject="Fwd: Bells").kind is Kind.FORWARD


def test_an_article_above_a_shorter_forward_keeps_its_words() -> None:
    own = "\n\n".join([_LONG] * 8)
    below = f"---------- Forwarded message ---------\nFrom: Bo Dee <bo@x.example>\nSubject: Gongs\n\n{_LONG}"
    draft = _draft(f"{own}\n\n{below}", "Fwd: Gongs")
    assert draft.kind is Kind.ARTICLE
    assert [draft.words_of(block) for block in draft.body] == [_LONG] * 9
    assert [kind for kind, _ in _kinds(draft)][8:10] == ["boilerplate"] * 2  # the mark and the head
    assert len(_draft(f"{_LONG}\n\n{below}", "Fwd: Gongs").body) == 1  # an introduction is furniture


def test_a_mail_below_an_answer_is_quoted_however_it_is_marked() -> None:
    for below in (
        "On Fri, May 2, 2031 at 9:00 AM Ana Bee <ana@x.example> wrote:\n\n" + _LONG,
        "-----Original Message-----\nFrom: Ana Bee\nSent: May 2, 2031\nTo: Bo\nSubject: Bells\n\n" + _LONG,
        "From: Ana Bee <ana@x.example>\nSent: May 2, 2031\nTo: Bo\nSubject: Bells\n\n" + _LONG,
        "Ana Bee writes:\n> " + _LONG,
    ):
        draft = _draft("I heard only one of them.\n\n" + below, subject="Re: Bells")
        assert draft.kind is Kind.REPLY
        assert [draft.words_of(block) for block in draft.body] == ["I heard only one of them."]
        assert _LONG in draft.text


def test_answers_between_quotes_are_all_the_writers_own() -> None:
    draft = _draft("Ana wrote:\n> one\n\nFirst.\n\n> two\n\nSecond.\n", subject="Re: Bells")
    assert [draft.words_of(block) for block in draft.body] == ["First.", "Second."]


def test_a_link_alone_is_a_note_and_its_address_is_known() -> None:
    draft = _draft("https://x.example/2031/05/01/bells?utm_medium=mail")
    assert (draft.kind, draft.url) == (Kind.NOTE, "https://x.example/2031/05/01/bells")
    assert draft.published.text == "2031-05-01"


def test_no_address_is_a_normal_answer() -> None:
    assert _draft(f"Bells\n\n{_LONG}").url is None


def test_a_date_after_the_posting_is_refused_and_said() -> None:
    draft = _draft(f"Bells\n\nBy Ana Bee  May 5, 2031  The Post\n\n{_LONG}")
    assert draft.published == PublicationDate()
    assert draft.fields["published"].startswith("refused: byline gave 2031-05-05")
    assert _draft(f"Bells\n\nBy Ana Bee  May 4, 2031\n\n{_LONG}").published.text == "2031-05-04"  # a day for the zones


def test_a_missing_date_is_not_made_up() -> None:
    draft = _draft(f"Bells\n\n{_LONG}")
    assert draft.published == PublicationDate()
    assert "published" not in draft.fields


def test_a_headline_is_the_block_that_shares_the_subjects_words() -> None:
    draft = _draft(
        f"For the list.\n\nBells Found Below the Harbor at Brae\n\n{_LONG}", "Reuters - Bells found below harbor"
    )
    assert (draft.title, draft.outlet) == ("Bells Found Below the Harbor at Brae", "Reuters")
    assert draft.fields["title"] == "heading-like-subject"
    assert _draft(_LONG, "Bells, anyway").title == "Bells, anyway"


@pytest.mark.parametrize("line", ["CNN", "CNN —", "The Wall Street Journal"])
def test_an_outlets_name_above_the_text_is_no_headline(line: str) -> None:
    draft = _draft(f"{line}\n\nFire in Porto\n\n{_LONG}\n\n{_LONG}", f"Fire in Porto - {line.rstrip(' —')}")
    assert draft.title == "Fire in Porto"
    assert [str(block.kind) for block in draft.blocks] == ["boilerplate", "heading", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    "subject", ["Fire in the Old Harbor - Northern Tidings", "Northern Tidings - Fire in the Old Harbor"]
)
def test_of_the_subjects_two_sides_the_longer_line_is_the_headline(subject: str) -> None:
    draft = _draft(f"Northern Tidings\n\nFire in the Old Harbor\n\n{_LONG}\n\n{_LONG}", subject)
    assert (draft.title, draft.outlet) == ("Fire in the Old Harbor", "Northern Tidings")


def test_a_first_sentence_that_repeats_the_subject_stays_in_the_body() -> None:
    first = "Rents hit a record high in July for the 17th month in a row, putting more pressure on renters."
    subject = "US rents hit a record high for the 17th month in a row"
    draft = _draft(f"{first}\n\n{_LONG}", subject)
    assert draft.title == subject
    assert [draft.words_of(block) for block in draft.body] == [first, _LONG]
    assert _draft(f"{first}\n\n{_LONG}", first).title == first  # a headline may end in a full stop


def test_headline_byline_and_date_on_neighbouring_lines_are_apart() -> None:
    draft = _draft(f"Bells Found Below the Harbor\nBy Ana Bee\nMay 1, 2031\n\n{_LONG}", "Bells found below the harbor")
    assert (draft.author, draft.published.text) == ("Ana Bee", "2031-05-01")
    assert [kind for kind, _ in _kinds(draft)] == ["heading", "boilerplate", "boilerplate", "paragraph"]


def test_a_signature_and_a_footer_are_furniture_and_a_divider_is_not() -> None:
    footer = "_" * 40 + "\nSalon mailing list\nhttps://x.example/mailman/listinfo/salon\n"
    draft = _draft(f"{_LONG}\n\n-- \nAna Bee\nBrae\n\n{footer}")
    assert [kind for kind, _ in _kinds(draft)] == ["paragraph", "boilerplate", "boilerplate"]
    divided = _draft(f"{_LONG}\n\n--\n\n" + "\n\n".join([_LONG] * 20))
    assert sum(block.kind is BlockKind.PARAGRAPH for block in divided.blocks) >= 21


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        ("Reporting by Ana Bee in Brae and Bo Dee; Editing by the Brae Post", True),
        ("— Additional reporting by Tomos Vale.", True),
        ("Copyright 2031 by Brae Post. Click for restrictions.", True),
        ("© The Brae Post 2031", True),
        ("Writing by hand is slow, and yet the monks of the island copy their books in this way.", False),
        ("Reporting by Ana Bee showed that the council had known of the bell for years.", False),
        ("Copyright law in 1998 was extended by twenty years, and the bells stayed silent.", False),
    ],
)
def test_a_credit_of_the_staff_is_told_from_a_sentence(line: str, furniture: bool) -> None:
    assert is_publisher_line(line) is furniture


def test_given_fields_are_kept_and_said_to_be_given() -> None:
    item = RawItem(
        source="x", format="markdown", original=b"", blocks=(RawBlock(BlockKind.PARAGRAPH, _LONG),),
        title="Bells", author="Ana Bee", outlet="The Post", published=PublicationDate("2031-05"), url="https://x.example/a",
    )  # fmt: skip
    draft = draft_of(item)
    assert (draft.title, draft.author, draft.outlet, draft.published.text) == (
        "Bells",
        "Ana Bee",
        "The Post",
        "2031-05",
    )
    assert {draft.fields[name] for name in ("title", "author", "outlet", "published", "url")} == {"given"}


_PLAIN = b"From: Ana <a@x.example>\nDate: Fri, 02 May 2031 09:12:44 +0000\nSubject: %s\nContent-Type: text/%s\n\n"


@pytest.mark.parametrize(
    ("subject", "kind", "body"),
    [
        (b"s", b"html", b"<div>" * 100_000 + b"words " * 20),
        (b"s", b"html", b"<blockquote type=cite>" * 100_000 + b"words"),
        (b"s", b"html", b"<a href='https://x.example/a'>" * 50_000),
        (b"s", b"html", b"<" * 1_000_000),
        (b"s", b"html", b"<p>" + b"word " * 2_000_000),
        (b"s", b"plain", b"word " * 2_000_000),
        (b"s", b"plain", b" " * 10_000_000 + b"x"),
        (b"s", b"plain", b"By Ana Bee\n" * 50_000),
        (b"s", b"plain", b"a@b " * 500_000),
        (b"Fwd: s", b"plain", b"From: x\n\n" * 20_000),
        (b"Re: s", b"plain", b"On x wrote:\n> q\n" * 20_000),
        (b"Re: s", b"plain", b"-- \n> q\n" * 20_000),
        (b"=?utf-8?q?a?= " * 20_000, b"plain", b"x"),
    ],
)
def test_a_hostile_mail_takes_seconds_and_not_minutes(subject: bytes, kind: bytes, body: bytes) -> None:
    started = time.monotonic()
    item = read_mail(_PLAIN % (subject, kind) + body, "x", "eml")
    assert isinstance(item, RawItem)
    draft_of(item)
    # A quadratic rule takes minutes at these sizes; the bound leaves room for a busy machine.
    assert time.monotonic() - started < 30
