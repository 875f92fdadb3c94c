"""PDF: paragraphs out of letters at places, furniture told apart, and no document that can do harm or take for ever."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_pdf import Placed, assembled, column, made_pdf, stream

from corpus.article import BlockKind, RawItem, Unreadable
from corpus.readers.opening import read_items
from corpus.readers.pdf import PdfReader
from corpus.readers.pdf_text import MOST_PAGES, NoText, text_of


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    with PdfReader() as reader:
        yield reader


def _furniture(page: int) -> list[Placed]:
    return [(72, 30, 8, "The Harbour Gazette"), (500, 30, 8, f"Page {page}"), (200, 815, 8, "Weekly, 4 May 2031")]


def _blocks(*pages: list[Placed]) -> list[tuple[str, str]]:
    return text_of(made_pdf(pages)).blocks


def _paragraphs(*pages: list[Placed]) -> list[str]:
    return [text for kind, text in _blocks(*pages) if kind == "paragraph"]


_FIRST = ["The council of the harbour town voted on", "Monday for the plan, after months of talks."]
_SECOND = ["Nobody would say who pays for it, or when", "the works on the old pier are to begin."]


def test_paragraphs_are_known_by_the_gap_between_them() -> None:
    assert _paragraphs(column([*_FIRST, "", *_SECOND])) == [" ".join(_FIRST), " ".join(_SECOND)]


def test_paragraphs_are_known_by_the_first_line_that_is_set_in() -> None:
    lines = ["\t" + _FIRST[0], _FIRST[1], "\t" + _SECOND[0], _SECOND[1]]
    assert _paragraphs(column(lines)) == [" ".join(_FIRST), " ".join(_SECOND)]


def test_what_is_larger_than_the_text_is_a_heading() -> None:
    headline = column(["A plan for", "the harbour"], top=780, size=18, leading=20)
    assert _blocks(headline + column([*_FIRST, "", *_SECOND]))[0] == ("heading", "A plan for the harbour")


def test_columns_are_read_one_after_the_other() -> None:
    left, right = column([*_FIRST, "", *_SECOND], left=72), column(["The mayor was not there."] * 3, left=330)
    assert _paragraphs(left + right)[:2] == [" ".join(_FIRST), " ".join(_SECOND)]
    assert "mayor" in _paragraphs(left + right)[2]


def test_headers_footers_and_page_numbers_are_boilerplate_and_stay_out_of_a_paragraph_that_turns_the_page() -> None:
    blocks = _blocks(
        column([*_FIRST, "", _SECOND[0]]) + _furniture(1), column([_SECOND[1], "", *_FIRST]) + _furniture(2)
    )
    assert [text for kind, text in blocks if kind == "paragraph"] == [
        " ".join(_FIRST),
        " ".join(_SECOND),
        " ".join(_FIRST),
    ]
    furniture = [text for kind, text in blocks if kind == "boilerplate"]
    assert sorted(furniture) == sorted([text for page in (1, 2) for *_, text in _furniture(page)])


def test_a_page_number_needs_no_second_page_but_a_line_in_the_margin_does() -> None:
    blocks = _blocks([*column(_FIRST), (300, 30, 8, "- 214 -"), (72, 815, 8, "A line that stands above")])
    assert ("boilerplate", "- 214 -") in blocks
    assert ("paragraph", "A line that stands above") in blocks


def test_a_year_in_the_margin_is_no_page_number() -> None:
    assert ("paragraph", "2031") in _blocks([*column(_FIRST), (300, 30, 8, "2031")])


def test_a_paragraph_that_ended_with_its_page_does_not_go_on() -> None:
    assert _paragraphs(column(_FIRST), column(_SECOND)) == [" ".join(_FIRST), " ".join(_SECOND)]


def test_a_caption_at_the_foot_of_a_page_does_not_go_on() -> None:
    caption = "Boats in the harbour last week. Photo: Ana Quill/Getty Images"
    assert _paragraphs(column([*_FIRST, "", caption]), column(_SECOND))[1:] == [caption, " ".join(_SECOND)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["The harbour was full, and the har-", "bour master content."],
            "and the harbour master",
        ),  # it stands elsewhere
        (["The north was calm. They re-", "lied on it."], "They re-lied on it."),  # nothing is sure
        (["A long-term plan, and a long-", "term loan beside it."], "and a long-term loan"),
        (["The 27-year-", "old man was asked."], "The 27-year-old man"),
        (["It ended there—", "or so they said."], "It ended there—or so"),
        (["They went to the north-", "East is another matter."], "the north-East is"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_goes_only_when_it_is_sure(lines: list[str], text: str) -> None:
    (paragraph,) = _paragraphs(column(lines))
    assert text in paragraph


def test_a_soft_hyphen_is_always_sure() -> None:
    to_unicode = stream(
        b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange"
        b" 2 beginbfchar <2d> <00ad> <5f> <00a0> endbfchar 1 beginbfrange <61> <7a> <0061> endbfrange endcmap"
    )
    raw = made_pdf([column(["a_vote-", "ending"])], extra=[to_unicode]).replace(
        b"/WinAnsiEncoding", b"/WinAnsiEncoding /ToUnicode 4 0 R"
    )
    assert [text for _, text in text_of(raw).blocks] == ["a\xa0voteending"]


def test_a_ligature_is_the_letters_that_were_written() -> None:
    to_unicode = stream(
        b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange"
        b" 1 beginbfchar <5f> <fb01> endbfchar 1 beginbfrange <61> <7a> <0061> endbfrange endcmap"
    )
    encoding = b"/WinAnsiEncoding /ToUnicode 4 0 R"
    raw = made_pdf([column(["a_nding"])], extra=[to_unicode]).replace(b"/WinAnsiEncoding", encoding)
    assert [text for _, text in text_of(raw).blocks] == ["afinding"]


def test_characters_are_the_documents_own() -> None:
    words = "“We’d say – at 5 %: café … and (so) \\ on”"
    assert _paragraphs(column([words])) == [words]


def test_what_lies_beside_the_page_is_not_read() -> None:
    assert _paragraphs([*column(_FIRST), (72, 2000, 10, "Words that nobody sees.")]) == [" ".join(_FIRST)]


def test_a_pdf_is_an_item_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(made_pdf([column([*_FIRST, "", *_SECOND])]))
    (tmp_path / "y").write_bytes(b"\0\0some transport's bytes\r\n" + made_pdf([column(_FIRST)]))
    first, second = read_items(tmp_path)
    assert isinstance(first, RawItem) and isinstance(second, RawItem)
    assert (first.format, first.source) == ("pdf", "x.txt")
    assert first.location == str((tmp_path / "x.txt").resolve())
    assert [(block.kind, block.text) for block in first.blocks] == [
        (BlockKind.PARAGRAPH, " ".join(_FIRST)),
        (BlockKind.PARAGRAPH, " ".join(_SECOND)),
    ]


def test_a_title_counts_when_the_text_begins_with_it() -> None:
    page = column(["A plan for the harbour"], top=780, size=18) + column(_FIRST)
    title = b"/Info 4 0 R"
    assert text_of(made_pdf([page], extra=[b"<< /Title (A plan for the harbour) >>"], trailer=title)).title is not None
    assert text_of(made_pdf([page], extra=[b"<< /Title (draft7.docx) >>"], trailer=title)).title is None


_ENCRYPTION = b"<< /Filter /Standard /V 1 /R 2 /P -44 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
_REFUSED = {
    "encrypted": (
        made_pdf([column(_FIRST)], extra=[_ENCRYPTION], trailer=b"/Encrypt 4 0 R /ID [<00> <00>]"),
        "encrypted: it opens only with a password",
    ),
    "scanned": (made_pdf([[], []]), "no text in its 2 pages"),
    "no pages": (made_pdf([]), "without a page"),
    "nothing but its mark": (b"%PDF-1.4\n", "damaged PDF"),
    "cut": (made_pdf([column(_FIRST)])[:300], ""),
}


@pytest.mark.parametrize("case", _REFUSED)
def test_what_cannot_be_read_says_why(reader: PdfReader, case: str) -> None:
    raw, reason = _REFUSED[case]
    item = reader.read(raw, "x", None)
    assert isinstance(item, Unreadable) and reason in item.reason


def test_a_document_that_swells_ends_at_the_limit_of_memory_and_the_next_is_read() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    swollen = b"\x78\xda" + megabyte * 400
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(swollen), swollen),
    ]
    with PdfReader(most_memory=300 << 20) as reader:
        assert reader.read(assembled(objects), "x", None) == Unreadable(
            "x", "it takes more than 300 MB of memory to read"
        )
        assert isinstance(reader.read(made_pdf([column(_FIRST)]), "x", None), RawItem)


def test_more_pages_than_a_book_has_are_refused() -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    kids = b"3 0 R " * (MOST_PAGES + 5)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [%s] >>" % kids, page]
    with pytest.raises(NoText):
        text_of(assembled(objects))


@pytest.mark.parametrize(
    "objects",
    [
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"],
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids 2 0 R >>"],
        [b"<< /Type /Catalog /Pages 1 0 R >>", b"2 0 R"],
        [b"1 0 R", b"<< >>"],
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"[" * 20_000],
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /A " * 20_000],
    ],
)
def test_objects_that_lead_to_themselves_or_never_end(objects: list[bytes]) -> None:
    with PdfReader(most_seconds=2) as impatient:
        assert isinstance(impatient.read(assembled(objects), "x", None), Unreadable)


def test_scripts_and_attached_files_are_left_alone(reader: PdfReader) -> None:
    catalog = (
        b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>"
    )
    attached = b"<< /Type /Filespec /F (../../evil.txt) /EF << /F 5 0 R >> >>"
    raw = made_pdf([column(_FIRST)], extra=[attached, stream(b"Evil words.")], catalog=catalog)
    item = reader.read(raw, "x", None)
    assert isinstance(item, RawItem)
    assert [block.text for block in item.blocks] == [" ".join(_FIRST)]


def test_any_damage_is_an_answer(reader: PdfReader) -> None:
    noise = random.Random(7)
    whole = made_pdf([column([*_FIRST, "", *_SECOND]) + _furniture(1), column(_SECOND) + _furniture(2)])
    for _ in range(60):
        raw = bytearray(whole)
        for _ in range(noise.randint(1, 20)):
            raw[noise.randrange(9, len(raw))] = noise.randrange(256)
        assert isinstance(reader.read(bytes(raw), "x", None), RawItem | Unreadable)


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with PdfReader(most_seconds=0) as hasty:
        item = hasty.read(made_pdf([column(_FIRST)]), "x", None)
        assert item == Unreadable("x", "it takes more than 0 seconds to read")
    with PdfReader() as patient:
        assert isinstance(patient.read(made_pdf([column(_FIRST)]), "x", None), RawItem)


def test_a_process_that_is_gone_costs_one_document_and_no_import() -> None:
    document = made_pdf([column(_FIRST)])
    with PdfReader() as reader:
        reader.read(document, "x", None)
        assert reader.worker is not None
        reader.worker.kill()
        reader.worker.wait()
        assert reader.read(document, "x", None) == Unreadable("x", "damaged PDF: the process that read it ended")
        assert isinstance(reader.read(document, "x", None), RawItem)


def test_documents_share_a_process_and_it_ends_with_the_reader() -> None:
    reader = PdfReader()
    reader.read(made_pdf([column(_FIRST)]), "x", None)
    first = reader.worker
    reader.read(made_pdf([column(_FIRST)]), "x", None)
    assert first is not None and reader.worker is first and first.poll() is None
    reader.close()
    assert first.poll() is not None and reader.worker is None
