"""Settings: a flag wins over `AGENTRY_*`, that over `agentry.toml`, that over the default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from agentry.base.errors import AgentryError

LogLevel = Literal["debug", "info", "warning", "error"]

FILE = "agentry.toml"


class BadSetting(AgentryError):
    """A setting is unknown, or its value cannot be used."""

    code, status = "bad_setting", 400


def default_home() -> Path:
    """Return this user's data folder: `$XDG_DATA_HOME/agentry`, else `~/.local/share/agentry`."""
    base = os.environ.get("XDG_DATA_HOME", "")
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "share"
    return root / "agentry"


class Settings(BaseSettings):
    """What one process is told from outside; never changes afterwards.

    `folder` is the opened folder of flows; `db` a database URL or a file (None: in `home`);
    `token` guards the studio where it listens beyond this machine. `max_accepts` is how many new
    runs may wait to be written, `max_open_runs` how many may have work to do: beyond, the answer is
    429. `paranoid` keeps no run in memory between two changes of it: slower, and a proof that the
    journal alone is enough.
    """

    model_config = SettingsConfigDict(
        env_prefix="AGENTRY_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    home: Path = Field(default_factory=default_home)
    host: str = "127.0.0.1"
    port: int = Field(default=8642, ge=0, le=65535)
    db: str | None = None
    folder: Path | None = None
    token: str | None = Field(default=None, repr=False)
    log_level: LogLevel = "info"
    paranoid: bool = False
    max_accepts: int = Field(default=4_000, ge=1)
    max_open_runs: int = Field(default=20_000, ge=1)

    @field_validator("home", "folder")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, level: object) -> object:
        return level.lower() if isinstance(level, str) else level

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=_toml_file(init_settings)),
        )


def load_settings(**flags: object) -> Settings:
    """Read all sources; flags that are None count as not given. Raise `BadSetting`."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)  # pyright: ignore[reportArgumentType] -- pydantic checks the values
    except ValidationError as error:
        raise _as_bad_setting(error) from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        # A broken TOML file is a ValueError that names line and column.
        raise BadSetting(f"{FILE} cannot be read: {error}") from None


def _toml_file(flags: PydanticBaseSettingsSource) -> Path:
    folder = flags().get("folder") or os.environ.get("AGENTRY_FOLDER") or "."
    path = Path(str(folder)).expanduser()
    return (path if path.is_dir() else path.parent) / FILE


def _as_bad_setting(error: ValidationError) -> BadSetting:
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "?"
    known = ", ".join(Settings.model_fields)
    if first["type"] == "extra_forbidden":
        return BadSetting(f"Setting {name!r} in {FILE} is not known.", hint=f"Known: {known}.")
    value = "" if name == "token" else f" {first['input']!r}"
    reason = str(first["msg"])
    return BadSetting(
        f"Setting {name!r} cannot be{value}: {reason[:1].lower()}{reason[1:]}.",
        hint=f"It is set by a flag, by AGENTRY_{name.upper()} or in {FILE}.",
    )
