"""Whose words they are: quote marks of every kind, attributions in many languages, the mail below an answer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from drafts import letter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.article import BlockKind, Draft, Kind, RawBlock, RawItem
from corpus.extraction.attributions import head_length, is_attribution
from corpus.extraction.drafting import draft_of
from corpus.extraction.furniture import marked_furniture
from corpus.extraction.quoting import marked_quotes
from corpus.headers import Sender
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.mail import read_mail

_REPLIES = Path(__file__).parents[1] / "samples" / "replies"
_THEIRS = "The bell at Brae was rung twice on Sunday, and nobody in the town could say who had the key to the tower."


def _draft(body: str | tuple[RawBlock, ...], subject: str) -> Draft:
    return draft_of(letter(body, subject, sender_name="Ana Bee", sender_address="ana.bee@mail.example"))


def _own(text: str, subject: str = "Re: Bells") -> list[str]:
    draft = _draft(text, subject)
    return [draft.words_of(block) for block in draft.body]


def _own_of_markup(markup: str, subject: str = "Re: Bells") -> list[str]:
    draft = _draft(typed_markup(markup)[0], subject)
    return [draft.words_of(block) for block in draft.body]


@pytest.mark.parametrize(
    "text",
    [
        "On Fri, Jul 5, 2024 at 9:13 AM Ana Bee <ana@x.example> wrote:",
        "On 22 Aug 2031, at 19:21, Ana Bee <ana@x.example> wrote:",
        "Am 05.07.24 um 09:13 schrieb Ana Bee:",
        "Le 5 juil. 2024 à 09:13, Ana Bee <ana@x.example> a écrit :",
        "El vie, 5 jul 2024 a las 9:13, Ana Bee (<ana@x.example>) escribió:",
        "Il giorno ven 5 lug 2024 alle ore 09:13 Ana Bee <ana@x.example> ha scritto:",
        "Em sex., 5 de jul. de 2024 às 09:13, Ana Bee <ana@x.example> escreveu:",
        "Op vr 5 jul 2024 om 09:13 schreef Ana Bee <ana@x.example>:",
        "Den fre 5 juli 2024 kl 09:13 skrev Ana Bee <ana@x.example>:",
        "W dniu 05.07.2024 o 09:13, Ana Bee pisze:",
        "5.7.2024 v 09:13, Ana Bee napsala:",
        "pe 5. heinäk. 2024 klo 9.13 Ana Bee (ana@x.example) kirjoitti:",
        "Ana Bee <ana@x.example> ezt írta (időpont: 2024. júl. 5., P, 9:13):",
        "пт, 5 июл. 2024 г. в 09:13, Ana Bee <ana@x.example>:",
        "05.07.2024 09:13, Ana Bee пишет:",
        "5 лип. 2024 р. о 09:13 Ana Bee <ana@x.example> написав(ла):",
        "Ana Bee <ana@x.example>, 5 Tem 2024 Cum, 09:13 tarihinde şunu yazdı:",
        "2024年7月5日(金) 9:13 Ana Bee <ana@x.example>:",
        "Ana Bee <ana@x.example> 于2024年7月5日周五 09:13写道：",
        "2024년 7월 5일 (금) 오전 9:13, Ana Bee <ana@x.example>님이 작성:",
        "2024-07-05 9:13 GMT+02:00 Ana Bee <ana@x.example>:",
        "05.07.2024, 09:13, \"Ana Bee\" <ana@x.example>:",
        "--- On Fri, 7/5/24, Ana Bee <ana@x.example> wrote:",
        "---- On Fri, 05 Jul 2024 09:13:00 +0200 Ana Bee <ana@x.example> wrote ----",
        "Quoting Ana Bee <ana@x.example>:",
        "Wiadomość napisana przez Ana Bee <ana@x.example> w dniu 5 lip 2024, o godz. 09:13:",
        "At 09:13 AM 7/5/2024 -0500, Ana Bee wrote:",
        "Ana Bee wrote on 05/07/2024 09:13:",
    ],
)  # fmt: skip
def test_an_attribution_is_known_by_its_form(text: str) -> None:
    assert is_attribution(text)
    assert is_attribution(text, before_quote=True)


@pytest.mark.parametrize(
    "text",
    [
        "Ana writes:",
        "Ana said:",
        "You wrote:",
        "ana@x.example writes:",
        "Ana Bee [Fri, Jul 5, 2024 at 09:13:25AM +0000]:",
        "At 09:13 on 05.07.2024 UTC when ana@x.example rang the bell and hummed:",
        "From: Ana Bee <ana@x.example>",
        "Ana Bee (2031-05-02 09:13:00)",
        "On Fri, 2 May 2031, Ana Bee wrote:",
        "In article <1@x.example>, Ana Bee wrote:",
    ],
)
def test_less_will_do_above_quote_marks(text: str) -> None:
    assert is_attribution(text, before_quote=True)
    assert not is_attribution("The keeper of the tower said so at noon:", before_quote=True)


@pytest.mark.parametrize(
    "text",
    [
        "On Friday the minister wrote to the council, and this is what he wrote:",
        "On May 2 the minister wrote:",
        "At 10:30 on Friday the keeper wrote:",
        "The bell says:",
        "The meeting of May 2, 2031, at 10:30 has three points:",
        "",
    ],
)
def test_a_sentence_is_no_attribution(text: str) -> None:
    assert not is_attribution(text)


@pytest.mark.parametrize(
    "text",
    [
        "But suppose you wrote:",
        "I have read all of it twice and found nothing. Near the end Ana wrote:",
        "I still think that Ana wrote the best summary of it",
        "This is how the council could have said it in the letter which it wrote:",
    ],
)
def test_what_leads_up_to_a_quotation_is_the_writers_own(text: str) -> None:
    assert not is_attribution(text, before_quote=True)


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        (["From: Ana", "Sent: Friday", "To: Bo", "Subject: Bells", "", "Hello"], 4),
        (["*Von:* Ana", "*Gesendet:* Freitag", "*An:* Bo", "*Betreff:* Glocken"], 4),
        (["Date: Friday", "Subject: Bells", "", "From: Ana", "To: Bo", "", "Hello"], 5),
        (["От: Ana", "Отправлено: \u200eпятница", "Кому: Bo"], 3),
        (["From: Ana", "Date: Friday", "Subject: Bells that", "were rung", "To: Bo"], 5),
        (["发件人： Ana", "发送时间： 2031-05-02", "主题： x"], 3),
        (["From: the tower", "the bell rang"], 0),
        (["To: whom it may concern", "Subject: bells"], 0),
        (["From: Ana", "Cc: Bo"], 0),
        ([], 0),
    ],
)
def test_a_copied_head_is_measured(lines: list[str], length: int) -> None:
    assert head_length(lines) == length


_ANSWER = "I heard only one of them."


@pytest.mark.parametrize(
    "below",
    [
        f"Ana wrote:\n> {_THEIRS}",
        f"Ana wrote:\n > {_THEIRS}\n > And more of it.",
        f"Ana wrote:\n>{_THEIRS}\n>\n>> and older words",
        f"Ana wrote:\n| {_THEIRS}\n|\n| And more of it.",
        f"Ana wrote:\n|> {_THEIRS}",
        f"Ana wrote:\n: {_THEIRS}",
        f"Ana wrote:\n}} {_THEIRS}",
        f"Ana wrote:\nAna> {_THEIRS}\nAna> And more of it.",
        f"Ana Bee <ana@x.example> wrote:\nAB> {_THEIRS}\nAB>\nAB> And more of it.",
        f"Ana wrote:\n\n    {_THEIRS}\n\n    And more of it.\n",
        f"    From: Ana Bee\n    Date: Friday\n    To: Bo\n    Subject: Bells\n\n    {_THEIRS}\n",
        f"On Fri, May 2, 2031 at 9:00 AM Ana Bee <\nana@x.example> wrote:\n\n{_THEIRS}",
        f"On Fri, May 2, 2031 at 9:00 AM Ana Bee <ana@x.example> wrote:\n{_THEIRS}",
        f"Am Fr., 2. Mai 2031 um 9:00 Uhr\nschrieb Ana Bee <\nana@x.example>:\n\n> {_THEIRS}",
        f"Le ven. 2 mai 2031 à 9:00, Ana Bee <ana@x.example\n> a écrit :\n\n> {_THEIRS}",
        f"Ana wrote:\n> {_THEIRS[:71]}\n{_THEIRS[72:]}\n> And more of it.",  # cut when its mark was put before it
        f"-----Original Message-----\nFrom: Ana Bee\n\n{_THEIRS}",
        f"-------- Ursprüngliche Nachricht --------\nVon: Ana Bee\n\n{_THEIRS}",
        f"________________________________\nFrom: Ana Bee\nSent: Friday\nTo: Bo\nSubject: Bells\n\n{_THEIRS}",
        f"Da: Ana Bee\nData: venerdì 2 maggio 2031\nA: Bo\nOggetto: Campane\n\n{_THEIRS}",
    ],
)
def test_an_answer_above_is_all_that_is_the_writers_own(below: str) -> None:
    text = f"{_ANSWER}\n\n{below}"
    assert _own(text) == [_ANSWER]
    whole = " ".join(_draft(typed_blocks(text), "Re: Bells").text.split())
    assert _THEIRS in whole


@pytest.mark.parametrize(
    "text",
    [
        "Ana wrote:\n> one\n\nFirst.\n\n> two\n\nSecond.\n",
        "Ana wrote:\n> one\nFirst.\n> two\nSecond.\n",
        "> one\n\nFirst.\n\n> two\n\nSecond.\n",
        "On Fri, May 2, 2031 at 9:00 Ana <a@x.example> wrote:\n\n[...]\n\n> one\n\nFirst.\n\n> two\n\nSecond.\n",
        "| one is a line that the writer did not write\n| and another one of them\n\nFirst.\n\n"
        "| two and many more words\n\nSecond.",
        "    From: Ana Bee\n    Date: Friday\n    Subject: Bells\n\n    one\n\nFirst.\n\n"
        "    two, and so many words that they are prose\n\nSecond.\n",
    ],
)
def test_answers_between_quotes_are_all_the_writers_own(text: str) -> None:
    assert _own(text) == ["First.", "Second."]


def test_an_answer_below_the_quotation_is_the_writers_own() -> None:
    assert _own(f"On Fri, May 2, 2031 at 9:00 AM Ana wrote:\n> {_THEIRS}\n{_ANSWER}") == [_ANSWER]


@pytest.mark.parametrize(
    "kept",
    [
        "| bell | weight |\n|------|--------|\n| one  | 41     |",
        "| one\n| two",
        ": a line that begins with a colon and goes on for some words",
        "SQL> select bell from tower where weight > 41",
        "But suppose you wrote:\n\n    ring (bell, twice)\n    wait (noon)",
        "    ring (bell, twice)\n    wait (noon)\n\nand so on",
        "- read the act\n- buy oil",
        "a < b\nc > d",
        "The share of those who heard both of the bells on Sunday was\n> 5 percent of all.",
    ],
)
def test_tables_lists_code_and_numbers_are_no_quotations(kept: str) -> None:
    assert all(block.kind is BlockKind.PARAGRAPH for block in typed_blocks(kept))
    assert "".join("".join(_own(kept)).split()) == "".join(kept.split())


def test_an_article_may_set_a_passage_off_with_quote_marks() -> None:
    long = "\n\n".join([_THEIRS] * 8)
    blocks = marked_quotes(typed_blocks(f"{long}\n\n> {_THEIRS}\n\n{long}"), reply=False)
    assert {block.kind for block in blocks} == {BlockKind.PARAGRAPH}
    pasted = marked_quotes(typed_blocks(f"> {_THEIRS}\n>\n>> older words\n>\n> Nobody\n> came."), reply=False)
    assert [(str(block.kind), block.text) for block in pasted] == [
        ("paragraph", _THEIRS),
        ("quoted", "older words"),
        ("paragraph", "Nobody\ncame."),
    ]


def test_a_comment_without_its_subjects_mark_keeps_the_quotation_apart() -> None:
    kinds = [block.kind for block in marked_quotes(typed_blocks(f"> {_THEIRS}\n\n{_ANSWER}"), reply=False)]
    assert kinds == [BlockKind.QUOTED, BlockKind.PARAGRAPH]


def test_an_article_that_says_who_wrote_what_stays_whole() -> None:
    article = f"{_THEIRS}\n\nOn May 2, 2031 at 9:13 the keeper wrote:\n\n{_THEIRS}\n\nFrom: Brae\nTo: Os\nSubject: x\n"
    assert {block.kind for block in marked_quotes(typed_blocks(article), reply=False)} == {BlockKind.PARAGRAPH}
    markup = f"<p>{_THEIRS}</p><p>In 1999 the keeper wrote:</p><blockquote><p>{_ANSWER}</p></blockquote>"
    assert {block.kind for block in marked_quotes(typed_markup(markup)[0], reply=False)} == {BlockKind.PARAGRAPH}


@pytest.mark.parametrize("text", ["> one\n> two\n", "Ana wrote:\n> one\n", "> \n>\n", "-- \nAna\n", ""])
def test_a_reply_of_nothing_but_quotes_is_a_reply_without_a_paragraph(text: str) -> None:
    draft = _draft(typed_blocks(text), "Re: Bells")
    assert draft.kind is Kind.REPLY
    assert draft.body == ()


def test_a_reply_in_html_of_nothing_but_quotes_keeps_their_words() -> None:
    head = b"Subject: Re: Bells\nContent-Type: text/html\n\n"
    item = read_mail(head + b"<blockquote type=cite>bells</blockquote>", "x", "eml")
    assert isinstance(item, RawItem)
    draft = draft_of(item)
    assert (draft.kind, draft.text, draft.body) == (Kind.REPLY, "bells", ())


@pytest.mark.parametrize(
    "below",
    [
        "<div class='gmail_quote'><div class='gmail_attr'>On Fri, Ana wrote:<br></div>"
        f"<blockquote class='gmail_quote'>{_THEIRS}</blockquote></div>",
        f"<div class='x_gmail_quote'>On Fri, Ana wrote:<br><blockquote type=cite>{_THEIRS}</blockquote></div>",
        "<div class='moz-cite-prefix'>On 02.05.2031 9:13, Ana wrote:<br></div>"
        f"<blockquote type=cite>{_THEIRS}</blockquote>",
        f'<div>02.05.2031, 09:13, "Ana" &lt;ana@x.example&gt;:</div><blockquote><p>{_THEIRS}</p></blockquote>',
        f"<div class='yahoo_quoted'>On Friday, Ana wrote:<br>{_THEIRS}</div>",
        "<hr><div><b>From:</b> Ana Bee<br><b>Sent:</b> Friday<br><b>To:</b> Bo<br><b>Subject:</b> Bells</div>"
        f"<p>{_THEIRS}</p>",
        "<hr>Date: Fri, 2 May 2031<br>Subject: Bells<br><p>From: ana@x.example<br>To: bo@x.example</p>"
        f"<p>{_THEIRS}</p>",
        f"&gt; From: ana@x.example<br>&gt; Subject: Bells<br>&gt;<br>&gt; {_THEIRS}",
        "<div class='gmail_signature'>Ana Bee<br>Keeper of bells</div>",
        "<pre class='moz-signature'>Ana Bee\nKeeper of bells</pre>",
    ],
)
def test_an_answer_in_html_is_all_that_is_the_writers_own(below: str) -> None:
    assert _own_of_markup(f"<div>{_ANSWER}</div>{below}") == [_ANSWER]


def test_answers_within_a_programs_frame_of_quotes_are_the_writers_own() -> None:
    quote = "<blockquote class='gmail_quote'>{}</blockquote>"
    framed = f"On Fri, May 2, 2031 at 9:00 Ana wrote:<br>{quote.format('one')}<div>First.</div>{quote.format('two')}"
    assert _own_of_markup(f"<div class='gmail_quote'>{framed}<div>Second.</div></div>") == ["First.", "Second."]


def test_what_was_written_in_the_place_of_a_signature_is_no_signature() -> None:
    assert _own_of_markup(f"<div class='gmail_signature'>{' '.join([_THEIRS] * 10)}</div>") != []


_PIECES = st.sampled_from(
    [
        "> ", ">", " > ", "| ", "|> ", ": ", "    ", "Ana> ", "AB> ", "\n", "\n\n", "-- \n", "--\n", "-----\n",
        "On Fri, May 2, 2031 at 9:00 AM Ana Bee <ana@x.example> wrote:\n", "Ana wrote:\n", "Ana said:\n\n",
        "-----Original Message-----\n", "From: Ana Bee\n", "Sent: May 2, 2031\n", "To: Bo\n", "Subject: Bells\n",
        "Sent from my phone\n", "Best regards,\nAna Bee\n", "Thanks, Ana\n", "ana.bee@mail.example\n", "Ana\n",
        "_" * 40 + "\n", "Bells mailing list\n", "This message is confidential.\n", "words of a line ", "P.S. more\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\n", "-----BEGIN PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----\n",
    ]
)  # fmt: skip
_LETTERS = st.text(alphabet="aé \n\u00a0漢>|:", max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_PIECES, _LETTERS), max_size=25).map("".join), st.booleans())
@example("Ana wrote:\n> one\nFirst.\n| two\n", True)
@example("Thanks,\nAna Bee\n", True)
def test_no_word_is_lost_whatever_it_is_marked_as(text: str, reply: bool) -> None:
    blocks = marked_quotes(typed_blocks(text), reply=reply)
    blocks = marked_furniture(blocks, signer=Sender("Ana Bee", "ana.bee@mail.example"), reply=reply)
    kept = Counter("".join("".join(block.text.split()) for block in blocks))
    lost = Counter("".join(text.split())) - kept
    assert not set(lost) - set(">|:}")  # the marks themselves may go
    assert all(block.text.strip() for block in blocks)


@given(st.lists(st.sampled_from(["one", "two words", "three of them"]), min_size=1, max_size=5))
def test_a_mark_of_any_kind_gives_the_words_behind_it(lines: list[str]) -> None:
    for mark in ("> ", ">", " > ", "| ", ": ", "} ", "  "):
        text = "Ana wrote:\n" + "".join(f"{mark}{line}\n" for line in lines)
        blocks = typed_blocks(text)
        assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH, BlockKind.QUOTED], mark
        assert blocks[1].text.split("\n") == lines


_SAMPLES = sorted(_REPLIES.glob("*.eml"))


def test_there_are_samples_of_replies() -> None:
    assert len(_SAMPLES) >= 11


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.name)
def test_a_sample_of_a_reply_is_marked_as_recorded(path: Path) -> None:
    item = read_mail(path.read_bytes(), path.name, "eml")
    assert isinstance(item, RawItem)
    draft = draft_of(item)
    expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text(encoding="utf-8"))
    assert {
        "kind": str(draft.kind),
        "blocks": [[str(block.kind), draft.words_of(block)] for block in draft.blocks],
    } == expected
