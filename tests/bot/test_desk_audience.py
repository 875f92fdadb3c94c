"""A desk for an audience: what is hidden does not exist there, whatever is asked of it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from drafts import archived, draft
from small_desk import desk_over

from bot.desk import Desk
from bot.servers.access import EVERYBODY, Audience
from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from retrieval.answers.outcome import NotInArchive

TODAY = dt.date(2026, 1, 1)
SECRET = "The vault of Balnahard holds 61 silver coins, the keeper Moira Kerr said."
OPEN = "The ferry to Islay sails at seven, the harbour master said."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Archive.open(tmp_path) as archive:
        secret = draft(SECRET, title="The vault", author="Ida Bell", outlet="Vault Letter", list_name="vault")
        archived(archive, secret)
        archived(archive, draft(OPEN, title="The ferry", outlet="Harbour Gazette", list_name="coast"))
        yield desk_over(archive, tmp_path)


@pytest.fixture
def outside(desk: Desk) -> Desk:
    return desk.seen_by(Audience(frozenset({"vault"})))


@pytest.mark.parametrize(
    "scope",
    [EVERYTHING, Scope(collections=frozenset({"vault"})), Scope(outlet="Vault Letter"), Scope(author="Ida Bell")],
)
def test_no_scope_reaches_what_is_hidden(outside: Desk, scope: Scope) -> None:
    question = "How many silver coins does the vault of Balnahard hold?"
    outcomes = (outside.ask(question, scope=scope), outside.reply(question, today=TODAY, scope=scope).outcome)
    for outcome in outcomes:
        assert not any(ranked.quote.article.collection == "vault" for ranked in outcome.quotes)
    assert all(hit.article.collection == "coast" for hit in outside.search("vault silver", scope=scope).hits)
    assert outside.search("vault silver", scope=scope).total == 0


def test_nothing_hidden_is_listed_counted_or_opened(outside: Desk) -> None:
    assert [heading.title for heading in outside.headings()] == ["The ferry"]
    assert outside.headings("vault") == []
    assert [article.title for article in outside.recent()] == ["The ferry"]
    assert outside.outlets() == [("Harbour Gazette", 1)]
    assert outside.collections() == ("coast",)
    assert outside.sources() == [Scope(outlet="Harbour Gazette"), Scope(collections=frozenset({"coast"}))]
    assert outside.coverage().articles == 1
    assert outside.article("A-1") is None
    assert outside.article("The vault") is None
    assert outside.article("A-1", Scope(collections=frozenset({"vault"}))) is None


def test_a_hidden_source_narrows_nothing(outside: Desk, desk: Desk) -> None:
    question = "What does the Vault Letter say about the ferry?"
    assert desk.narrowing(question, TODAY).outlet == "Vault Letter"
    assert outside.narrowing(question, TODAY).outlet is None


def test_who_may_see_nothing_is_told_of_nothing(desk: Desk) -> None:
    nobody = desk.seen_by(Audience(frozenset({"vault", "coast"})))
    assert isinstance(nobody.ask("When does the ferry to Islay sail?"), NotInArchive)
    assert nobody.coverage().articles == 0


def test_views_share_the_models_and_leave_the_desk_as_it_was(desk: Desk, outside: Desk) -> None:
    assert outside.ask("Does the ferry to Islay sail at seven?").quotes[0].quote.text != SECRET
    assert desk.ask("How many silver coins does the vault of Balnahard hold?").quotes[0].quote.text == SECRET
    assert outside.seen_by(EVERYBODY).article("A-1") is not None
