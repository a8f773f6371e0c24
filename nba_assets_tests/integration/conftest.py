from pathlib import Path

import pytest

from nba_assets_tests.integration.season import Season, materialize, read_season
from nba_assets_tests.shared_folder import shared_folder


@pytest.fixture(scope="session")
def season(season_landing: Path, tmp_path_factory: pytest.TempPathFactory) -> Season:
    """The real season's tables; read them, never write into their warehouse."""
    return read_season(shared_folder(tmp_path_factory, "real-season", lambda home: materialize(home, season_landing)))
