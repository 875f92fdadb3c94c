"""What a posting is, and what in it is the article: forwards, notes, introductions, digests."""

from __future__ import annotations

import pytest
from drafts import letter

from corpus.article import BlockKind, Draft, Kind, Link
from corpus.extraction.drafting import draft_of
from corpus.extraction.forwards import is_forward_mark

_LONG = "The harbor at Brae was closed on Sunday when the crew found a bell, and then a second bell below the first."
_ARTICLE = f"Bells Found\n\nBy Ana Bee\n\n{_LONG}\n\n{_LONG}"
_HEAD = (
    "From: Bo Reed <bo@x.example>\nDate: Fri, 2 May 2031 09:00:00 +0000\nSubject: Bells Found\nTo: Cy <cy@x.example>"
)


def _draft(text: str, subject: str | None = "Bells Found", links: tuple[Link, ...] = ()) -> Draft:
    return draft_of(letter(text, subject, links=links))


def _words(draft: Draft, kind: BlockKind) -> list[str]:
    return [draft.words_of(block) for block in draft.blocks if block.kind is kind]


@pytest.mark.parametrize(
    "mark",
    [
        "Begin forwarded message:",
        "---------- Forwarded message ---------",
        "----- Forwarded Message -----",
        "Anfang der weitergeleiteten Nachricht:",
        "-------- Weitergeleitete Nachricht --------",
        "Début du message réexpédié :",
        "---------- Mensaje reenviado ---------",
        "-------- Пересылаемое сообщение --------",
        "开始转发的邮件:",
        "> Begin forwarded message:",
    ],
)
def test_a_forward_is_opened_before_anything_is_cut(mark: str) -> None:
    assert is_forward_mark(mark)
    draft = _draft(f"See below.\n\n{mark}\n\n{_HEAD}\n\n{_ARTICLE}", "Fwd: Bells Found")
    assert (draft.kind, draft.title, draft.author) == (Kind.ARTICLE, "Bells Found", "Ana Bee")
    assert _words(draft, BlockKind.PARAGRAPH) == [_LONG, _LONG]
    assert draft.published.text == "2031-05-02"
    assert draft.fields["published"] == "forwarded-mail (weak)"


def test_a_mail_passed_on_by_quoting_it_is_its_article() -> None:
    quoted = "\n".join(f"> {line}" for line in _ARTICLE.split("\n"))
    text = f"On Fri, May 2, 2031 at 9:00 AM Bo Reed <bo@x.example> wrote:\n\n{quoted}"
    forward = _draft(text, "Fwd: Bells Found")
    assert (forward.kind, forward.author, len(forward.body)) == (Kind.ARTICLE, "Ana Bee", 2)
    reply = _draft(f"I heard them.\n\n{text}", "Re: Bells Found")
    assert (reply.kind, reply.author) == (Kind.REPLY, None)
    assert _words(reply, BlockKind.PARAGRAPH) == ["I heard them."]


def test_a_forward_of_nothing_is_a_forward() -> None:
    assert _draft(f"---------- Forwarded message ---------\n{_HEAD}\n", "Fwd: Bells Found").kind is Kind.FORWARD


def test_a_link_is_a_note_with_or_without_a_comment() -> None:
    url = "https://news.example.com/2031/05/02/bells"
    bare = _draft(url)
    assert (bare.kind, bare.url) == (Kind.NOTE, url)
    comment = "I heard these myself, from the pier, and would like to know who else did and when."
    above = _draft(f"{comment}\n\n{url}?utm_source=x")
    assert (above.kind, above.url) == (Kind.NOTE, url)
    assert comment in _words(above, BlockKind.PARAGRAPH)
    article = _draft(f"Bells Found\n\n{_LONG}\n\n{url}")
    assert (article.kind, article.url) == (Kind.ARTICLE, url)


def test_the_posters_own_words_are_kept_and_never_the_articles() -> None:
    intro = "Dear all,\n\nThis is what I meant last week about the bells."
    for draft in (
        _draft(f"{intro}\n\n{_ARTICLE}"),
        _draft(f"{intro}\n\n{_ARTICLE}", "for those who missed it"),
        _draft(f"{intro}\n\nhttps://news.example.com/2031/05/02/bells\n\n{_ARTICLE}"),
    ):
        assert _words(draft, BlockKind.PARAGRAPH) == [_LONG, _LONG]
        assert "This is what I meant last week about the bells." in _words(draft, BlockKind.BOILERPLATE)
        assert (draft.title, draft.fields["introduction"]) == ("Bells Found", "above-article (weak)")


def test_a_letter_has_no_introduction() -> None:
    for text in (f"{_LONG}\n\nBells Found\n\n{_LONG}\n\n{_LONG}", f"{_LONG}\n\nhttps://x.example/a\n\n{_LONG * 9}"):
        draft = _draft(text, "Bells Found")
        assert "introduction" not in draft.fields
        assert _LONG in _words(draft, BlockKind.PARAGRAPH)


def test_a_dateline_stays_in_the_text_and_is_named() -> None:
    draft = _draft(f"Bells Found\n\nBRAE, May 2 (Reuters) - {_LONG}\n\n{_LONG}")
    assert draft.fields["dateline"] == "first-paragraph: BRAE"
    assert draft.words_of(draft.body[0]).startswith("BRAE, May 2 (Reuters) - The harbor")
    assert (draft.outlet, draft.published.text) == ("Reuters", "2031-05-02")


def test_what_holds_for_one_of_several_articles_is_not_said_of_all() -> None:
    other = f"Gongs Lost\n\nBy Cy Vane\n\n{_LONG}\n\n{_LONG}"
    draft = _draft(f"{_ARTICLE}\n\n{other}", "Two of today's")
    assert (draft.title, draft.author) == ("Two of today's", None)
    assert draft.fields["articles"] == "2 bylines below headlines"
    assert draft.fields["author"] == "refused: 2 articles in one posting"
    assert _words(draft, BlockKind.HEADING) == ["Bells Found", "Gongs Lost"]


def test_a_headline_in_capitals_is_taken_from_a_subject_with_the_same_words() -> None:
    draft = _draft(f"BELLS FOUND\n\nBy Ana Bee\n\n{_LONG}")
    assert (draft.title, draft.fields["title"]) == ("Bells Found", "subject")
    assert _words(draft, BlockKind.HEADING) == ["BELLS FOUND"]
    assert _draft(f"BELLS FOUND\n\nBy Ana Bee\n\n{_LONG}", "BELLS FOUND").title == "BELLS FOUND"
