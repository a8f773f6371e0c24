"""Names that could not be linked: props and injury rows without a person id -> `nba_raw.unresolved_names`."""

from difflib import get_close_matches

import polars as pl

from nba_assets.contracts.nbac_injury_report import TABLE as INJURY_REPORT
from nba_assets.contracts.odds_api_player_points_props import TABLE as PROPS
from nba_assets.contracts.unresolved_names import TABLE
from nba_assets.transforms.identity.link import NAME_KEY

# Below this similarity (0..1) a hint would be noise.
_SIMILAR = 0.5


def build(props: pl.DataFrame, injuries: pl.DataFrame, players: pl.DataFrame) -> pl.DataFrame:
    """Contract columns; one row per table, game and written name without a person id.

    `props`, `injuries`: contract rows; `players`: `nbac_player_list` rows of the same dates. `nearest_name`
    compares the written name with the two rosters and is null when nothing there is similar.
    """
    unresolved = pl.concat([_unresolved(props, PROPS.name), _unresolved(injuries, INJURY_REPORT.name)])
    rosters = players.group_by("game_date", "team_abbr").agg(
        lookups=pl.col("player_lookup"), full_names=pl.col("player_full_name")
    )
    by_team = {(day, team): dict(zip(keys, names, strict=True)) for day, team, keys, names in rosters.iter_rows()}
    nearest = [
        _nearest(lookup, by_team.get((day, home), {}) | by_team.get((day, away), {}))
        for day, home, away, lookup in unresolved.select(*NAME_KEY[:3], "player_lookup").iter_rows()
    ]
    return unresolved.with_columns(nearest_name=pl.Series(nearest, dtype=pl.String)).select(TABLE.column_names)


def _unresolved(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """One row per name; a team that has not submitted has none."""
    books = pl.col("bookmaker").unique().sort() if "bookmaker" in rows.columns else pl.lit([], pl.List(pl.String))
    return (
        rows.filter(pl.col("nba_player_id").is_null() & pl.col("player_name").is_not_null())
        .group_by(*NAME_KEY, "nba_game_id", "game_id", "player_lookup")
        .agg(bookmakers=books, occurrences=pl.len().cast(pl.Int64))
        .with_columns(source=pl.lit(source))
        .sort("nba_game_id", "player_name")
    )


def _nearest(lookup: str, roster: dict[str, str]) -> str | None:
    """Display name of the roster's most similar key."""
    matches = get_close_matches(lookup, sorted(roster), n=1, cutoff=_SIMILAR)
    return roster[matches[0]] if matches else None
