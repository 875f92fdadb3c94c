"""The forms of a digest: within Discord's limits whatever was set and typed, and read without losing anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hostile import hostile, monstrous, written
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefings.draft_book import Draft
from bot.briefings.plan import Plan
from bot.chat.digest_form import MOST_WORD_CHARACTERS, MOST_WORDS, Source, digest_form, read_form
from bot.rendering.limits import units
from bot.rendering.wording import LANGUAGES, speaking

FORMS = ("when", "what", "where")
PLAN = Plan(topic="ferries", zone="Europe/London", channel=42)
SOURCES = [Source("wire", True), Source("Night Post", False)]
words = st.lists(written, max_size=30).map(tuple)
plans = st.builds(
    Plan,
    topic=monstrous,
    zone=st.none() | st.just("America/Argentina/ComodRivadavia"),
    channel=st.integers(1, 2**63),
    ping=st.none() | st.integers(1, 2**63),
    must=words,
    not_words=words,
    collections=st.none() | st.frozensets(written, max_size=30),
    outlets=st.none() | st.frozensets(written, max_size=30),
    max_items=st.integers(3, 25),
    post_when_empty=st.booleans(),
    in_thread=st.booleans(),
    publish=st.booleans(),
)


def inputs_of(modal: Any) -> list[dict[str, Any]]:
    return list(modal.to_dict()["components"])


@settings(max_examples=60)
@given(
    plans,
    st.dictionaries(st.sampled_from(["at", "zone", "must", "not", "max"]), monstrous),
    st.lists(st.builds(Source, written, st.booleans()), max_size=40, unique=True),
    st.sampled_from(LANGUAGES),
)
def test_forms_are_within_every_limit_whatever_they_hold(
    plan: Plan, typed: dict[str, str], sources: list[Source], language: str
) -> None:
    for form in FORMS:
        with speaking(language):
            modal = digest_form(Draft(2**63, 1, plan, typed), form, zone="UTC", sources=sources).to_dict()
        assert 1 <= units(modal["title"]) <= 45 and len(modal["custom_id"]) <= 100
        assert 1 <= len(modal["components"]) <= 5
        for label in modal["components"]:
            component: Any = label["component"]
            assert 1 <= units(label["label"]) <= 45 and units(label["description"]) <= 100
            if component["type"] == 4:
                assert units(component.get("value") or "") <= component["max_length"] <= 4000
            options = component.get("options", [])
            assert len(options) <= 25 and len({one["value"] for one in options}) == len(options)
            for one in options:
                assert all(1 <= units(one[name]) <= 100 for name in ("label", "value"))
                assert units(one.get("description") or "") <= 100
            chosen = [one for one in options if one.get("default")]
            assert len(chosen) <= component.get("max_values", 1)


@settings(max_examples=60)
@given(
    st.sampled_from(FORMS),
    st.dictionaries(
        st.sampled_from(["topic", "days", "at", "zone", "must", "not", "max", "empty", "sources", "channel", "ping"]),
        st.lists(hostile, max_size=3),
    ),
)
def test_anything_can_be_sent_in(form: str, given_fields: dict[str, list[str]]) -> None:
    reading = read_form(form, given_fields, PLAN, SOURCES)
    assert Plan.from_data(json.loads(json.dumps(reading.plan.as_data()))) == reading.plan
    assert bool(reading.typed) == bool(reading.errors)
    assert 3 <= reading.plan.max_items <= 25


@given(plans)
def test_a_plan_is_kept_as_it_is(plan: Plan) -> None:
    assert Plan.from_data(json.loads(json.dumps(plan.as_data()))) == plan


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_sent_in_as_it_was_opened_changes_nothing(form: str) -> None:
    plan = Plan(
        topic="ferries",
        zone="Europe/London",
        channel=42,
        ping=7,
        must=("Islay", "pier"),
        not_words=("football",),
        collections=frozenset({"wire"}),
        outlets=frozenset({"Night Post", "not offered any more"}),
        max_items=12,
        post_when_empty=True,
        in_thread=True,
        publish=True,
    )
    given_fields: dict[str, list[str]] = {}
    for label in inputs_of(digest_form(Draft(1, 1, plan), form, zone="UTC", sources=SOURCES)):
        component = label["component"]
        values = [one["value"] for one in component.get("options", []) if one.get("default")]
        values = values or [str(one["id"]) for one in component.get("default_values", [])]
        given_fields[component["custom_id"]] = values or ([component["value"]] if component.get("value") else [])
    assert read_form(form, given_fields, plan, SOURCES) == type(read_form(form, given_fields, plan))(plan, {}, ())


def test_too_many_words_are_said_and_kept() -> None:
    many = ", ".join(f"word{number}" for number in range(MOST_WORDS + 1))
    long = "x" * (MOST_WORD_CHARACTERS + 1)
    for must in (many, long):
        reading = read_form("what", {"must": [must], "not": [""], "max": ["8"]}, PLAN)
        assert reading.typed == {"must": must}
        assert "Use at most 20 words or phrases of at most 60 characters." in reading.errors[0]
        assert reading.plan == PLAN
