"""Prepares the Dagster instance folder: `dagster.yaml` of the checkout, placed where Dagster wants it."""

import os
from pathlib import Path

from resources.settings import CHECKOUT, Settings, SettingsError


def prepare_dagster_home(settings: Settings) -> Path:
    """Create `$NBA_HOME/dagster` with the current `dagster.yaml` and point `DAGSTER_HOME` of this process at it."""
    source = CHECKOUT / "dagster.yaml"
    if not source.is_file():
        raise SettingsError(f"{source} is missing: run from a checkout, or install with `pip install -e .`")
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    target = home / source.name
    content = source.read_text()
    if not target.exists() or target.read_text() != content:
        target.write_text(content)
    os.environ["DAGSTER_HOME"] = str(home)
    return home
