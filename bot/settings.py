"""Everything an operator can choose, read once, in one place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsError
from corpus.sources.allowed_hosts import PUBLIC_HOSTS, AllowedHosts
from retrieval.models.model_settings import LEAST_DIMENSION, NO_PROMPT, Backend, ModelSettings

PREFIX = "BRIEFING_"
# Each stands in .env.example, with its reason.
KNOWN = frozenset(
    "DISCORD_TOKEN BRIEFING_DATA BRIEFING_MODEL BRIEFING_QUERY_PROMPT BRIEFING_PASSAGE_PROMPT BRIEFING_DIMENSION "
    "BRIEFING_BACKEND BRIEFING_TRACEBACK BRIEFING_ALLOW_HOSTS BRIEFING_IMAP_PASSWORD "
    "BRIEFING_IMAP_PASSWORD_FILE BRIEFING_PERSONAL_DIGESTS".split()
)
# The same for one source alone, by the number in its id.
_OF_ONE_SOURCE = re.compile(r"BRIEFING_IMAP_PASSWORD_\d{1,18}(?:_FILE)?")


def _unknown(names: Iterable[str]) -> set[str]:
    return {name for name in names if name not in KNOWN and not _OF_ONE_SOURCE.fullmatch(name)}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment and `.env` say. What servers and operators set later lives in the databases."""

    discord_token: str | None = field(default=None, repr=False)  # stays out of logs and tracebacks; None: terminal chat
    data: Path = Path("data")
    model: ModelSettings = field(default_factory=ModelSettings)
    allowed_hosts: AllowedHosts = PUBLIC_HOSTS  # what sources may lead to
    personal_digests: bool = False  # whether people may have digests in direct messages
    imap: Mapping[str, str] = field(default_factory=dict, repr=False)  # the BRIEFING_IMAP_* variables as they are

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Raises `SettingsError` that names the first unknown or unusable variable."""
        unknown = _unknown(name for name in environ if name.startswith(PREFIX))
        if unknown:
            raise SettingsError(f"unknown setting {min(unknown)}: see .env.example for those that exist")
        token = environ.get("DISCORD_TOKEN", "").strip()
        if any(character.isspace() for character in token):
            raise SettingsError("DISCORD_TOKEN holds white space: copy it again from the Discord developer portal")
        data = environ.get("BRIEFING_DATA", "").strip()
        try:
            allowed = AllowedHosts.parse(environ.get("BRIEFING_ALLOW_HOSTS", ""))
        except ValueError as error:
            raise SettingsError(
                f"BRIEFING_ALLOW_HOSTS: {error}. Use such as: localhost, 10.0.0.0/8, [::1]:8080"
            ) from error
        return cls(
            discord_token=token or None,
            data=Path(data).expanduser() if data else Path("data"),
            model=_model(environ),
            allowed_hosts=allowed,
            personal_digests=_switch("BRIEFING_PERSONAL_DIGESTS", environ),
            imap={name: value for name, value in environ.items() if name.startswith("BRIEFING_IMAP_") and value},
        )

    def imap_password(self, source: int) -> str | None:
        """The password for the mailbox of a source, by its number: its own one, else the one for all.

        A file's last line break is not part of it. Raises `SettingsError` that names a file that cannot be read.
        """
        for name in (f"BRIEFING_IMAP_PASSWORD_{source}", "BRIEFING_IMAP_PASSWORD"):
            if name in self.imap:
                return self.imap[name]
            if f"{name}_FILE" in self.imap:
                try:
                    return Path(self.imap[f"{name}_FILE"]).expanduser().read_text("utf-8").rstrip("\r\n") or None
                except (OSError, UnicodeDecodeError) as error:
                    reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
                    raise SettingsError(f"{name}_FILE names a file that cannot be read ({reason})") from error
        return None


def _switch(name: str, environ: Mapping[str, str]) -> bool:
    """A variable that is on or off, off where it is empty. Raises `SettingsError` that names it on anything else."""
    value = environ.get(name, "").strip().lower()
    if value not in ("", "0", "1", "no", "yes", "off", "on", "false", "true"):
        raise SettingsError(f"{name} is {value!r}: use 1 or 0")
    return value in ("1", "yes", "on", "true")


def _model(environ: Mapping[str, str]) -> ModelSettings:
    """The BRIEFING_* variables about the embedding model. Raises `SettingsError` that names the unusable one."""
    dimension = environ.get("BRIEFING_DIMENSION", "").strip()
    if dimension and (not re.fullmatch(r"[0-9]{1,6}", dimension) or int(dimension) < LEAST_DIMENSION):
        raise SettingsError(f"BRIEFING_DIMENSION is {dimension!r}: use a whole number from {LEAST_DIMENSION} on")
    backend = environ.get("BRIEFING_BACKEND", "").strip().lower() or Backend.TORCH
    if backend not in list(Backend):
        raise SettingsError(f"BRIEFING_BACKEND is {backend!r}: use {' or '.join(Backend)}")
    return ModelSettings(
        source=environ.get("BRIEFING_MODEL", "").strip() or None,
        query_prompt=_prompt(environ.get("BRIEFING_QUERY_PROMPT", "")),
        passage_prompt=_prompt(environ.get("BRIEFING_PASSAGE_PROMPT", "")),
        dimension=int(dimension) if dimension else None,
        backend=Backend(backend),
    )


def _prompt(text: str) -> str | None:
    """None leaves it to the model. White space counts: "query: " ends with a space that the model was trained with."""
    if not text.strip():
        return None
    return "" if text.strip().lower() == NO_PROMPT else text


def read_settings(environ: Mapping[str, str] = os.environ, env_file: Path = Path(".env")) -> Settings:
    """The environment over `.env` over the defaults. A name in `.env` that nobody knows is an error that names it."""
    in_file: dict[str, str] = {}
    try:
        if env_file.is_file():
            in_file = {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {env_file}: {error}") from error
    unknown = _unknown(in_file)
    if unknown:
        raise SettingsError(f"unknown setting {min(unknown)} in {env_file}: see .env.example for those that exist")
    chosen = {name: value for name, value in environ.items() if name in KNOWN or name.startswith(PREFIX)}
    return Settings.from_environ({**in_file, **chosen})
