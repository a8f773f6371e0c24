"""Settings: a wrong one is refused at once, by the name of its variable, and nothing is guessed.

Dangers covered: an environment name with a typo that silently means "local", a bucket address taken for a folder, a
relative path that means another folder in every working directory.
"""

from pathlib import Path

import pytest

from resources.settings import CHECKOUT, SettingsError, load_settings


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "ENV",
        "HOME",
        "LANDING",
        "WAREHOUSE",
        "LEDGER",
        "ODDS_SNAPSHOTS",
        "ODDS_QUOTA_RESERVE",
        "STATS_PROXY",
    ):
        monkeypatch.delenv(f"NBA_{name}", raising=False)
    monkeypatch.delenv("ODDS_API_KEY", raising=False)


def test_without_variables_everything_is_local_and_below_the_checkout() -> None:
    settings = load_settings()
    assert settings.env == "local"
    assert settings.home == CHECKOUT / ".nba"
    assert settings.landing_path == CHECKOUT / ".nba/landing"
    assert settings.warehouse_path == CHECKOUT / ".nba/warehouse"
    assert settings.dagster_home == CHECKOUT / ".nba/dagster"


def test_home_moves_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NBA_HOME", str(tmp_path))
    settings = load_settings()
    assert settings.landing_path == tmp_path / "landing"
    assert settings.warehouse_path == tmp_path / "warehouse"
    assert settings.ledger_path == tmp_path / "ledger"
    assert settings.dagster_home == tmp_path / "dagster"


def test_one_part_can_be_moved_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NBA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NBA_LANDING", str(tmp_path / "files"))
    settings = load_settings()
    assert settings.landing_path == tmp_path / "files"
    assert settings.warehouse_path == tmp_path / "home" / "warehouse"


def test_relative_paths_and_tildes_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Dagster starts processes in other folders: a path must not depend on where it is read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("NBA_HOME", "here")
    monkeypatch.setenv("NBA_WAREHOUSE", "~/tables")
    settings = load_settings()
    assert settings.landing_path == tmp_path / "here" / "landing"
    assert settings.warehouse_path == Path("/home/somebody/tables")


@pytest.mark.parametrize("value", ["prod", "LOCAL", " local", ""])
def test_an_unknown_environment_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """`NBA_ENV=prod` must not quietly run on the laptop's folder."""
    monkeypatch.setenv("NBA_ENV", value)
    with pytest.raises(SettingsError, match=r"NBA_ENV=.*'local', 'live' or 'production'") as caught:
        load_settings()
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("name", ["HOME", "LANDING", "WAREHOUSE", "LEDGER"])
def test_a_bucket_is_not_taken_for_a_folder(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """`gs://tables` would become the folder `gs:/tables` in the working directory."""
    monkeypatch.setenv(f"NBA_{name}", "gs://tables/here")
    with pytest.raises(SettingsError, match=rf"NBA_{name}='gs://tables/here'.*not a local folder"):
        load_settings()


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_ENV", "prod")
    monkeypatch.setenv("NBA_WAREHOUSE", "bigquery://project")
    with pytest.raises(SettingsError, match=r"(?s)NBA_ENV.*NBA_WAREHOUSE"):
        load_settings()


def test_unrelated_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBA_REALDATA", "/somewhere")
    assert load_settings().env == "local"


@pytest.mark.parametrize("value", ["6pm", "18:00", "18:00Z,", ""])
def test_wrong_snapshot_times_are_refused_at_once(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Not in the middle of a night's run."""
    monkeypatch.setenv("NBA_ODDS_SNAPSHOTS", value)
    with pytest.raises(SettingsError, match=r"NBA_ODDS_SNAPSHOTS=.*write 18:00Z") as caught:
        load_settings()
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", ["-1", "many"])
def test_a_wrong_quota_reserve_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NBA_ODDS_QUOTA_RESERVE", value)
    with pytest.raises(SettingsError, match=f"NBA_ODDS_QUOTA_RESERVE='{value}'"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are logged, and errors of one setting name the others."""
    monkeypatch.setenv("ODDS_API_KEY", "5ecret")
    monkeypatch.setenv("NBA_STATS_PROXY", "http://me:5ecret@proxy.test")
    settings = load_settings()
    assert settings.odds_api_key is not None and settings.odds_api_key.get_secret_value() == "5ecret"
    assert "5ecret" not in f"{settings!r} {settings} {settings.model_dump()}"
    monkeypatch.setenv("NBA_ENV", "prod")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "5ecret" not in str(caught.value)
