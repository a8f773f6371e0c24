from datetime import timedelta

import polars as pl

from nba_assets.checks.schedule import ROSTERS_OF_TEAMS_THAT_PLAY
from nba_assets.landing_files import NBA_PLAYER_INDEX
from nba_assets.landing_reader import LandingReader
from nba_assets.table_asset import LookBack, table_asset
from nba_assets.transforms import nbac_player_list as transform
from nba_assets.transforms.documents import playerindex

_LOOK_BACK_DAYS = 365
_BOX_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "player_full_name",
    "player_lookup",
    "season_year",
    "team_id",
    "team_abbr",
    "player_status",
    "fetched_at",
)


@table_asset(
    "nbac_player_list",
    landing=[NBA_PLAYER_INDEX],
    earlier_landing={NBA_PLAYER_INDEX: _LOOK_BACK_DAYS},
    inputs=["nbac_schedule"],
    look_back=[LookBack("nbac_player_boxscores", _LOOK_BACK_DAYS, _BOX_COLUMNS)],
    checks=[ROSTERS_OF_TEAMS_THAT_PLAY],
)
def nbac_player_list(
    reader: LandingReader, nbac_schedule: pl.DataFrame, nbac_player_boxscores: pl.DataFrame
) -> pl.DataFrame:
    days = [reader.dates[0] - timedelta(days=n) for n in range(_LOOK_BACK_DAYS, 0, -1)] + reader.dates
    index = reader.read(NBA_PLAYER_INDEX, playerindex.parse, playerindex.SCHEMA, dates=days)
    return transform.build(index, nbac_player_boxscores, reader.dates)
