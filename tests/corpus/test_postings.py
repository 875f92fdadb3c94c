"""Every sample posting is read as was written down beside it, and any bytes at all are survived."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from postings import POSTINGS, read_postings

from corpus.article import BlockKind, Draft, RawBlock, RawItem, Unreadable
from corpus.extraction.drafting import draft_of
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers import jsonl, mhonarc, pipermail
from corpus.readers.mail import read_mail
from corpus.readers.mailbox import split_mailbox
from corpus.readers.opening import read_items
from corpus.readers.text import read_markdown, read_text

_SAMPLES = sorted(path.name for path in POSTINGS.iterdir() if path.suffix not in (".json", ""))
# What the readers look for, so that random bytes get past their first question.
# fmt: off
_PIECES = st.sampled_from([
    b"From ", b"From a@b.example Fri Jul  5 09:12:44 2024\n", b"From: ", b"Subject: Re: [x] ", b"\n\n",
    b"Date: ", b"\n",
    b"> ", b">From ", b"-- \n", b"By Ana Bee  May 1, 2031  The Post\n", b"=?utf-8?b?", b"?=", b"\xe9", b"\0",
    b"Content-Type: text/html\n", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", b"--b--", b"\xf0\x9f\x94\x94",
    b"Content-Transfer-Encoding: base64\n", b"<!--X-Head-End-->", b"<!--X-Body-of-Message-->", b"<!--beginarticle-->",
    b"<blockquote type=cite>", b"<p>", b"</p>", b"<pre>", b"<table><tr><td>", b"<a href=http://x.example/y>",
    b"Begin forwarded message:\n", b"On Fri, May 2, 2031 at 9:00 Ana wrote:\n", b"Photo: Ana Bee/Reuters\n", b"_" * 30,
    b"begin 644 x\nend\n", b"-----BEGIN PGP SIGNATURE-----\n", b"# ", b"[a](http://x.example)", b"[Tag] words\n",
    b'{"text": "', b"\\ud800", b'"}\n', b"---\n", b"title: x\n",
])
# fmt: on
_BYTES = st.one_of(
    st.binary(max_size=200), st.lists(st.one_of(_PIECES, st.binary(max_size=6)), max_size=25).map(b"".join)
)


@pytest.mark.parametrize("name", _SAMPLES)
def test_a_sample_is_read_as_recorded(name: str) -> None:
    expected = json.loads((POSTINGS / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert read_postings(name) == expected


def test_there_are_samples() -> None:
    assert len(_SAMPLES) >= 15


def _no_attachment(url: str) -> bytes | None:
    return None


def _assert_sound(item: RawItem | Unreadable) -> None:
    if isinstance(item, Unreadable):
        assert item.reason
        return
    draft = draft_of(item)
    draft.text.encode("utf-8")
    assert "\0" not in draft.text
    _assert_tiled(draft, exact=item.exact_text is not None)


def _assert_tiled(draft: Draft, *, exact: bool) -> None:
    """The blocks cover the text: all but white space, and one empty line between any two where the text is ours."""
    words = [draft.words_of(block) for block in draft.blocks]
    assert all(word.strip() for word in words)
    if not exact:
        assert "\n\n".join(words) == draft.text
    position = 0
    for block in draft.blocks:
        assert not draft.text[position : block.start].strip()
        position = block.end
    assert not draft.text[position:].strip()


@settings(max_examples=300, deadline=None)
@given(_BYTES)
@example(b"Content-Type: text/plain; charset=idna\nSubject: x\n\n\xff")
@example(b"Subject: =?utf-8?q?=ED=A0=80?=\n\n=ED=A0=80")
@example(b"From: a\nSubject: Re: x\n\n" + b"On Fri, May 2, 2031 at 9:00 Ana wrote:\n" * 3)
def test_any_bytes_are_survived_by_every_reader(raw: bytes) -> None:
    _assert_sound(read_mail(raw, "x", "eml"))
    for letter in split_mailbox([raw[:7], raw[7:]]):
        _assert_sound(pipermail.read_letter(letter, "x", "mbox", _no_attachment))
    _assert_sound(mhonarc.read_page(raw, "x"))
    _assert_sound(pipermail.read_page(raw, "x", _no_attachment))
    _assert_sound(read_text(raw, "x", "/x"))
    _assert_sound(read_markdown(raw, "x", "/x"))
    for item in jsonl.read_lines([raw], "x"):
        _assert_sound(item)


@settings(max_examples=150, deadline=None)
@given(raw=_BYTES, suffix=st.sampled_from(["", ".txt", ".gz", ".html", ".md", ".jsonl", ".eml", ".mbox"]))
def test_any_file_is_survived(tmp_path_factory: pytest.TempPathFactory, raw: bytes, suffix: str) -> None:
    path = tmp_path_factory.mktemp("any") / f"file{suffix}"
    path.write_bytes(raw)
    for item in read_items(path):
        _assert_sound(item)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(RawBlock, st.sampled_from(BlockKind), st.text(max_size=60)),
        max_size=8,
    ),
    st.one_of(st.none(), st.text(max_size=60)),
)
def test_any_item_gives_a_draft_whose_blocks_are_its_text(blocks: list[RawBlock], subject: str | None) -> None:
    _assert_sound(RawItem(source="x", format="eml", original=b"", blocks=tuple(blocks), subject=subject))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=300))
@example("a\r\n\r\nb\u2028c\x85d\x0be")
@example("\ufeffa \u00a0\n \nb")
def test_the_text_of_a_json_line_comes_back_exactly(text: str) -> None:
    (item,) = jsonl.read_lines([json.dumps({"id": "a", "text": text}).encode()], "x")
    if not text.strip():
        assert isinstance(item, Unreadable)
        return
    assert isinstance(item, RawItem)
    draft = draft_of(item)
    assert draft.text == text
    assert all(block.kind is BlockKind.PARAGRAPH for block in draft.blocks)
    _assert_tiled(draft, exact=True)


@given(st.text(max_size=400))
def test_no_word_of_a_plain_text_is_lost(text: str) -> None:
    blocks = typed_blocks(text.replace(">", "").replace("\ufeff", ""))
    kept = "".join("".join(block.text.split()) for block in blocks)
    assert kept == "".join(text.replace(">", "").replace("\ufeff", "").split())


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abc é\u00a0.“”—", min_size=1, max_size=30), min_size=1, max_size=6))
def test_no_word_of_html_paragraphs_is_lost(paragraphs: list[str]) -> None:
    blocks, _, complaint = typed_markup("".join(f"<p>{words}</p>" for words in paragraphs))
    assert complaint is None
    assert [block.text.split() for block in blocks] == [words.split() for words in paragraphs if words.strip()]


def test_the_sample_folder_reads_as_its_files_do() -> None:
    together = [item.source for item in read_items(Path(POSTINGS)) if not item.source.endswith(".expected.json")]
    apart = [str(item["source"]) for name in _SAMPLES for item in read_postings(name)]
    assert sorted(together) == sorted(apart)
