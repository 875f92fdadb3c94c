"""Rules only ever hide, and what is public is never more than what each of its readers may see."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.servers.access import CollectionRule, FullText, Place, Rules, audience_of

NAMES = ("salon", "wire", "letters")
SERVERS = (1, 2)
few_ids = st.frozensets(st.integers(1, 4), max_size=3)
rule = st.builds(
    CollectionRule, st.booleans(), st.none() | few_ids, st.none() | few_ids, st.sampled_from(list(FullText))
)
rules = st.builds(
    Rules,
    st.dictionaries(st.tuples(st.sampled_from(SERVERS), st.sampled_from(NAMES)), rule),
    st.dictionaries(st.sampled_from(NAMES), st.frozensets(st.sampled_from(SERVERS))),
)
place = st.builds(Place, st.sampled_from(SERVERS), few_ids, few_ids)


@given(rules, place)
def test_what_is_public_is_seen_by_each_who_reads_it(rules: Rules, place: Place) -> None:
    public = audience_of(rules, place, public=True)
    assert public.hidden >= audience_of(rules, place, public=False).hidden
    assert public.hidden >= audience_of(rules, replace(place, roles=frozenset()), public=False).hidden


@given(rules, place)
def test_another_role_never_hides_anything(rules: Rules, place: Place) -> None:
    more = replace(place, roles=place.roles | {9})
    assert audience_of(rules, more, public=False).hidden <= audience_of(rules, place, public=False).hidden


@given(rules, place)
def test_a_direct_message_shows_nothing_that_anybody_restricted(rules: Rules, place: Place) -> None:
    alone = audience_of(rules, Place(None), public=False)
    everybody = audience_of(rules, replace(place, channels=frozenset(), roles=frozenset()), public=True)
    assert alone.hidden >= everybody.hidden


@given(rules, place)
def test_another_servers_rules_change_nothing(rules: Rules, place: Place) -> None:
    own = {key: value for key, value in rules.of_servers.items() if key[0] == place.server}
    assert audience_of(rules, place, public=True) == audience_of(Rules(own, rules.servers), place, public=True)


def test_without_rules_everything_is_seen() -> None:
    assert audience_of(Rules(), Place(1, frozenset({5})), public=True).sees("anything")
    assert audience_of(Rules(), Place(None), public=False).sees("anything")


def test_a_collection_for_certain_channels_is_seen_in_their_threads() -> None:
    rules = Rules({(1, "salon"): CollectionRule(channels=frozenset({5}))})
    assert audience_of(rules, Place(1, frozenset({50, 5})), public=True).sees("salon")
    assert not audience_of(rules, Place(1, frozenset({6})), public=True).sees("salon")


def test_a_collection_for_certain_roles_is_seen_by_them_alone_and_never_in_public() -> None:
    rules = Rules({(1, "salon"): CollectionRule(roles=frozenset({7, 8}))})
    insider = Place(1, frozenset({5}), frozenset({8, 3}))
    assert audience_of(rules, insider, public=False).sees("salon")
    assert not audience_of(rules, insider, public=True).sees("salon")
    assert not audience_of(rules, Place(1, frozenset({5}), frozenset({3})), public=False).sees("salon")


def test_the_operators_word_holds_whatever_the_managers_say() -> None:
    rules = Rules({(2, "salon"): CollectionRule(full_text=FullText.PUBLIC)}, {"salon": frozenset({1})})
    assert audience_of(rules, Place(1), public=True).sees("salon")
    assert not audience_of(rules, Place(2), public=False).sees("salon")
    assert not audience_of(rules, Place(None), public=False).sees("salon")


def test_the_full_text_of_a_collection_without_a_rule_is_an_excerpt() -> None:
    rules = Rules({(1, "salon"): CollectionRule(full_text=FullText.ONLY_ME)})
    audience = audience_of(rules, Place(1), public=False)
    assert (audience.full_text("salon"), audience.full_text("wire")) == (FullText.ONLY_ME, FullText.EXCERPT)
