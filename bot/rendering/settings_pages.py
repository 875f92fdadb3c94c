"""The panel of /settings, and what it opens: collections, one of them, health."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from babel import Locale

from bot.rendering.actions import (
    ExportSettings,
    OpenSettings,
    SetAskChannels,
    SetCollectionChannels,
    SetCollectionRoles,
    SetDigestRole,
    SetFullText,
    SetLanguage,
    SetLimits,
    SetLogChannel,
    SetOnlyMe,
    SetVisible,
    SetZone,
    ShowCollections,
    ShowHealth,
    source_key,
)
from bot.rendering.limits import OPTION_TEXT, OPTIONS, PAGE_TEXT, PLACEHOLDER, clip, units
from bot.rendering.listed import as_many_as_fit, listed
from bot.rendering.notices import moment
from bot.rendering.page import Button, Card, Choice, Look, Option, Page, Picked, Picker, Rule
from bot.rendering.quotes import short_markdown
from bot.rendering.turning import turning
from bot.rendering.wording import ENGLISH, LANGUAGES, N_, ngettext, number
from bot.rendering.wording import gettext as _
from bot.servers.access import CollectionRule, FullText
from bot.servers.server_settings import ServerSettings
from corpus.article import Scope

MOST_PICKED: Final = 25  # Discord's limit for one menu
FULL_TEXTS: Final = {
    FullText.EXCERPT: (N_("Excerpts"), N_("The cited paragraph, one before, one after, and the link")),
    FullText.ONLY_ME: (N_("Whole, only to the reader"), N_("All of it and a file, to whoever opens it alone")),
    FullText.PUBLIC: (N_("Whole, also in public"), N_("All of it, also where others see it")),
}


@dataclass(frozen=True, slots=True)
class Health:
    """How the archive and this server's digests are. `waiting`: passages that have no vector yet, of all `passages`."""

    version: str
    articles: int
    last_import: dt.datetime | None
    passages: int
    waiting: int
    sources: Sequence[tuple[str, str, dt.datetime | None]] = ()  # name, last result, when
    digests: Sequence[tuple[str, str]] = ()  # topic, and what is missing to post it; "" where nothing is


def settings_page(settings: ServerSettings, *, notice: str | None = None) -> Page:
    """All choices of a server and the controls that change them; `notice` says what was just done, or could not be."""
    cards: list[Card | Rule] = [
        Card(_("**Settings of this server**") + (f"\n{notice}" if notice else "")),
        Card(_zone(settings), Button(_("Change zone"), SetZone().encode())),
        Card(_audience(settings), _audience_button(settings)),
        Card(_limits(settings), Button(_("Change limits"), SetLimits().encode())),
        Card(
            _("**Collections** What is seen here, by whom, and how much of an article may be read."),
            Button(_("Collections"), ShowCollections().encode()),
        ),
        Rule(),
        Card(
            "-# "
            + _(
                "The menus below: where questions may be asked, who manages digests, where trouble is told, and the "
                "language of digests. Clear a menu to go back to the default."
            )
        ),
    ]
    channels, roles = Picked.CHANNEL, Picked.ROLE
    asked = _several(settings.ask_channels)
    rows = (
        Picker(SetAskChannels().encode(), _("Questions may be asked everywhere"), channels, asked, MOST_PICKED),
        Picker(SetDigestRole().encode(), _("Digests: only Manage Server"), roles, _one(settings.digest_role)),
        Picker(
            SetLogChannel().encode(), _("Trouble is told to a digest's creator"), channels, _one(settings.log_channel)
        ),
        _languages(settings),
        (
            Button(_("Health"), ShowHealth().encode()),
            Button(_("Export settings"), ExportSettings().encode()),
        ),
    )
    return Page(tuple(cards), rows)


def collections_page(collections: Sequence[tuple[str, int, CollectionRule]], page: int = 0) -> Page:
    """The collections that the operator offers this server, with their numbers of articles and their rules.

    25 on a page, from 0, as many as a menu has options; any page beyond the last is the last.
    """
    heading = Card(_("**Collections**") if collections else _("**Collections** There are none yet."))
    last = max(0, (len(collections) - 1) // OPTIONS)
    page = max(0, min(page, last))
    collections = collections[page * OPTIONS : (page + 1) * OPTIONS]
    lines = as_many_as_fit(
        [f"{short_markdown(name, 60)} · {_articles(articles)} · {_rule(rule)}" for name, articles, rule in collections],
        PAGE_TEXT - units(heading.text) - 100,
    )
    options = tuple(
        Option(clip(name, OPTION_TEXT), source_key(Scope(collections=frozenset({name}))) or "", _articles(articles))
        for name, articles, _rule_ in collections
    )
    menu = (Choice(ShowCollections().encode(), _("Change one of them"), options),) if options else ()
    cards = (heading, Card("\n".join(lines))) if lines else (heading,)
    turn = turning(page, last, ShowCollections)
    return Page(cards, (*menu, (*turn, _back()) if last else (_back(),)))


def collection_page(name: str, articles: int, rule: CollectionRule) -> Page:
    """One collection: whether, where and by whom it is seen, and how much of an article."""
    key = source_key(Scope(collections=frozenset({name}))) or ""
    shown = Button(_("Hide it here"), SetVisible(key, 0).encode(), Look.DANGER)
    if not rule.visible:
        shown = Button(_("Show it here"), SetVisible(key, 1).encode(), Look.GOOD)
    cards = [Card(f"**{short_markdown(name, 100)}** · {_articles(articles)}\n{_rule(rule)}", shown)]
    if rule.roles is not None:
        cards.append(Card("-# " + _("A collection for certain roles is never part of a public answer or a digest.")))
    texts = tuple(Option(_(label), str(policy), _(meaning)) for policy, (label, meaning) in FULL_TEXTS.items())
    channels, roles = _several(rule.channels), _several(rule.roles)
    rows = (
        Picker(SetCollectionChannels(key).encode(), _("Seen in every channel"), Picked.CHANNEL, channels, MOST_PICKED),
        Picker(SetCollectionRoles(key).encode(), _("Seen by everybody"), Picked.ROLE, roles, MOST_PICKED),
        Choice(SetFullText(key).encode(), _("How much may be read"), texts, str(rule.full_text)),
        (Button(_("Collections"), ShowCollections().encode()), _back()),
    )
    return Page(tuple(cards), rows)


def health_page(health: Health) -> Page:
    """What an operator or a manager looks at when something seems wrong."""
    lines = [_("**Health** of briefing-bot {version}").format(version=health.version)]
    imported = moment(health.last_import, "R") if health.last_import else _("never")
    lines.append(
        _("Archive: {articles}, last import {when}").format(articles=_articles(health.articles), when=imported)
    )
    if health.waiting:
        done = 100 * (health.passages - health.waiting) // max(health.passages, 1)
        text = _("Index: {count} passages are not searched by meaning yet ({percent}% done)")
        lines.append(text.format(count=number(health.waiting), percent=done))
    else:
        lines.append(_("Index: up to date"))
    cards = [Card("\n".join(lines))]
    sources = [
        f"{short_markdown(name, 60)}: {short_markdown(result, 80)}" + (f" · {moment(when, 'R')}" if when else "")
        for name, result, when in health.sources
    ]
    digests = [
        short_markdown(topic, 60)
        + ": "
        + (_("missing {permissions}").format(permissions=missing) if missing else _("can be posted"))
        for topic, missing in health.digests
    ]
    for title, entries in ((_("**Sources**"), sources), (_("**Digests**"), digests)):
        if entries:
            cards.append(Card(listed(title, entries, PAGE_TEXT // 2 - 300)))
    return Page(tuple(cards), ((Button(_("Refresh"), ShowHealth().encode()), _back()),))


def language_name(language: str) -> str:
    """A language in its own words, as whoever speaks it looks for it: Español, 中文."""
    if language == ENGLISH:
        return "English"
    return str(Locale.parse(language).get_display_name() or language).capitalize()


def _zone(settings: ServerSettings) -> str:
    if settings.zone is None:
        return _("**Time zone** UTC, until you set one")
    return _("**Time zone** {zone}").format(zone=short_markdown(settings.zone, 60))


def _audience(settings: ServerSettings) -> str:
    if settings.only_me:
        return _("**Answers** are shown to the asker alone. *only_me: False* shows one to everybody.")
    return _("**Answers** are shown to everybody in the channel. *only_me: True* shows one to the asker alone.")


def _audience_button(settings: ServerSettings) -> Button:
    if settings.only_me:
        return Button(_("Show to everybody"), SetOnlyMe(0).encode())
    return Button(_("Show to asker alone"), SetOnlyMe(1).encode())


def _limits(settings: ServerSettings) -> str:
    text = _(
        "**Limits** {member} questions by a member and {server} in the server in 10 minutes; "
        "{digests} digests in the server, {channel} in a channel."
    )
    return text.format(
        member=number(settings.member_questions),
        server=number(settings.server_questions),
        digests=number(settings.server_digests),
        channel=number(settings.channel_digests),
    )


def _languages(settings: ServerSettings) -> Choice:
    options = tuple(
        Option(_("Digests in {language}").format(language=language_name(language)), language) for language in LANGUAGES
    )
    placeholder = clip(_("The language of digests"), PLACEHOLDER)
    return Choice(SetLanguage().encode(), placeholder, options, settings.language or ENGLISH)


def _rule(rule: CollectionRule) -> str:
    if not rule.visible:
        return _("hidden")
    parts = [_(FULL_TEXTS[rule.full_text][0]).lower()]
    if rule.channels is not None:
        parts.append(_("only in {channels}").format(channels=_named("<#{}>", rule.channels)))
    if rule.roles is not None:
        parts.append(_("only for {roles}").format(roles=_named("<@&{}>", rule.roles)))
    return " · ".join(parts)


def _named(mark: str, ids: frozenset[int]) -> str:
    """Discord's marks for channels and roles; they ping nobody here, since nothing that we send may."""
    shown = [mark.format(one) for one in sorted(ids)[:5]]
    return ", ".join(shown) + (" …" if len(ids) > len(shown) else "") if ids else _("no channel or role that is left")


def _articles(count: int) -> str:
    return ngettext("{count} article", "{count} articles", count).format(count=number(count))


def _several(chosen: frozenset[int] | None) -> tuple[int, ...]:
    return tuple(sorted(chosen or ())[:MOST_PICKED])


def _one(chosen: int | None) -> tuple[int, ...]:
    return () if chosen is None else (chosen,)


def _back() -> Button:
    return Button(_("All settings"), OpenSettings().encode())
