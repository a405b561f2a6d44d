"""Settings: a command-line flag before an environment variable `PEEL_…` before `peel.toml` before the default."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_config_path, user_data_path
from pydantic import BeforeValidator, Field
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def config_file() -> Path:
    """Where `peel.toml` is looked for: the platform's folder for settings."""
    return user_config_path("peelgraph", appauthor=False) / "peel.toml"


def _names(given: object) -> object:
    return [name for part in given.split(",") if (name := part.strip())] if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
"""Several names; in the environment with commas between them."""


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
    public_contact: str | None = Field(
        default=None,
        pattern=r"^(https://\S+|[^@\s:/?#]+@[^@\s:/?#]+)$",
        description="an e-mail address, or a page's https:// address, that the pages tell readers to write to",
    )
    host: str = Field(default="127.0.0.1", description="the address `peel serve` listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port `peel serve` listens on")
    workers: int = Field(default=1, ge=1, le=64, description="how many processes `peel serve` answers with")
    hosts: Names = Field(
        default=(), description="names the service is reached by, beside localhost and plain addresses; * for any"
    )
    trusted_proxies: Names = Field(
        default=(), description="addresses of proxies whose X-Forwarded-For is believed, as 10.0.0.0/8"
    )
    rate: str = Field(
        default="600/minute", description="how often one address may ask, in each process; empty for no limit"
    )
    key_rate: str = Field(default="6000/minute", description="how often the holder of an API key may ask")
    rate_store: str = Field(default="memory://", description="where rates are counted; redis://… counts over processes")
    max_body: int = Field(default=262_144, ge=1_024, description="the largest body of a request, in bytes")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="what the services log to stderr, as JSON; every request from info on"
    )
    query_seconds: float = Field(default=10.0, gt=0, le=30, description="how long a SPARQL query may take")
    query_workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=64,
        description="how many quick SPARQL queries run at once, and how many slow ones, in each process",
    )
    query_queue: int = Field(default=8, ge=0, le=1_000, description="how many SPARQL queries may wait for each of them")
    admin_port: int = Field(default=8001, ge=0, le=65535, description="the port of `peel admin`, always on loopback")

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


def environment(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for a process that is to have the same."""
    given = settings.model_dump(exclude_none=True)
    return {
        f"PEEL_{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in given.items()
    }


@cache
def origins() -> dict[str, str]:
    """Where each setting's value comes from, flags aside: environment, peel.toml or default."""
    written = TomlConfigSettingsSource(Settings, config_file())()
    return {
        name: "environment" if f"PEEL_{name.upper()}" in os.environ else "peel.toml" if name in written else "default"
        for name in Settings.model_fields
    }
