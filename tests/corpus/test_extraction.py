"""The rules that tell an article from what surrounds it, one at a time."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.addresses import cleaned, may_be_article, urls_in
from corpus.article import BlockKind, Draft, Kind, Link, PublicationDate, RawBlock, RawItem
from corpus.dates import date_in_url, find_publication_date, header_date, stated_date
from corpus.extraction.bylines import read_byline
from corpus.extraction.captions import is_caption
from corpus.extraction.credit_lines import read_credit_line
from corpus.extraction.drafting import draft_of
from corpus.extraction.furniture import is_publisher_line
from corpus.extraction.subjects import Subject, taken_apart
from corpus.headers import Sender, message_id, message_ids, parsed_address, real_sender, words
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.mail import read_mail

_POSTED = dt.datetime(2031, 5, 3, 8, 0, tzinfo=dt.UTC)
_LONG = "The harbor at Brae was closed on Sunday when the crew found a bell, and then a second bell below the first."


def _draft(text: str, subject: str | None = "Bells", **known: object) -> Draft:
    item = RawItem(
        source="x",
        format="eml",
        original=b"",
        blocks=typed_blocks(text),
        subject=subject,
        posted=_POSTED,
        **known,  # type: ignore[arg-type]
    )
    return draft_of(item)


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
    ("value", "expected"),
    [
        ("Fri, 05 Jul 2024 09:12:44 -0400 (EDT)", "2024-07-05T09:12:44-04:00"),
        ("Fri, 5 Jul 2024 09:12:44 PDT", "2024-07-05T09:12:44-07:00"),
        ("Sun Mar  2 17:05:30 MST 2014", "2014-03-02T17:05:30-07:00"),
        ("Sun Mar  2 17:05:30 2014", "2014-03-02T17:05:30+00:00"),
        ("July 5, 2024 at 9:12:44 AM EDT", "2024-07-05T09:12:44-04:00"),
        ("Fri, 05 Jul 2024 09:12 GMT", "2024-07-05T09:12:00+00:00"),
        ("Tue, 30 Nov 1999 23:56:33 -3000", None),
        ("31 Feb 2031 59:10", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_header_date_is_a_moment_or_nothing(value: str, expected: str | None) -> None:
    moment = header_date(value)
    assert (moment.isoformat() if moment else None) == expected


@given(st.text(max_size=60))
def test_no_text_makes_a_naive_date(value: str) -> None:
    moment = header_date(value)
    assert moment is None or moment.utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ana Bee  July 4, 2024  The Post", "2024-07-04"),
        ("4 July 2024", "2024-07-04"),
        ("Thursday, 4th of July 2024", "2024-07-04"),
        ("Sept. 30, 2024", "2024-09-30"),
        ("le 14 février 2031", "2031-02-14"),
        ("3. März 2031", "2031-03-03"),
        ("2024-07-04", "2024-07-04"),
        ("July 2024", "2024-07"),
        ("Feb 31, 2024", None),
        ("7/4/2024", None),
        ("in 2024", None),
        ("last July", None),
    ],
)
def test_a_date_of_publication_is_no_more_exact_than_it_is_written(text: str, expected: str | None) -> None:
    found = find_publication_date(text)
    assert (found[0].text if found else None) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2031-06-09T23:30:00-05:00", "2031-06-09"),  # cut to its own date, not moved to another zone
        ("2031-06-09 23:30", "2031-06-09"),
        ("2031-06", "2031-06"),
        ("2031", "2031"),
        ("Mon, 09 Jun 2031 23:30:00 -0500", "2031-06-09"),
        ("June 9, 2031", "2031-06-09"),
        ("2031-13-01", None),
        ("soon", None),
    ],
)
def test_a_stated_date_is_read_as_stated(value: str, expected: str | None) -> None:
    date = stated_date(value)
    assert (date.text if date else None) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/2031/02/14/moss", "2031-02-14"),
        ("https://x.example/world/2031/feb/14/moss", "2031-02-14"),
        ("https://x.example/moss-20310214.html", "2031-02-14"),
        ("https://x.example/2031/02/moss", "2031-02"),
        ("https://x.example/2031/02/31/moss", "2031-02"),  # no such day, but the folder is the month's
        ("https://x.example/2031/13/01/moss", None),
        ("https://x.example/id/20310214997", None),
        ("https://2031.example/", None),
    ],
)
def test_an_address_may_hold_the_date(url: str, expected: str | None) -> None:
    date = date_in_url(url)
    assert (date.text if date else None) == expected


@pytest.mark.parametrize(
    ("line", "author", "outlet", "published"),
    [
        ("By Ana Bee\u00a0\u00a0 May 1, 2031\u00a0 The Brae Post", "Ana Bee", "The Brae Post", "2031-05-01"),
        ("By Ana Bee and Bo de la Reed", "Ana Bee and Bo de la Reed", None, None),
        ("By Ana Bee, Bo Reed and Cy Vane", "Ana Bee, Bo Reed and Cy Vane", None, None),
        ("By Ana Bee, Reuters", "Ana Bee", "Reuters", None),
        ("By Ana Bee | Reuters | May 1, 2031", "Ana Bee", "Reuters", "2031-05-01"),
        ("BY ANA BEE MAY 1, 2031 9:00 AM ET", "ANA BEE", None, "2031-05-01"),
        ("Von Änne Öhl, 3. März 2031", "Änne Öhl", None, "2031-03-03"),
        ("By The Associated Press", None, "The Associated Press", None),
        ("By Ana Bee, Chief Keeper of Lamps", "Ana Bee", None, None),
    ],
)
def test_a_byline_is_read(line: str, author: str | None, outlet: str | None, published: str | None) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (byline.author, byline.outlet) == (author, outlet)
    assert (byline.published.text if byline.published else None) == published


@pytest.mark.parametrize(
    "line",
    [
        "By Monday, the army had left the town.",
        "By the time the ferry came it was dark.",
        "By June",
        "De la pluie et du beau temps",
        "Bylaws were changed",
        "By " + "Ana Bee " * 80,
    ],
)
def test_a_sentence_that_begins_so_is_no_byline(line: str) -> None:
    assert read_byline(line) is None


@pytest.mark.parametrize(
    ("line", "author", "outlet", "published"),
    [
        ("Ana Bee, The Brae Post, May 1, 2031", "Ana Bee", "The Brae Post", "2031-05-01"),
        ("The Brae Post / May 1, 2031 / Ana Bee", "Ana Bee", "The Brae Post", "2031-05-01"),
        ("Harbour Weekly, May 1, 2031, by Ana Bee", "Ana Bee", "Harbour Weekly", "2031-05-01"),
        ("—Ana Bee, Harbour Weekly, May 1, 2031", "Ana Bee", "Harbour Weekly", "2031-05-01"),
        ("Reuters", None, "Reuters", None),
        ("Published May 1, 2031 at 9:00 am", None, None, "2031-05-01"),
    ],
)
def test_a_line_of_credits_is_read(line: str, author: str | None, outlet: str | None, published: str | None) -> None:
    credit = read_credit_line(line)
    assert credit is not None
    assert (credit.author, credit.outlet) == (author, outlet)
    assert (credit.published.text if credit.published else None) == published


@pytest.mark.parametrize(
    "line",
    ["The bell rang on May 1, 2031, and nobody came.", "Ana Bee", "Brae, May 1, 2031, to whom it may concern", ""],
)
def test_a_line_with_anything_else_in_it_is_text(line: str) -> None:
    assert read_credit_line(line) is None


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


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://X.example/a?utm_source=b&id=7&fbclid=c#:~:text=d", "https://x.example/a?id=7"),
        ("https://x.example/a?b=c%20d", "https://x.example/a?b=c%20d"),
        ("https://www.google.com/url?q=https://x.example/a&sa=D", "https://x.example/a"),
        ("https://urldefense.com/v3/__https://x.example/a__;!!k", "https://x.example/a"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__x.example_a&d=k", "https://x.example/a"),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fa&data=k",
            "https://x.example/a",
        ),
        ("https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2Fx.example%2Fa_b-c&k=k", "https://x.example/a_b-c"),
        ("https://urldefense.com/v3/__https://x.example/m*C3*BCr__;JSU!!k", "https://x.example/m%C3%BCr"),
        ("https://urldefense.com/v3/__https:/x.example/**Bb__;w6TDtsO8!!k", "https://x.example/äöüb"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.example%2Fa&h=k", "https://x.example/a"),
        ("https://click.y.example/track?id=1&url=https%3A%2F%2Fx.example%2Fa", "https://x.example/a"),
        ("https://secure-web.cisco.com/1k/https%3A%2F%2Fx.example%2Fa", "https://x.example/a"),
        ("https://substack.com/redirect/2/eyJlIjoiaHR0cHM6Ly94LmV4YW1wbGUvYSJ9.k", "https://x.example/a"),
        ("https://www.google.com/amp/s/x.example/a/amp/", "https://x.example/a"),
        ("https://x-example.cdn.ampproject.org/c/s/x.example/a", "https://x.example/a"),
        ("https://x.example/a?outputType=amp&b=1", "https://x.example/a?b=1"),
        ("https://y.us1.list-manage.com/track/click?u=1&id=2", "https://y.us1.list-manage.com/track/click?u=1&id=2"),
        (
            "https://x.example/story?u=https%3A%2F%2Fy.example%2F",
            "https://x.example/story?u=https%3A%2F%2Fy.example%2F",
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript%3Aalert%281%29"),
        ("https://t.co/abc", "https://t.co/abc"),
        ("https://[::1/a", "https://[::1/a"),
    ],
)
def test_an_address_is_unwrapped_by_reading_it(url: str, expected: str) -> None:
    assert cleaned(url).replace("javascript:alert(1)", "javascript%3Aalert%281%29") == expected


@given(st.text(max_size=80))
def test_cleaning_an_address_is_done_once(text: str) -> None:
    url = f"https://x.example/{text}"
    assert cleaned(cleaned(url)) == cleaned(url)


def test_addresses_in_text_lose_the_sentences_punctuation_only() -> None:
    text = "See (https://x.example/a_(b)), https://y.example/c?d=e. And <https://z.example/f>!"
    assert urls_in(text) == ["https://x.example/a_(b)", "https://y.example/c?d=e", "https://z.example/f"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/",
        "https://x.example/mailman/listinfo/y",
        "https://twitter.com/share?u=a",
        "https://www.google.com/url?q=https://x.example/",  # what is wrapped decides
    ],
)
def test_some_addresses_are_never_an_articles(url: str) -> None:
    assert not may_be_article(url)


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
    item = RawItem(source="x", format="eml", original=b"", blocks=blocks, subject="Fwd: Bells", posted=_POSTED)
    draft = draft_of(item)
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
