"""Everything an operator can choose, read once, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsError

PREFIX = "BRIEFING_"
# Each stands in .env.example, with its reason.
KNOWN = frozenset({"DISCORD_TOKEN", "BRIEFING_DATA", "BRIEFING_MODEL", "BRIEFING_TRACEBACK"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment and `.env` say. What servers and operators set later lives in the databases."""

    discord_token: str | None = field(default=None, repr=False)  # stays out of logs and tracebacks; None: terminal chat
    data: Path = Path("data")
    model: str | None = None  # None: the packaged one

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Raises `SettingsError` that names the first unknown or unusable variable."""
        unknown = {name for name in environ if name.startswith(PREFIX)} - KNOWN
        if unknown:
            raise SettingsError(f"unknown setting {min(unknown)}: see .env.example for those that exist")
        token = environ.get("DISCORD_TOKEN", "").strip()
        if any(character.isspace() for character in token):
            raise SettingsError("DISCORD_TOKEN holds white space: copy it again from the Discord developer portal")
        data = environ.get("BRIEFING_DATA", "").strip()
        return cls(
            discord_token=token or None,
            data=Path(data).expanduser() if data else Path("data"),
            model=environ.get("BRIEFING_MODEL", "").strip() or None,
        )


def read_settings(environ: Mapping[str, str] = os.environ, env_file: Path = Path(".env")) -> Settings:
    """The environment over `.env` over the defaults. A name in `.env` that nobody knows is an error that names it."""
    in_file: dict[str, str] = {}
    try:
        if env_file.is_file():
            in_file = {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {env_file}: {error}") from error
    unknown = set(in_file) - KNOWN
    if unknown:
        raise SettingsError(f"unknown setting {min(unknown)} in {env_file}: see .env.example for those that exist")
    chosen = {name: value for name, value in environ.items() if name in KNOWN or name.startswith(PREFIX)}
    return Settings.from_environ({**in_file, **chosen})
