"""The golden questions stand on the bundled posts: every wanted quote is there, word for word, in one paragraph.

Posts are read with the standard library alone, so that a fault in our own readers cannot hide one here.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections import Counter
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "sample"
QUESTIONS = ROOT / "tests" / "samples" / "questions.jsonl"


def collapsed(text: str) -> str:
    return " ".join(text.split())


def plain_body(mail: EmailMessage) -> str:
    """The text part, else the words of the HTML part with a blank line for each tag."""
    if (part := mail.get_body(preferencelist=("plain",))) is not None:
        return str(part.get_content())
    part = mail.get_body(preferencelist=("html",))
    assert part is not None
    return html.unescape(re.sub(r"<[^>]+>", "\n\n", str(part.get_content())))


def paragraphs(mail: EmailMessage) -> list[str]:
    """The poster's own paragraphs: quoted lines are somebody else's."""
    own = "\n".join(line for line in plain_body(mail).splitlines() if not line.startswith(">"))
    return [collapsed(paragraph) for paragraph in re.split(r"\n\s*\n", own)]


@pytest.fixture(scope="module")
def mails() -> Mapping[str, EmailMessage]:
    """The posts by message id."""
    found: dict[str, EmailMessage] = {}
    for path in sorted((SAMPLE / "posts").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        identifier = str(mail["Message-ID"]).strip("<>")
        assert identifier not in found, f"{path.name} repeats a message id"
        found[identifier] = mail
    return found


@pytest.fixture(scope="module")
def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


def month_of(mail: EmailMessage) -> str:
    return f"{parsedate_to_datetime(str(mail['Date'])):%Y-%B}"


def test_every_wanted_quote_stands_in_one_paragraph_of_its_post(
    mails: Mapping[str, EmailMessage], questions: list[dict[str, Any]]
) -> None:
    astray = [
        question["id"]
        for question in questions
        if question["answerable"]
        and not any(collapsed(question["quote"]) in said for said in paragraphs(mails[question["message_id"]]))
    ]
    assert astray == []


def test_no_wanted_quote_stands_in_a_caption(
    questions: list[dict[str, Any]], mails: Mapping[str, EmailMessage]
) -> None:
    captions = [said for mail in mails.values() for said in paragraphs(mail) if re.search(r"(Photo|Credit): ", said)]
    assert len(captions) >= 10
    assert [q["id"] for q in questions if q["quote"] and any(collapsed(q["quote"]) in said for said in captions)] == []


def test_an_unanswerable_question_names_no_place(questions: list[dict[str, Any]]) -> None:
    assert all((question["quote"] is None) is not question["answerable"] for question in questions)
    assert all((question["message_id"] is None) is not question["answerable"] for question in questions)


def test_there_are_enough_of_each_and_none_twice(
    mails: Mapping[str, EmailMessage], questions: list[dict[str, Any]]
) -> None:
    articles = [mail for mail in mails.values() if mail["In-Reply-To"] is None and len(plain_body(mail).split()) > 120]
    assert len(articles) >= 30
    assert len(questions) >= 40
    assert sum(not question["answerable"] for question in questions) >= 10
    for field in ("id", "question"):
        assert len({question[field] for question in questions}) == len(questions)


def test_posts_are_numbered_in_posting_order(mails: Mapping[str, EmailMessage]) -> None:
    sent = [parsedate_to_datetime(str(mail["Date"])) for mail in mails.values()]
    assert sent == sorted(sent)


def test_a_date_header_names_the_right_weekday(mails: Mapping[str, EmailMessage]) -> None:
    for mail in mails.values():
        written = str(mail.get("Date"))
        assert written.startswith(f"{parsedate_to_datetime(written):%a}, ")


def test_replies_answer_posts_that_are_here(mails: Mapping[str, EmailMessage]) -> None:
    replies = [mail for mail in mails.values() if mail["In-Reply-To"] is not None]
    assert len(replies) >= 4
    assert all(str(mail["In-Reply-To"]).strip("<>") in mails for mail in replies)


def test_the_built_archive_has_a_page_for_every_post_outside_the_month_without_pages(
    mails: Mapping[str, EmailMessage],
) -> None:
    archive = SAMPLE / "archive"
    pages = sorted(archive.glob("*/msg*.html"))
    shown = {
        (page.parent.name, match[1].replace("&#45;", "-"))
        for page in pages
        if (match := re.search(r"<!--X-Message-Id: (.*) -->", page.read_text("utf-8")))
    }
    posted = {(month_of(mail), identifier) for identifier, mail in mails.items()}
    months = {month for month, _ in posted}
    text_only = months - {page.parent.name for page in pages}

    assert len(text_only) == 1
    assert shown == {(month, identifier) for month, identifier in posted if month not in text_only}
    assert len(pages) == len(shown)


def test_the_month_texts_hold_every_post_outside_the_month_without_text(mails: Mapping[str, EmailMessage]) -> None:
    counts = Counter(month_of(mail) for mail in mails.values())
    held = {
        path.name.removesuffix(".txt.gz"): len(
            re.findall("^Message-ID: ", gzip.decompress(path.read_bytes()).decode("utf-8"), re.MULTILINE)
        )
        for path in (SAMPLE / "archive").glob("*.txt.gz")
    }
    missing = set(counts) - set(held)

    assert len(missing) == 1
    assert held == {month: count for month, count in counts.items() if month not in missing}
