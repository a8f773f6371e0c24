"""The league and the market by date: scoring, pace, errors of the line and of the champion, over windows of days."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from nba_assets.best_bets_rules import CHAMPIONS
from nba_assets.calendar import season_year_of
from nba_assets.contracts.league_daily import TABLE, WINDOWS

SCHEDULE_COLUMNS = ("game_date", "nba_game_id")
TEAM_COLUMNS = ("game_date", "nba_game_id", "team_abbr", "points_scored", "pace")
PLAYER_COLUMNS = ("game_date", "nba_game_id", "nba_player_id", "points", "is_dnp", "consensus_points_line")
PREDICTION_COLUMNS = (
    "game_date",
    "nba_game_id",
    "nba_player_id",
    "system_id",
    "prediction_version",
    "predicted_points",
)
# Dates before a date that its windows need.
DAYS_BEFORE = max(WINDOWS) - 1

TIGHT_BELOW, LOOSE_ABOVE = 4.5, 5.5

_PLAYER = ["game_date", "nba_game_id", "nba_player_id"]
_SUMS = (
    "games_played",
    "_teams",
    "_scored",
    "_pace",
    "priced_players",
    "_line_errors",
    "_overs",
    "_unders",
    "champion_players",
    "_champion_errors",
    "_champion_line_errors",
)


def build(
    dates: Sequence[date],
    schedule: pl.DataFrame,
    team_games: pl.DataFrame,
    player_games: pl.DataFrame,
    predictions: pl.DataFrame,
) -> pl.DataFrame:
    """One row per date of `dates`; the frames hold these and the `DAYS_BEFORE` dates before each."""
    daily = _daily(team_games, player_games, predictions)
    asked = pl.DataFrame({"game_date": sorted(set(dates))}, schema={"game_date": pl.Date})
    scheduled = schedule.group_by("game_date").agg(games_scheduled=pl.col("nba_game_id").n_unique().cast(pl.Int64))
    rows = asked.with_columns(season_year=season_year_of(pl.col("game_date"))).join(
        scheduled, on="game_date", how="left"
    )
    for days in (1, *WINDOWS):
        rows = rows.join(_figures(_window(asked, daily, days), days), on="game_date", how="left")
    line_mae = pl.col("line_mae_7d")
    return TABLE.ordered(
        rows.with_columns(
            games_scheduled=pl.col("games_scheduled").fill_null(0),
            market_regime=pl.when(line_mae < TIGHT_BELOW)
            .then(pl.lit("TIGHT"))
            .when(line_mae > LOOSE_ABOVE)
            .then(pl.lit("LOOSE"))
            .when(line_mae.is_not_null())
            .then(pl.lit("NORMAL")),
        )
    )


def _daily(team_games: pl.DataFrame, player_games: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """`_SUMS` per date; dates without a row of some kind are null there."""
    scoring = team_games.group_by("game_date").agg(
        games_played=pl.col("nba_game_id").n_unique().cast(pl.Int64),
        _teams=pl.len().cast(pl.Int64),
        _scored=pl.col("points_scored").sum(),
        _pace=pl.col("pace").sort().sum(),
    )
    points, line = pl.col("points"), pl.col("consensus_points_line")
    priced = player_games.filter(~pl.col("is_dnp"), points.is_not_null(), line.is_not_null())
    champion = (
        predictions.filter(pl.col("system_id").is_in(CHAMPIONS))
        .sort("prediction_version")
        .unique([*_PLAYER, "system_id"], keep="last")
        .select(*_PLAYER, "predicted_points")
        .join(priced, on=_PLAYER)
        .group_by("game_date")
        .agg(
            champion_players=pl.len().cast(pl.Int64),
            # Sorted, so that the last bits of a sum do not depend on the order of rows.
            _champion_errors=(pl.col("predicted_points") - points).abs().sort().sum(),
            _champion_line_errors=(points - line).abs().sum(),
        )
    )
    market = priced.group_by("game_date").agg(
        priced_players=pl.len().cast(pl.Int64),
        _line_errors=(points - line).abs().sum(),
        _overs=(points > line).sum().cast(pl.Int64),
        _unders=(points < line).sum().cast(pl.Int64),
    )
    return scoring.join(market, on="game_date", how="full", coalesce=True).join(champion, on="game_date", how="left")


def _window(asked: pl.DataFrame, daily: pl.DataFrame, days: int) -> pl.DataFrame:
    """`_SUMS` over the date and the `days` - 1 before it, added up in the order of dates."""
    return (
        asked.select("game_date", _back=pl.int_ranges(0, days))
        .explode("_back")
        .with_columns(_day=pl.col("game_date") - pl.duration(days=pl.col("_back")))
        .join(daily.rename({"game_date": "_day"}), on="_day", how="left")
        .sort("game_date", "_day")
        .group_by("game_date", maintain_order=True)
        .agg(pl.col(_SUMS).sum())
    )


def _figures(sums: pl.DataFrame, days: int) -> pl.DataFrame:
    """The table's columns of one window that the contract has."""
    champion = _ratio("_champion_errors", "champion_players")
    overs = pl.col("_overs") + pl.col("_unders")
    figures = sums.select(
        "game_date",
        "games_played",
        "priced_players",
        "champion_players",
        points_per_team=_ratio("_scored", "_teams"),
        pace=_ratio("_pace", "_teams"),
        line_mae=_ratio("_line_errors", "priced_players"),
        over_rate=pl.when(overs > 0).then(pl.col("_overs") / overs),
        champion_mae=champion,
        champion_gap=champion - _ratio("_champion_line_errors", "champion_players"),
    )
    if days > 1:
        figures = figures.rename(lambda name: name if name == "game_date" else f"{name}_{days}d")
    return figures.select(name for name in figures.columns if name in TABLE.column_names)


def _ratio(top: str, bottom: str) -> pl.Expr:
    return pl.when(pl.col(bottom) > 0).then(pl.col(top) / pl.col(bottom))
