"""Crosswalk of game ids: schedule, odds quotes and event lists -> `nba_raw.v_game_id_mappings`."""

import polars as pl

from nba_assets.calendar import et_date
from nba_assets.contracts.v_game_id_mappings import TABLE
from nba_assets.reference.teams import TEAM_ABBR_BY_NAME
from nba_assets.transforms.documents import QUARANTINE_REASON

_GAME = ["game_date", "home_team_abbr", "away_team_abbr"]


def build(schedule: pl.DataFrame, game_lines: pl.DataFrame, props: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Contract columns; one row per scheduled game, with or without an event.

    `schedule`, `game_lines` and `props`: contract rows; `events`: parsed `documents.odds_events` with source columns.
    Of several events of one game the one seen last is the current one; `event_count` tells that there were more. Events
    of other games, unknown teams or quarantined rows are left out.
    """
    sightings = pl.concat([_from_quotes(game_lines), _from_quotes(props), _from_events(events)])
    per_event = sightings.group_by(*_GAME, "odds_api_event_id").agg(
        pl.col("commence_time").min(), last_seen=pl.col("seen").max()
    )
    current = (
        per_event.with_columns(event_count=pl.len().over(_GAME).cast(pl.Int64))
        .sort("last_seen", "odds_api_event_id")
        .unique(_GAME, keep="last")
    )
    return (
        schedule.join(current, on=_GAME, how="left", maintain_order="left")
        .with_columns(pl.col("event_count").fill_null(0))
        .select(TABLE.column_names)
    )


def _from_quotes(quotes: pl.DataFrame) -> pl.DataFrame:
    return quotes.select(*_GAME, "odds_api_event_id", "commence_time", seen="snapshot_timestamp")


def _from_events(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(pl.col(QUARANTINE_REASON).is_null()).select(
        game_date=et_date(pl.col("commence_time")),
        home_team_abbr=_abbreviation("home_team"),
        away_team_abbr=_abbreviation("away_team"),
        odds_api_event_id="odds_api_event_id",
        commence_time="commence_time",
        seen=pl.coalesce("snapshot_timestamp", "fetched_at"),
    )


def _abbreviation(team: str) -> pl.Expr:
    """Null for an unknown team, which then matches no game."""
    return pl.col(team).replace_strict(TEAM_ABBR_BY_NAME, default=None, return_dtype=pl.String)
