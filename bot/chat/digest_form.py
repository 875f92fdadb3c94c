"""The options of a digest as people give them: in the command, and in the form that **Change** opens."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import discord

from bot.briefings.subscription import Days
from bot.chat.apologies import Refusal
from bot.chat.digest_desk import Plan
from bot.chat.layout import form_values
from bot.rendering.actions import DigestChange
from bot.rendering.limits import clip
from bot.rendering.markdown import escaped
from bot.rendering.wording import N_
from bot.rendering.wording import gettext as _

MOST_TOPIC = 200  # characters
WHEN = {
    Days.DAILY: N_("daily"),
    Days.WEEKDAYS: N_("weekdays"),
    Days.WEEKLY: N_("weekly (Monday)"),
    Days.MONTHLY: N_("monthly (the 1st)"),
}

_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})?)?\s*(am|pm)?", re.IGNORECASE)


def read_time(text: str) -> dt.time:
    """A local time of day: 9, 09:00, 9.30, 18h, 6pm. Raises `Refusal`."""
    match = _TIME.fullmatch(text.strip())
    if match is not None:
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half:
            hour = 24
        if hour < 24 and minute < 60:
            return dt.time(hour, minute)
    notice = _('I couldn\'t read "{text}" as a time. Use 09:00 or 18:30.')
    raise Refusal(notice.format(text=escaped(clip(text, 40))))


def change_form(topic: str, action: DigestChange) -> discord.ui.Modal:
    """The form, filled in with what the preview shows. Its custom id is the action: nothing is kept for it."""
    form = discord.ui.Modal(title=_("Change the digest"), custom_id=action.encode(), timeout=None)
    options = [
        discord.SelectOption(label=_(label), value=str(days), default=str(days) == action.days)
        for days, label in WHEN.items()
    ]
    inputs: list[tuple[str, str, discord.ui.Item[Any]]] = [
        (
            _("Topic"),
            _("In a few words; leave it empty for everything new"),
            discord.ui.TextInput(custom_id="topic", default=topic or None, required=False, max_length=MOST_TOPIC),
        ),
        (_("When"), _("On which days"), discord.ui.Select(custom_id="days", options=options)),
        (
            _("At"),
            _("The local time"),
            discord.ui.TextInput(custom_id="at", default=f"{action.at:%H:%M}", max_length=10),
        ),
        (
            _("Time zone"),
            _("Such as Europe/London or America/New_York"),
            discord.ui.TextInput(custom_id="zone", default=action.zone, max_length=38),
        ),
    ]
    for label, hint, component in inputs:
        form.add_item(discord.ui.Label(text=label, description=hint, component=component))
    form.stop()  # as in `layout_of`: discord.py must not keep every form that was ever opened
    return form


def plan_from(interaction: discord.Interaction[Any], action: DigestChange) -> Plan:
    """What a form was sent in with. Raises `Refusal` on what cannot be read."""
    data: Any = interaction.data or {}
    given = form_values(data)
    days = given.get("days", action.days)
    return Plan(
        topic=given.get("topic", "").strip(),
        days=Days(days) if days in set(Days) else Days.DAILY,
        at=read_time(given.get("at", "")),
        zone=given.get("zone", "").strip() or action.zone,
        channel=action.channel,
    )
