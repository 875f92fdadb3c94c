"""The forms of a digest: what they hold to begin with, and what was sent in, field by field.

A form has at most five inputs, so there are three: topic and time, words and sources, place and ping. What can be read
goes into the plan; what cannot is kept as it was typed, and stands in the form again when it is opened anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.briefings.draft_book import Draft
from bot.briefings.plan import Plan
from bot.briefings.subscription import FEWEST_ITEMS, MOST_ITEMS, Days, is_zone
from bot.briefings.written_time import read_time
from bot.chat.layout import form_of
from bot.rendering import notices
from bot.rendering.actions import DigestChange
from bot.rendering.digest_preview_pages import PLACE, TOPIC_AND_TIME, WORDS_AND_SOURCES, unread
from bot.rendering.limits import OPTION_TEXT, OPTIONS, TOPIC, clip, fitting
from bot.rendering.wording import N_
from bot.rendering.wording import gettext as _

MOST_WORDS, MOST_WORD_CHARACTERS = 20, 60  # of the words that must or must not stand in an article
MOST_WRITTEN = MOST_WORDS * (MOST_WORD_CHARACTERS + 2)  # with the commas between them
WHEN = {
    Days.DAILY: N_("daily"),
    Days.WEEKDAYS: N_("weekdays"),
    Days.WEEKLY: N_("weekly (Monday)"),
    Days.MONTHLY: N_("monthly (the 1st)"),
}
POSTABLE = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
]

Inputs = Sequence[tuple[str, str, discord.ui.Item[Any]]]
Given = Mapping[str, Sequence[str]]  # what a form was sent in with, by custom id; one value of a text


@dataclass(frozen=True, slots=True)
class Source:
    """A collection or an outlet that a digest may be kept to."""

    name: str
    is_collection: bool

    @property
    def key(self) -> str:
        digest = hashlib.sha256(self.name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"{'c' if self.is_collection else 'o'}{digest}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form said: the plan as far as it could be read, what could not, and why (markdown), in order."""

    plan: Plan
    typed: Mapping[str, str]
    errors: tuple[str, ...]


def digest_form(draft: Draft, form: str, *, zone: str, sources: Sequence[Source] = ()) -> discord.ui.Modal:
    """A form, filled in with what is set, and with what was typed before where that could not be read.

    `zone` is the zone that holds while none is set.
    """
    plan, typed = draft.plan, draft.typed
    titles = {
        TOPIC_AND_TIME: _("Topic and time"),
        WORDS_AND_SOURCES: _("Words and sources"),
        PLACE: _("Place and ping"),
    }
    inputs = {
        TOPIC_AND_TIME: lambda: _topic_inputs(plan, typed, zone),
        WORDS_AND_SOURCES: lambda: _word_inputs(plan, typed, sources),
        PLACE: lambda: _place_inputs(plan),
    }[form]()
    labels = (discord.ui.Label(text=label, description=hint, component=component) for label, hint, component in inputs)
    return form_of(DigestChange(draft.id, form), titles[form], *labels)


def read_form(form: str, given: Given, plan: Plan, sources: Sequence[Source] = ()) -> Reading:
    """What was sent in over what was set before."""
    if form == TOPIC_AND_TIME:
        return _read_topic(given, plan)
    if form == WORDS_AND_SOURCES:
        return _read_words(given, plan, sources)
    return _read_place(given, plan)


def _topic_inputs(plan: Plan, typed: Mapping[str, Any], zone: str) -> Inputs:
    days = [
        discord.SelectOption(label=_(label), value=str(days), default=days is plan.days) for days, label in WHEN.items()
    ]
    return [
        (
            _("Topic"),
            _("A few words, or a question (with ?) to watch; empty for everything new"),
            _text_input("topic", plan.topic, TOPIC, required=False),
        ),
        (_("When"), _("On which days"), discord.ui.Select(custom_id="days", options=days)),
        (
            _("At"),
            _("The local time"),
            _text_input("at", typed.get("at", f"{plan.at:%H:%M}"), 10),
        ),
        (
            _("Time zone"),
            _("Such as Europe/London or America/New_York"),
            _text_input("zone", typed.get("zone", plan.zone or zone), 38),
        ),
    ]


def _read_topic(given: Given, plan: Plan) -> Reading:
    typed: dict[str, str] = {}
    errors: list[str] = []
    days = _text(given, "days")
    at = read_time(_text(given, "at"))
    if at is None:
        typed["at"] = _text(given, "at")
        errors.append(unread(_("At"), typed["at"], _("Use 09:00 or 18:30.")))
    zone = _text(given, "zone")
    if zone and not is_zone(zone):
        typed["zone"] = zone
        errors.append(notices.unknown_zone(zone))
    changed = replace(
        plan,
        topic=_text(given, "topic"),
        days=Days(days) if days in set(Days) else plan.days,
        at=plan.at if at is None else at,
        zone=plan.zone if "zone" in typed or not zone else zone,
    )
    return Reading(changed, typed, tuple(errors))


def _word_inputs(plan: Plan, typed: Mapping[str, Any], sources: Sequence[Source]) -> Inputs:
    chosen = _chosen(plan)
    offered = [*sorted(chosen, key=lambda one: one.key), *(one for one in sources if one not in chosen)][:OPTIONS]
    options = [
        discord.SelectOption(
            label=clip(one.name, OPTION_TEXT) or "?",
            value=one.key,
            description=_("collection") if one.is_collection else _("outlet"),
            default=one in chosen,
        )
        for one in offered
    ]
    empty = [
        discord.SelectOption(label=_("Post nothing"), value="no", default=not plan.post_when_empty),
        discord.SelectOption(label=_("Say that nothing is new"), value="yes", default=plan.post_when_empty),
    ]
    inputs: list[tuple[str, str, discord.ui.Item[Any]]] = [
        (
            _("Must have"),
            _("Words or phrases that every article must have, between commas"),
            _text_input("must", typed.get("must", ", ".join(plan.must)), MOST_WRITTEN, required=False),
        ),
        (
            _("Must not have"),
            _("Words or phrases that no article may have, between commas"),
            _text_input("not", typed.get("not", ", ".join(plan.not_words)), MOST_WRITTEN, required=False),
        ),
        (
            _("At most"),
            _("How many items, {fewest} to {most}").format(fewest=FEWEST_ITEMS, most=MOST_ITEMS),
            _text_input("max", typed.get("max", str(plan.max_items)), 4),
        ),
        (_("When nothing is new"), _("What to do"), discord.ui.Select(custom_id="empty", options=empty)),
    ]
    if options:
        menu: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="sources", options=options, min_values=0, max_values=len(options), required=False
        )
        inputs.insert(2, (_("Only from"), _("None chosen means from everywhere"), menu))
    return inputs


def _text_input(custom_id: str, default: str, most: int, *, required: bool = True) -> discord.ui.TextInput[Any]:
    """A line to write on. Discord refuses a form whose line begins with more than it may hold, so that is cut."""
    begins_with = default[: fitting(default, most)]
    return discord.ui.TextInput(custom_id=custom_id, default=begins_with or None, required=required, max_length=most)


def _read_words(given: Given, plan: Plan, sources: Sequence[Source]) -> Reading:
    typed: dict[str, str] = {}
    errors: list[str] = []
    must, not_words = _words(_text(given, "must")), _words(_text(given, "not"))
    for name, field, words in ((_("Must have"), "must", must), (_("Must not have"), "not", not_words)):
        if len(words) > MOST_WORDS or any(len(word) > MOST_WORD_CHARACTERS for word in words):
            typed[field] = _text(given, field)
            hint = _("Use at most {words} words or phrases of at most {characters} characters.")
            errors.append(unread(name, typed[field], hint.format(words=MOST_WORDS, characters=MOST_WORD_CHARACTERS)))
    if both := {word.casefold() for word in must} & {word.casefold() for word in not_words}:
        typed |= {"must": _text(given, "must"), "not": _text(given, "not")}
        errors.append(unread(_("Must not have"), min(both), _("It stands under both: no article could match.")))
    count = _text(given, "max")
    is_count = count.isascii() and count.isdigit() and len(count) < 4 and FEWEST_ITEMS <= int(count) <= MOST_ITEMS
    if not is_count:
        typed["max"] = count
        hint = _("Use a number from {fewest} to {most}.").format(fewest=FEWEST_ITEMS, most=MOST_ITEMS)
        errors.append(unread(_("At most"), count, hint))
    changed = replace(
        plan,
        must=plan.must if "must" in typed else must,
        not_words=plan.not_words if "not" in typed else not_words,
        max_items=int(count) if is_count else plan.max_items,
        post_when_empty=_text(given, "empty") == "yes",
    )
    if "sources" in given:
        known = {one.key: one for one in (*sources, *_chosen(plan))}
        chosen = [known[key] for key in given["sources"] if key in known]
        changed = replace(
            changed,
            collections=frozenset(one.name for one in chosen if one.is_collection) or None,
            outlets=frozenset(one.name for one in chosen if not one.is_collection) or None,
        )
    return Reading(changed, typed, tuple(errors))


def _place_inputs(plan: Plan) -> Inputs:
    kinds = discord.SelectDefaultValueType
    channel = discord.SelectDefaultValue(id=plan.channel, type=kinds.channel)
    role = [discord.SelectDefaultValue(id=plan.ping, type=kinds.role)] if plan.ping is not None else []
    manner = [
        discord.SelectOption(label=_("As a message"), value="message", default=not plan.in_thread),
        discord.SelectOption(
            label=_("As a thread"),
            value="thread",
            description=_("a headline in the channel, the items in a thread under it"),
            default=plan.in_thread,
        ),
    ]
    publish = [
        discord.SelectOption(label=_("Don't publish"), value="no", default=not plan.publish),
        discord.SelectOption(
            label=_("Publish"),
            value="yes",
            description=_("in an announcement channel: to the servers that follow it"),
            default=plan.publish,
        ),
    ]
    return [
        (
            _("Where"),
            _("A channel, a thread or a forum"),
            discord.ui.ChannelSelect(custom_id="channel", channel_types=POSTABLE, default_values=[channel]),
        ),
        (
            _("Ping"),
            _("A role that each digest mentions; none chosen is nobody"),
            discord.ui.RoleSelect(custom_id="ping", min_values=0, required=False, default_values=role),
        ),
        (_("Post"), _("A forum gets a post in any case"), discord.ui.Select(custom_id="manner", options=manner)),
        (_("Publish"), _("Announcement channels only"), discord.ui.Select(custom_id="publish", options=publish)),
    ]


def _read_place(given: Given, plan: Plan) -> Reading:
    channel, role = _text(given, "channel"), _text(given, "ping")
    changed = replace(
        plan,
        channel=int(channel) if _is_id(channel) else plan.channel,
        ping=int(role) if _is_id(role) else None,
        in_thread=_text(given, "manner") == "thread",
        publish=_text(given, "publish") == "yes",
    )
    return Reading(changed, {}, ())


def _chosen(plan: Plan) -> list[Source]:
    return [
        *(Source(name, True) for name in plan.collections or ()),
        *(Source(name, False) for name in plan.outlets or ()),
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for part in text.replace("\n", ",").split(",") if (word := " ".join(part.split()))))


def _text(given: Given, name: str) -> str:
    values = given.get(name) or [""]
    return values[0].strip()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20
