"""Settings: a command-line flag before an environment variable `PEEL_…` before `peel.toml` before the default."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path
from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def config_file() -> Path:
    """Where `peel.toml` is looked for: the platform's folder for settings."""
    return user_config_path("peelgraph", appauthor=False) / "peel.toml"


class Settings(BaseSettings):
    """What can be set; an unknown name in `peel.toml` is an error."""

    model_config = SettingsConfigDict(env_prefix="PEEL_", extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("peelgraph", appauthor=False),
        description="the folder that holds the generations",
    )
    model: str | None = Field(
        default=None, description="a sentence-transformers model on this machine; the shipped one where unset"
    )
    contact: str | None = Field(
        default=None, description="how the site's keepers can reach you; `peel fetch` says it with every request"
    )
    host: str = Field(default="127.0.0.1", description="the address `peel serve` listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port `peel serve` listens on")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then `peel.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def load(**flags: Any) -> Settings:
    """The settings, with the flags that were given (None means not given)."""
    return Settings(**{name: value for name, value in flags.items() if value is not None})


@cache
def origins() -> dict[str, str]:
    """Where each setting's value comes from, flags aside: environment, peel.toml or default."""
    import os

    written = TomlConfigSettingsSource(Settings, config_file())()
    return {
        name: "environment" if f"PEEL_{name.upper()}" in os.environ else "peel.toml" if name in written else "default"
        for name in Settings.model_fields
    }
