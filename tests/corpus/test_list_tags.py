"""A list's tag is learnt from many subjects, and given to those alone that have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.article import RawItem
from corpus.extraction.subjects import common_tag, names_the_list
from corpus.readers.list_tags import tag_in_index, tag_in_mailbox
from corpus.readers.opening import read_items

_MAIL = (
    "From a@b.example Wed May  7 10:00:0{n} 2031\nFrom: a@b.example\nList-Id: Friday reading <fri.example>\n"
    "Subject: {subject}\n\nWords.\n\n"
)


@pytest.mark.parametrize(
    ("subjects", "tag"),
    [
        (["[FR] a", "Re: [FR] b", "[FR]c", "AW: Re: [FR] d", "e"], "FR"),
        (["[FR] a", "[FR] b", "c", "d", "e"], None),
        (["[FR] a"] * 4, None),
        (["Re: a", "b", "c", "d", "e"], None),
        ([], None),
    ],
)
def test_the_tag_of_most_subjects_is_the_lists(subjects: list[str], tag: str | None) -> None:
    assert common_tag(subjects) == tag


@pytest.mark.parametrize(
    ("tag", "name", "same"),
    [
        ("Salon", "salon-l", True),
        ("A&L", "Arts and Letters", True),
        ("AL", "arts and letters", False),
        ("A", "Arts", False),
        ("...", "salon", False),
    ],
)
def test_a_tag_names_a_list_by_its_letters_or_initials(tag: str, name: str, same: bool) -> None:
    assert names_the_list(tag, name) is same


def test_an_index_shows_the_tag() -> None:
    lines = "".join(f'<li><b><a name="0000{n}" href="msg0000{n}.html">[FR] words {n}</a></b></li>\n' for n in range(6))
    assert tag_in_index(lines.encode()) == "FR"
    assert tag_in_index(lines.replace("msg", "other-page").encode()) is None


def test_in_a_mailbox_of_many_lists_only_the_tagged_are_renamed(tmp_path: Path) -> None:
    subjects = ["[FR] a", "Re: [FR] b", "[FR] [Brae] c", "[FR] d", "untagged"]
    mailbox = "".join(_MAIL.format(n=n, subject=subject) for n, subject in enumerate(subjects))
    assert tag_in_mailbox(mailbox.encode()) == "FR"
    path = tmp_path / "all.mbox"
    path.write_text(mailbox)
    items = [item for item in read_items(path) if isinstance(item, RawItem)]
    assert [item.list_name for item in items] == ["FR", "FR", "FR", "FR", "Friday reading"]
