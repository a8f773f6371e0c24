"""Game, date and home team of a row come from the schedule, never from the feed's own text."""

import polars as pl

from nba_assets.reference.teams import TEAM_ABBR_BY_ID
from nba_assets.transforms.documents import QUARANTINE_REASON, UNMATCHED
from nba_assets.transforms.documents.values import marked

_GAME_COLUMNS = ["game_date", "game_id", "season_year", "home_team_abbr", "away_team_abbr"]
_NOT_KEPT = ["001", "003"]  # preseason and All-Star games


def on_schedule(rows: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the schedule's `game_date`, `game_id`, `season_year` and both teams, and `team_abbr` of `team_id`.

    Preseason and All-Star games and guests from outside the NBA are dropped. Marked are: games that the schedule does
    not have, rows whose file lies under another date than the game, teams that do not play in the game. A marked row
    belongs to the date of its file.
    """
    kept = ~pl.col("nba_game_id").str.slice(0, 3).is_in(_NOT_KEPT)
    nba_team = pl.col("team_id").is_between(min(TEAM_ABBR_BY_ID), max(TEAM_ABBR_BY_ID))
    placed = (
        rows.filter(kept.fill_null(True) & nba_team.fill_null(True))
        .join(schedule.select("nba_game_id", *_GAME_COLUMNS), on="nba_game_id", how="left", maintain_order="left")
        .with_columns(team_abbr=pl.col("team_id").replace_strict(TEAM_ABBR_BY_ID, default=None, return_dtype=pl.String))
    )
    game, day, landed = pl.col("nba_game_id"), pl.col("game_date"), pl.col("landing_date")
    placed = marked(
        placed,
        [
            pl.when(game.is_null()).then(pl.lit("nba_game_id is missing")),
            pl.when(day.is_null()).then(pl.format(UNMATCHED + "game {} is not in the schedule", game)),
            pl.when(landed != day).then(
                pl.format("the file lies under {}, but the schedule has game {} on {}", landed, game, day)
            ),
            pl.when(~pl.col("team_abbr").is_in(pl.concat_list("home_team_abbr", "away_team_abbr"))).then(
                pl.format("team {} does not play in game {}", pl.col("team_abbr"), game)
            ),
        ],
    )
    # Season documents have no landing date; their marked rows stay on the game's date.
    return placed.with_columns(
        game_date=pl.when(pl.col(QUARANTINE_REASON).is_null()).then(day).otherwise(pl.coalesce(landed, day))
    )
