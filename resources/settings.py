"""Where everything is: one settings class, read from the environment and validated once."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from resources.providers.odds_snapshots import parse_snapshot_times
from resources.simulation import SIMULATED_MARKER, Simulation, read_simulation

CHECKOUT = Path(__file__).resolve().parents[1]


class SettingsError(ValueError):
    """A setting is wrong: the message names the environment variable and the fix."""


class Settings(BaseSettings):
    """`NBA_*` environment variables and keys. `NBA_HOME` holds everything local; its parts can be moved one by one."""

    model_config = SettingsConfigDict(env_prefix="NBA_", extra="ignore")

    env: Literal["local", "live", "production"] = "local"
    home: Path = Field(default=CHECKOUT / ".nba")
    landing: Path | None = None
    warehouse: Path | None = None
    models: Path | None = None
    ledger: Path | None = None
    odds_api_key: SecretStr | None = Field(default=None, validation_alias="ODDS_API_KEY")
    odds_quota_reserve: int = Field(default=100, ge=0)
    """Requests of The Odds API's plan that no fetch may touch."""
    odds_snapshots: str = "18:00Z"
    """Snapshot times of historical odds, comma-separated: UTC times of the date, or minutes before tip-off (-30m)."""
    stats_proxy: SecretStr | None = None
    """Proxy for stats.nba.com, which blocks cloud addresses."""

    @field_validator("home", "landing", "warehouse", "models", "ledger", mode="before")
    @classmethod
    def _local_folder(cls, value: object) -> object:
        if isinstance(value, str) and "://" in value:
            raise ValueError(f"{value!r} is not a local folder; this version reads and writes local folders only")
        return value

    @field_validator("home", "landing", "warehouse", "models", "ledger")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("odds_snapshots")
    @classmethod
    def _snapshot_times(cls, value: str) -> str:
        parse_snapshot_times(value)
        return value

    @property
    def landing_path(self) -> Path:
        return self.landing or self.home / "landing"

    @property
    def warehouse_path(self) -> Path:
        return self.warehouse or self.home / "warehouse"

    @property
    def models_path(self) -> Path:
        return self.models or self.home / "models"

    @property
    def ledger_path(self) -> Path:
        """Published picks and halts placed by hand: what nothing can compute again."""
        return self.ledger or self.home / "ledger"

    @property
    def simulated(self) -> bool:
        """The landing files are simulated: no figure computed from them says anything about the NBA."""
        return (self.landing_path / SIMULATED_MARKER).exists()

    @property
    def simulation(self) -> Simulation | None:
        """The simulated league that stands in for the providers, if any."""
        return read_simulation(self.landing_path)

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance: run history, event log, and nothing in the checkout's root."""
        return self.home / "dagster"


def load_settings() -> Settings:
    """The validated settings of this process, or a `SettingsError` that says which variable to change."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [_problem(str(e["loc"][0]), e["input"], e["msg"]) for e in error.errors()]
        raise SettingsError("; ".join(problems)) from error


def _problem(name: str, value: object, message: str) -> str:
    # A proxy address holds a password, a key is one.
    secret = name == "ODDS_API_KEY" or name == "stats_proxy"
    variable = name if name.isupper() else f"NBA_{name.upper()}"
    return f"{variable}{'' if secret else f'={value!r}'}: {message}"
