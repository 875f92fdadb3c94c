"""The panel of /settings says what is set, and keeps to Discord's limits whatever names there are."""

from __future__ import annotations

from hostile import NOW, complaints_about, written
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.page import Choice, Picker
from bot.rendering.settings_pages import (
    Health,
    collection_page,
    collections_page,
    health_page,
    language_name,
    settings_page,
)
from bot.servers.access import CollectionRule, FullText
from bot.servers.server_settings import ServerSettings

ids = st.frozensets(st.integers(1, 99), max_size=27)
rules = st.builds(CollectionRule, st.booleans(), st.none() | ids, st.none() | ids, st.sampled_from(list(FullText)))
settings = st.builds(
    ServerSettings,
    zone=st.none() | st.text(max_size=60),
    ask_channels=st.none() | ids,
    digest_role=st.none() | st.integers(1, 2**63),
    only_me=st.booleans(),
    log_channel=st.none() | st.integers(1, 2**63),
)
times = st.none() | st.just(NOW)


@given(settings)
def test_the_panel_keeps_to_the_limits(chosen: ServerSettings) -> None:
    assert complaints_about(settings_page(chosen, notice="Saved.")) == []


@given(
    st.lists(st.tuples(written, st.integers(0, 10**7), rules), max_size=27, unique_by=lambda one: one[0]),
    st.integers(0, 3),
)
def test_the_list_of_collections_keeps_to_the_limits(
    collections: list[tuple[str, int, CollectionRule]], page: int
) -> None:
    assert complaints_about(collections_page(collections, page)) == []


def test_every_collection_can_be_chosen_however_many_there_are() -> None:
    collections = [(f"list-{number:02}", 3, CollectionRule()) for number in range(60)]
    pages = [collections_page(collections, page) for page in range(4)]
    menus = [row for page in pages[:3] for row in page.rows if isinstance(row, Choice)]
    assert [option.label for menu in menus for option in menu.options] == [name for name, _, _ in collections]
    assert pages[3] == pages[2]


@given(written, rules)
def test_a_collection_keeps_to_the_limits(name: str, rule: CollectionRule) -> None:
    assert complaints_about(collection_page(name, 3, rule)) == []


@given(
    st.lists(st.tuples(written, written, times), max_size=27),
    st.lists(st.tuples(written, st.just("") | written), max_size=27),
)
def test_health_keeps_to_the_limits(sources: list[tuple[str, str, None]], digests: list[tuple[str, str]]) -> None:
    assert complaints_about(health_page(Health("1.0", 3, NOW, 10, 4, sources, digests))) == []


def test_the_panel_says_the_defaults() -> None:
    page = settings_page(ServerSettings())
    assert "**Time zone** UTC, until you set one" in page.text
    assert "6 questions by a member and 60 in the server in 10 minutes; 25 digests in the server, 10 in a" in page.text
    assert "shown to everybody in the channel" in page.text


def test_menus_show_what_is_chosen() -> None:
    page = settings_page(ServerSettings(ask_channels=frozenset({7, 5}), digest_role=9, language="es"))
    asked, role, log = (row for row in page.rows if isinstance(row, Picker))
    assert (asked.chosen, role.chosen, log.chosen) == ((5, 7), (9,), ())
    assert [row.chosen for row in page.rows if isinstance(row, Choice)] == ["es"]


def test_languages_stand_in_their_own_words() -> None:
    assert [language_name(one) for one in ("en", "es", "zh_Hans")] == ["English", "Español", "中文 (简体)"]


def test_a_collection_for_roles_says_what_that_means() -> None:
    text = collection_page("salon", 1_204, CollectionRule(roles=frozenset({8}))).text
    assert "1,204 articles" in text
    assert "only for <@&8>" in text
    assert "never part of a public answer" in text


def test_a_rule_that_lost_all_its_channels_still_hides() -> None:
    assert (
        "only in no channel or role that is left" in collection_page("s", 1, CollectionRule(channels=frozenset())).text
    )


def test_health_says_how_far_the_index_is() -> None:
    assert "Index: up to date" in health_page(Health("1", 1, NOW, 10, 0)).text
    assert "4 passages are not searched by meaning yet (60% done)" in health_page(Health("1", 1, NOW, 10, 4)).text
