"""Landing assets: files that fetchers or people drop; the landing sensor reports them per game date."""

import dagster as dg

from nba_assets.landing_files import LANDING_DATASETS
from nba_assets.partitions import GAME_DATES
from nba_assets.policies import OWNERS
from nba_assets.table_asset import landing_key

LANDING_ASSETS = [
    dg.AssetSpec(
        landing_key(dataset),
        description=f"{dataset.description}\n\nFolders: {', '.join(dataset.folders)}.",
        group_name="landing",
        kinds={"json"},
        owners=OWNERS,
        partitions_def=GAME_DATES,
    )
    for dataset in LANDING_DATASETS
]
