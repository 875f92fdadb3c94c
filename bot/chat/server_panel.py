"""/settings: one panel, only for those with Manage Server, for all that a server can choose."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.briefings.subscription import is_zone
from bot.chat.apologies import Refusal
from bot.chat.layout import form_of, form_values, layout_of
from bot.chat.presses import Handler, chosen_value, chosen_values
from bot.chat.room import Room
from bot.chat.server_health import Healths
from bot.desk import Desk
from bot.rendering import notices
from bot.rendering.actions import (
    Action,
    ExportSettings,
    Key,
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
from bot.rendering.page import Page
from bot.rendering.settings_pages import collection_page, collections_page, health_page, settings_page
from bot.rendering.wording import ENGLISH, LANGUAGES
from bot.rendering.wording import gettext as _
from bot.servers.access import Audience, CollectionRule, FullText, Rules
from bot.servers.server_settings import HIGHEST_LIMITS, LEAST_LIMIT, ServerSettings
from corpus.article import Scope

if TYPE_CHECKING:
    from bot.chat.client import Command

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]


class ServerPanel:
    """The command, its controls and its forms. Who may use them is asked at every step: a server can show commands to
    whom it likes, and a right can be taken away while the panel is open."""

    def __init__(self, room: Room, healths: Healths) -> None:
        self._room = room
        self._healths = healths

    @property
    def commands(self) -> Sequence[Command]:
        @app_commands.command(name="settings", description="Time zone, channels, collections, limits, health")
        @app_commands.default_permissions(manage_guild=True)
        @app_commands.allowed_contexts(guilds=True)
        async def settings(interaction: discord.Interaction[Any]) -> None:
            self._room.refuse_when_closing()
            server = manager_in(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            page = settings_page(await self._room.servers.settings(server))
            await interaction.edit_original_response(view=layout_of(page))

        return (settings,)

    @property
    def handlers(self) -> dict[type[Action], Handler]:
        return {
            OpenSettings: self._shown(self._panel),
            ShowCollections: self._shown(self._collections),
            ShowHealth: self._shown(self._health),
            SetOnlyMe: self._changing(lambda _, action: {"only_me": action.on == 1}),
            SetAskChannels: self._changing(lambda interaction, _: {"ask_channels": _all(interaction)}),
            SetDigestRole: self._changing(lambda interaction, _: {"digest_role": _first(interaction)}),
            SetLogChannel: self._changing(lambda interaction, _: {"log_channel": _first(interaction)}),
            SetLanguage: self._changing(lambda interaction, _: {"language": _language(interaction)}),
            SetVisible: self._ruling(lambda rule, _, action: replace(rule, visible=action.on == 1)),
            SetCollectionChannels: self._ruling(lambda rule, interaction, _: replace(rule, channels=_all(interaction))),
            SetCollectionRoles: self._ruling(lambda rule, interaction, _: replace(rule, roles=_all(interaction))),
            SetFullText: self._ruling(lambda rule, interaction, _: replace(rule, full_text=_full_text(interaction))),
            SetZone: self._open_zone,
            SetLimits: self._open_limits,
            ExportSettings: self._export,
        }

    @property
    def forms(self) -> dict[type[Action], Handler]:
        return {
            SetZone: self._changing(lambda interaction, _: _zone_from(form_values(interaction))),
            SetLimits: self._changing(lambda interaction, _: _limits_from(form_values(interaction))),
        }

    # What is shown in the panel's place

    def _shown(self, draw: Callable[[Interaction, int, Any], Awaitable[Page]]) -> Handler:
        async def show(interaction: Interaction, action: Action) -> None:
            server = manager_in(interaction)
            await interaction.response.defer()
            await interaction.edit_original_response(view=layout_of(await draw(interaction, server, action)))

        return show

    async def _panel(self, _: Interaction, server: int, _action: OpenSettings) -> Page:
        return settings_page(await self._room.servers.settings(server))

    async def _collections(self, interaction: Interaction, server: int, action: ShowCollections) -> Page:
        rules = await self._room.servers.rules()
        offered = await self._room.on_bench(collections_at, offered_to(rules, server))
        chosen = chosen_values(interaction)
        if not chosen:
            ruled = [(name, count, rules.rule(server, name)) for name, count in offered]
            return collections_page(ruled, action.page or 0)
        name, count = _with_key(offered, chosen[0])
        return collection_page(name, count, rules.rule(server, name))

    async def _health(self, interaction: Interaction, server: int, _action: ShowHealth) -> Page:
        rules = await self._room.servers.rules()
        return health_page(await self._healths.of(interaction, server, offered_to(rules, server)))

    # What changes something

    def _changing(self, choice: Callable[[Interaction, Any], dict[str, Any]]) -> Handler:
        async def change(interaction: Interaction, action: Any) -> None:
            server, choices = manager_in(interaction), choice(interaction, action)
            await interaction.response.defer()
            await self._change(interaction, server, choices)

        return change

    async def _change(self, interaction: Interaction, server: int, choices: dict[str, Any]) -> None:
        settings = await self._room.servers.change(server, **choices)
        log.info("settings changed", extra={"fields": {"server": server, "settings": sorted(choices)}})
        page = settings_page(settings, notice=_("Saved.") + _warnings(interaction, settings, choices))
        await interaction.edit_original_response(view=layout_of(page))

    def _ruling(self, decide: Callable[[CollectionRule, Interaction, Any], CollectionRule]) -> Handler:
        async def rule(interaction: Interaction, action: Any) -> None:
            server = manager_in(interaction)
            await interaction.response.defer()
            rules = await self._room.servers.rules()
            offered = await self._room.on_bench(collections_at, offered_to(rules, server))
            name, count = _with_key(offered, action.collection)
            decided = decide(rules.rule(server, name), interaction, action)
            await self._room.servers.set_rule(server, name, decided)
            log.info("a collection's rule changed", extra={"fields": {"server": server}})
            await interaction.edit_original_response(view=layout_of(collection_page(name, count, decided)))

        return rule

    # Forms

    async def _open_zone(self, interaction: Interaction, _action: SetZone) -> None:
        settings = await self._room.servers.settings(manager_in(interaction))
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="zone", default=settings.zone, required=False, max_length=60, placeholder="Europe/London"
        )
        hint = _("Such as Europe/London or America/New_York; empty is UTC")
        zone = discord.ui.Label(text=_("Time zone"), description=hint, component=field)
        await interaction.response.send_modal(form_of(SetZone(), _("Time zone"), zone))

    async def _open_limits(self, interaction: Interaction, _action: SetLimits) -> None:
        settings = await self._room.servers.settings(manager_in(interaction))
        labels = (
            _("Questions of a member in 10 minutes"),
            _("Questions of the server in 10 minutes"),
            _("Digests in the server"),
            _("Digests in one channel"),
        )
        limits = []
        for name, label in zip(HIGHEST_LIMITS, labels, strict=True):
            field: discord.ui.TextInput[Any] = discord.ui.TextInput(
                custom_id=name, default=str(getattr(settings, name)), max_length=4
            )
            limits.append(discord.ui.Label(text=label, component=field))
        await interaction.response.send_modal(form_of(SetLimits(), _("Limits"), *limits))

    async def _export(self, interaction: Interaction, _action: ExportSettings) -> None:
        server = manager_in(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        rules = await self._room.servers.rules()
        digests = await self._room.on_digest_bench(self._healths.digests_of, server)
        data = exported(await self._room.servers.settings(server), rules, server, digests)
        plain = json.dumps(data, ensure_ascii=False, indent=2)
        file = discord.File(io.BytesIO(plain.encode()), "briefing-bot-settings.json")
        await interaction.edit_original_response(
            content=_("The settings and digests of this server."), attachments=[file]
        )


def manager_in(interaction: Interaction) -> int:
    """The server, for one of its managers. Raises `Refusal` for everybody else, and in direct messages."""
    if interaction.guild_id is None:
        raise Refusal(_("Settings belong to a server. Use /settings there."))
    if not interaction.permissions.manage_guild:
        raise Refusal(_("Only members with Manage Server can change settings here. Ask one of them to do it."))
    return interaction.guild_id


def offered_to(rules: Rules, server: int) -> Audience:
    """Who decides for a server: sees every collection that the operator lets it have, whatever its managers hid."""
    return Audience(frozenset(name for name in rules.servers if not rules.offered_to(server, name)))


def collections_at(desk: Desk) -> list[tuple[str, int]]:
    """The collections of a desk with their numbers of articles. Blocking."""
    return [(one.name, one.articles) for one in desk.archive.collections() if desk.audience.sees(one.name)]


def exported(settings: ServerSettings, rules: Rules, server: int, digests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Everything that is kept for a server, as plain JSON types; ids are texts, which JSON's numbers cannot hold."""

    def ids(chosen: frozenset[int] | None) -> list[str] | None:
        return None if chosen is None else [str(one) for one in sorted(chosen)]

    return {
        "server": str(server),
        "settings": settings.rows(),
        "collections": {
            name: {
                "visible": rule.visible,
                "channels": ids(rule.channels),
                "roles": ids(rule.roles),
                "full_text": str(rule.full_text),
            }
            for (of, name), rule in sorted(rules.of_servers.items())
            if of == server and rules.offered_to(server, name)
        },
        "digests": list(digests),
    }


def _ids(interaction: Interaction) -> list[int]:
    """Raises `Refusal` for anything but ids: what a press says is only text from outside."""
    chosen = chosen_values(interaction)
    if not all(value.isascii() and value.isdigit() and len(value) <= 19 for value in chosen):
        raise Refusal(notices.gone_button())
    return [int(value) for value in chosen]


def _all(interaction: Interaction) -> frozenset[int] | None:
    """None where nothing was chosen: no restriction."""
    return frozenset(_ids(interaction)) or None


def _first(interaction: Interaction) -> int | None:
    return next(iter(_ids(interaction)), None)


def _language(interaction: Interaction) -> str | None:
    chosen = chosen_value(interaction)
    return chosen if chosen in LANGUAGES and chosen != ENGLISH else None


def _full_text(interaction: Interaction) -> FullText:
    chosen = chosen_value(interaction)
    if chosen not in set(FullText):
        raise Refusal(notices.gone_button())
    return FullText(chosen)


def _with_key(offered: Sequence[tuple[str, int]], key: Key) -> tuple[str, int]:
    for name, count in offered:
        if source_key(Scope(collections=frozenset({name}))) == key:
            return name, count
    raise Refusal(_("That collection is not there any more. Open /settings again."))


def _zone_from(given: dict[str, str]) -> dict[str, Any]:
    zone = given.get("zone", "").strip()
    if zone and not is_zone(zone):
        raise Refusal(notices.unknown_zone(zone))
    return {"zone": zone or None}


def _limits_from(given: dict[str, str]) -> dict[str, Any]:
    choices = {}
    for name in HIGHEST_LIMITS:
        text = given.get(name, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise Refusal(_("A limit is a whole number. Nothing was changed."))
        choices[name] = int(text)
        if not LEAST_LIMIT <= choices[name] <= HIGHEST_LIMITS[name]:
            notice = _("A limit is out of bounds: use a number from {least} to {most}. Nothing was changed.")
            raise Refusal(notice.format(least=LEAST_LIMIT, most=HIGHEST_LIMITS[name]))
    return choices


def _warnings(interaction: Interaction, settings: ServerSettings, choices: dict[str, Any]) -> str:
    """What a manager should know about what was just chosen."""
    guild = interaction.guild
    if "log_channel" in choices and settings.log_channel is not None and guild is not None:
        channel = guild.get_channel(settings.log_channel)
        if channel is not None and not channel.permissions_for(guild.me).send_messages:
            return " " + _("I can't post in <#{channel}>: missing Send Messages.").format(channel=channel.id)
    return ""
