"""A way to break one date so that only a computed table notices: a team that never shot from the field."""

import gzip
import json
from pathlib import Path


def break_pace(landing: Path, day: str) -> None:
    """Rewrite a team of the date's leaguegamelog: points from free throws alone, so that its pace breaks the contract.

    The row keeps every identity of its own, so the raw tables take it. Per-game box scores of the date are removed,
    because they would win over it.
    """
    for file in (landing / "nba-com/cdn-boxscores" / day).rglob("*.gz"):
        file.unlink()
    (victim,) = (landing / "nba-com/team-boxscores" / day).glob("*.gz")
    document = json.loads(gzip.decompress(victim.read_bytes()))
    result = document["resultSets"][0]
    column = {name: place for place, name in enumerate(result["headers"])}
    row = result["rowSet"][0]
    for name in ("FGM", "FGA", "FG3M", "FG3A", "TOV"):
        row[column[name]] = 0
    for name in ("FTM", "FTA"):
        row[column[name]] = row[column["PTS"]]
    victim.unlink()  # it may be a hard link to a shared folder
    victim.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))
