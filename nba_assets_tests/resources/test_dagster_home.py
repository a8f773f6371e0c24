"""The Dagster instance folder: made by the program, always with the checkout's dagster.yaml.

Dangers covered: an instance that runs with yesterday's configuration, run history scattered over the checkout.
"""

import os
from pathlib import Path

import dagster as dg
import pytest

import resources.dagster_home
from resources.dagster_home import prepare_dagster_home
from resources.event_log import PooledSqliteEventLogStorage
from resources.settings import CHECKOUT, Settings, SettingsError


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # Set first, so that what the function sets in this process is undone afterwards.
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "somewhere else"))
    return Settings(home=tmp_path / "home")


def test_the_folder_is_made_with_the_checkouts_configuration(settings: Settings) -> None:
    home = prepare_dagster_home(settings)
    assert home == settings.home / "dagster"
    assert (home / "dagster.yaml").read_text() == (CHECKOUT / "dagster.yaml").read_text()
    assert os.environ["DAGSTER_HOME"] == str(home)


def test_an_outdated_configuration_is_replaced(settings: Settings) -> None:
    """A changed dagster.yaml must reach installations that exist already."""
    settings.dagster_home.mkdir(parents=True)
    (settings.dagster_home / "dagster.yaml").write_text("telemetry: {enabled: true}\n")
    prepare_dagster_home(settings)
    assert (settings.dagster_home / "dagster.yaml").read_text() == (CHECKOUT / "dagster.yaml").read_text()


def test_an_unchanged_configuration_is_not_written_again(settings: Settings) -> None:
    """A process that starts must not truncate the file another one is reading."""
    prepare_dagster_home(settings)
    file = settings.dagster_home / "dagster.yaml"
    os.utime(file, (0, 0))
    prepare_dagster_home(settings)
    assert file.stat().st_mtime == 0


def test_dagster_accepts_the_configuration_and_stores_everything_below_home(settings: Settings) -> None:
    home = prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, PooledSqliteEventLogStorage)
        assert instance.root_directory == str(home)
        assert not instance.telemetry_enabled
        assert instance.run_monitoring_enabled
        run = instance.create_run_for_job(_nothing)
        assert instance.get_run_by_id(run.run_id) is not None
    assert (home / "event_log").is_dir()
    assert {path.name for path in settings.home.iterdir()} == {"dagster"}


def test_outside_a_checkout_the_message_says_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources.dagster_home, "CHECKOUT", tmp_path / "site-packages")
    with pytest.raises(SettingsError, match=r"dagster\.yaml is missing: run from a checkout"):
        prepare_dagster_home(settings)


@dg.job
def _nothing() -> None:
    pass
