from datetime import timedelta

import polars as pl

from nba_assets.checks.injury_report import REPORTS_OF_EVERY_TEAM
from nba_assets.landing_files import NBA_INJURY_REPORT
from nba_assets.landing_reader import LandingReader
from nba_assets.reference.aliases import player_aliases
from nba_assets.table_asset import table_asset
from nba_assets.transforms import nbac_injury_report as transform
from nba_assets.transforms.documents import injury_report


@table_asset(
    "nbac_injury_report",
    landing=[NBA_INJURY_REPORT],
    earlier_landing={NBA_INJURY_REPORT: 1},
    inputs=["nbac_schedule", "nbac_player_list"],
    checks=[REPORTS_OF_EVERY_TEAM],
)
def nbac_injury_report(
    reader: LandingReader, nbac_schedule: pl.DataFrame, nbac_player_list: pl.DataFrame
) -> pl.DataFrame:
    # A report lists games of the next day, too.
    folders = sorted({*reader.dates, *(day - timedelta(days=1) for day in reader.dates)})
    reports = reader.read(NBA_INJURY_REPORT, injury_report.parse, injury_report.SCHEMA, dates=folders)
    return transform.build(reports, nbac_schedule, nbac_player_list, player_aliases(), reader.dates)
