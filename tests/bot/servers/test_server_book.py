"""The book keeps what a server chose, and another process's changes are seen at once."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefings.ledger import Ledger
from bot.servers.access import CollectionRule, FullText, Rules
from bot.servers.server_book import ServerBook
from bot.servers.server_settings import ServerSettings

settings = st.builds(
    ServerSettings,
    zone=st.none() | st.sampled_from(["Europe/London", "Asia/Tokyo"]),
    ask_channels=st.none() | st.frozensets(st.integers(1, 2**63)),
    digest_role=st.none() | st.integers(1, 2**63),
    only_me=st.booleans(),
    member_questions=st.integers(1, 60),
    server_questions=st.integers(1, 600),
    log_channel=st.none() | st.integers(1, 2**63),
    language=st.none() | st.sampled_from(["es", "zh_Hans"]),
)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[ServerBook]:
    with_it = ServerBook.open(tmp_path)
    yield with_it
    with_it.close()


@given(settings)
def test_settings_are_read_as_they_were_written(chosen: ServerSettings) -> None:
    assert ServerSettings.from_rows(chosen.rows()) == chosen


def test_what_is_kept_by_an_unknown_name_or_broken_is_left_out() -> None:
    rows = {"zone": "Asia/Tokyo", "ask_channels": "all", "member_questions": "many", "later": "1"}
    assert ServerSettings.from_rows(rows) == ServerSettings(zone="Asia/Tokyo")


def test_a_server_that_chose_nothing_has_the_defaults(book: ServerBook) -> None:
    assert book.settings(1) == ServerSettings()


def test_a_change_leaves_the_rest_and_other_servers_alone(book: ServerBook) -> None:
    book.change(1, zone="Europe/London", only_me=True)
    book.change(2, zone="Asia/Tokyo")
    assert book.change(1, member_questions=10) == ServerSettings("Europe/London", only_me=True, member_questions=10)
    assert book.settings(2) == ServerSettings("Asia/Tokyo")


def test_going_back_to_a_default_keeps_nothing(book: ServerBook) -> None:
    book.change(1, ask_channels=frozenset({5}), only_me=True)
    book.change(1, ask_channels=None, only_me=False)
    assert book.settings(1).rows() == {}


def test_asking_nowhere_is_not_asking_everywhere(book: ServerBook) -> None:
    book.change(1, ask_channels=frozenset())
    assert book.settings(1).ask_channels == frozenset()


@pytest.mark.parametrize(("name", "number"), [("member_questions", 0), ("server_digests", 101)])
def test_a_limit_out_of_bounds_is_refused_and_nothing_is_changed(book: ServerBook, name: str, number: int) -> None:
    with pytest.raises(ValueError, match="use a number from 1 to"):
        book.change(1, zone="Asia/Tokyo", **{name: number})
    assert book.settings(1) == ServerSettings()


def test_rules_are_kept_and_the_default_is_none(book: ServerBook) -> None:
    rule = CollectionRule(True, frozenset({5}), frozenset({7, 8}), FullText.ONLY_ME)
    book.set_rule(1, "salon", rule)
    book.set_rule(1, "wire", CollectionRule(visible=False))
    assert book.rules() == Rules({(1, "salon"): rule, (1, "wire"): CollectionRule(visible=False)})
    book.set_rule(1, "salon", CollectionRule())
    assert book.rules() == Rules({(1, "wire"): CollectionRule(visible=False)})


def test_the_operator_keeps_a_collection_to_servers_to_none_and_opens_it_again(book: ServerBook) -> None:
    book.keep_to_servers("salon", [1, 2])
    assert book.rules().servers == {"salon": frozenset({1, 2})}
    book.keep_to_servers("salon", [])
    assert book.rules().servers == {"salon": frozenset()}
    book.keep_to_servers("salon", None)
    assert book.rules().servers == {}


def test_another_process_is_followed_without_a_restart(book: ServerBook, tmp_path: Path) -> None:
    assert book.rules() == Rules()
    other = ServerBook.open(tmp_path)
    other.keep_to_servers("salon", [1])
    other.close()
    assert book.rules().servers == {"salon": frozenset({1})}


def test_a_server_is_forgotten_with_its_rules(book: ServerBook, tmp_path: Path) -> None:
    book.change(1, zone="Asia/Tokyo")
    book.set_rule(1, "salon", CollectionRule(visible=False))
    book.set_rule(2, "salon", CollectionRule(visible=False))
    assert set(book.rules().of_servers) == {(1, "salon"), (2, "salon")}
    with Ledger.open(tmp_path) as ledger:
        ledger.subscriptions.purge_guild(1)
    assert book.settings(1) == ServerSettings()
    assert set(book.rules().of_servers) == {(2, "salon")}


def test_a_server_that_we_left_is_noticed_once_and_one_that_is_back_is_not(book: ServerBook) -> None:
    first, later = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 20, tzinfo=dt.UTC)
    book.change(1, zone="Asia/Tokyo")
    book.set_rule(2, "salon", CollectionRule(visible=False))
    assert book.left_since([1, 2, 3], first) == {}
    assert book.left_since([1, 3], first) == {2: first}
    assert book.left_since([3], later) == {1: later, 2: first}
    assert book.settings(1) == ServerSettings(zone="Asia/Tokyo")
    assert book.left_since([1, 2], later) == {}
    assert book.left_since([1], later) == {2: later}
