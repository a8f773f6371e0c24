"""Where everything is: one settings class, read from the environment and validated once."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parents[1]

# A landing folder that holds this file is simulated, and everything shown of it says so.
SIMULATED_MARKER = "SIMULATED.txt"


class SettingsError(ValueError):
    """A setting is wrong: the message names the environment variable and the fix."""


class Settings(BaseSettings):
    """`NBA_*` environment variables. `NBA_HOME` holds everything local; its parts can be moved one by one."""

    model_config = SettingsConfigDict(env_prefix="NBA_", extra="ignore")

    env: Literal["local", "live", "production"] = "local"
    home: Path = Field(default=CHECKOUT / ".nba")
    landing: Path | None = None
    warehouse: Path | None = None

    @field_validator("home", "landing", "warehouse", mode="before")
    @classmethod
    def _local_folder(cls, value: object) -> object:
        if isinstance(value, str) and "://" in value:
            raise ValueError(f"{value!r} is not a local folder; this version reads and writes local folders only")
        return value

    @field_validator("home", "landing", "warehouse")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @property
    def landing_path(self) -> Path:
        return self.landing or self.home / "landing"

    @property
    def warehouse_path(self) -> Path:
        return self.warehouse or self.home / "warehouse"

    @property
    def simulated(self) -> bool:
        """The landing files are simulated: no figure computed from them says anything about the NBA."""
        return (self.landing_path / SIMULATED_MARKER).exists()

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance: run history, event log, and nothing in the checkout's root."""
        return self.home / "dagster"


def load_settings() -> Settings:
    """The validated settings of this process, or a `SettingsError` that says which variable to change."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [f"NBA_{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg']}" for e in error.errors()]
        raise SettingsError("; ".join(problems)) from error
