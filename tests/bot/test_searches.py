"""What a press on a search means at a desk, and what it finds there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product

import pytest
from drafts import archived, draft
from small_desk import archive_with, desk_over

from bot.desk import Desk
from bot.rendering.actions import ANY, FindArticles, FindByDate, FindByOutlet, source_key
from bot.rendering.page import Choice
from bot.rendering.search_controls import TIMELINE, find
from bot.searches import VIEWS, found_at, narrowed, page_in_text, scope_searched
from bot.servers.access import Audience
from corpus.article import EVERYTHING, Scope
from retrieval.listing import Counted

HIDDEN = Audience(hidden=frozenset({"vault"}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with archive_with(folder) as archive:
        archived(
            archive,
            draft("The harbour vault holds silver.", outlet="Vault Letter", author="Ida Bell", list_name="vault"),
        )
        yield desk_over(archive, folder)


def test_a_press_searches_the_very_scope_that_its_button_was_made_for(desk: Desk) -> None:
    for collections, outlet, since, until, author in product(
        (None, frozenset({"coast"})),
        (None, "Harbour Gazette"),
        (None, dt.date(2024, 1, 1)),
        (None, dt.date(2024, 12, 31)),
        (None, "Sam Hill", "Ida Bell"),
    ):
        scope = Scope(collections, outlet, since, until, author)
        action = FindArticles.decode(find("newest", scope, 5).encode())
        assert action is not None and (action.view, action.skip) == ("newest", 5)
        assert scope_searched(desk, action) == scope


@pytest.mark.parametrize(
    "scope", [Scope(outlet="Vault Letter"), Scope(collections=frozenset({"vault"})), Scope(author="Ida Bell")]
)
def test_a_button_for_what_may_not_be_seen_any_more_means_nothing(desk: Desk, scope: Scope) -> None:
    action = find("best", scope)
    assert scope_searched(desk, action) == scope
    assert scope_searched(desk.seen_by(HIDDEN), action) is None


def test_what_may_not_be_seen_is_neither_counted_nor_offered(desk: Desk) -> None:
    everything, seen = (found_at(one, "harbour", EVERYTHING).listing for one in (desk, desk.seen_by(HIDDEN)))
    assert (everything.total, seen.total) == (2, 1)
    assert seen.scope == EVERYTHING
    assert "Vault" not in page_in_text(found_at(desk.seen_by(HIDDEN), "silver vault", EVERYTHING), "best").text
    assert found_at(desk.seen_by(HIDDEN), "silvre", EVERYTHING).suggestion is None
    assert found_at(desk, "silvre", EVERYTHING).suggestion == "silver"


def test_a_choice_narrows_or_widens_from_the_first_page_on() -> None:
    outlet = source_key(Scope(outlet="Night Post"))
    by_outlet = FindByOutlet("newest", dt.date(2024, 1, 1), None)
    assert narrowed(by_outlet, str(outlet)) == FindArticles("newest", 0, dt.date(2024, 1, 1), outlet=outlet)
    assert narrowed(by_outlet, ANY) == FindArticles("newest", 0, dt.date(2024, 1, 1))
    by_date = FindByDate("best", outlet=outlet)
    assert narrowed(by_date, "2024-02") == FindArticles(
        "best", 0, dt.date(2024, 2, 1), dt.date(2024, 2, 29), outlet=outlet
    )
    assert narrowed(by_date, ANY) == FindArticles("best", 0, outlet=outlet)


@pytest.mark.parametrize("value", ["", "2024-13", "0000", "soon", "2024-02-30", "²⁰²⁴"])
def test_a_value_that_was_never_offered_is_refused(value: str) -> None:
    with pytest.raises(ValueError):
        narrowed(FindByDate("best"), value)
    assert narrowed(FindByOutlet("best"), value).outlet == value  # and is the key of no outlet


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_printed(desk: Desk, view: str) -> None:
    page = page_in_text(found_at(desk, "harbour ferry", EVERYTHING, view), view)
    assert "```" in page.text if view == TIMELINE else "> " in page.text
    assert all(len(row.options) <= 6 for row in page.rows if isinstance(row, Choice))


def test_an_archive_of_which_nothing_can_be_seen_is_empty(desk: Desk) -> None:
    nobody = desk.seen_by(Audience(hidden=frozenset({"vault", "coast"})))
    found = found_at(nobody, "harbour", EVERYTHING)
    assert found.archive_is_empty and found.suggestion is None
    assert found.listing.counted is Counted.MEANING
