"""Which games are final and complete enough for statistics, and the two team rows of each.

A game counts when the schedule says final or, where the schedule snapshot is older than the game, when both team rows
state a winner (a running game has none). It is usable when both teams are there and player points sum to team points;
otherwise it carries a reason and its rows are quarantined, while the other games of the date flow.
"""

import polars as pl

from nba_assets.transforms import formulas

GAME_KEY = ["game_date", "nba_game_id"]
TEAM_KEY = [*GAME_KEY, "team_abbr"]

FINAL_STATUS = 3
PLAYER_SUM = "player_sum"

# Rounded player minutes of a team stray up to 4 minutes around 240 + 25 per overtime (season 2023-24).
_MINUTES_TOLERANCE = 5
_MINIMUM_PLAYERS = 5

# Team statistic -> the player statistic it is the sum of.
_SUMS = {
    "points": "points",
    "fg_made": "field_goals_made",
    "fg_attempted": "field_goals_attempted",
    "three_pt_made": "three_pointers_made",
    "three_pt_attempted": "three_pointers_attempted",
    "ft_made": "free_throws_made",
    "ft_attempted": "free_throws_attempted",
    "offensive_rebounds": "offensive_rebounds",
    "defensive_rebounds": "defensive_rebounds",
    "total_rebounds": "total_rebounds",
    "assists": "assists",
    "turnovers": "turnovers",
    "personal_fouls": "personal_fouls",
}
# Team statistics that no sum of players gives.
_TEAM_ONLY = ["turnovers_incl_team", "points_second_chance"]


def final_team_rows(
    schedule: pl.DataFrame, team_boxscores: pl.DataFrame, player_boxscores: pl.DataFrame
) -> pl.DataFrame:
    """Two rows per final game, home and away by the schedule: the team's statistics and the game's `quarantine_reason`.

    Statistics keep the names of `nbac_team_boxscores`. A game without both team rows is rebuilt from its players
    (`data_source` player_sum) if they make two whole teams. `player_turnovers` never count team turnovers.
    """
    listed = (
        _sides(schedule)
        .join(_team_rows(team_boxscores), on=TEAM_KEY, how="left", maintain_order="left")
        .join(_player_sums(player_boxscores), on=TEAM_KEY, how="left", maintain_order="left")
    )
    final = listed.filter(
        (pl.col("game_status") == FINAL_STATUS) | pl.col("win_loss").is_not_null().all().over(GAME_KEY)
    )
    # The source is chosen per game: a game that lacks one team row takes neither.
    rebuilt = pl.col("points").is_null().any().over(GAME_KEY)
    known_minutes = pl.coalesce("minutes", "player_minutes")
    completed = final.with_columns(
        # Two rows of one game may round differently (237 and 244): both take the larger count.
        overtime_periods=formulas.overtime_periods(known_minutes).max().over(GAME_KEY),
        side_reason=_side_reason(rebuilt),
    ).with_columns(
        *(pl.when(rebuilt).then(f"player_{name}").otherwise(name).alias(name) for name in _SUMS),
        *(pl.when(~rebuilt).then(name).alias(name) for name in _TEAM_ONLY),
        data_source=pl.when(rebuilt).then(pl.lit(PLAYER_SUM)).otherwise("data_source"),
    )
    # Each game has exactly two rows, so reversing them pairs each team with its opponent.
    return completed.with_columns(opponent_points=pl.col("points").reverse().over(GAME_KEY)).select(
        *TEAM_KEY,
        "game_id",
        "season_year",
        "game_type",
        "opponent_team_abbr",
        "home_game",
        "overtime_periods",
        *_SUMS,
        *_TEAM_ONLY,
        "player_turnovers",
        "opponent_points",
        "data_source",
        win_flag=pl.col("points") > pl.col("opponent_points"),
        margin_of_victory=pl.col("points") - pl.col("opponent_points"),
        quarantine_reason=_game_reason(),
    )


def _sides(schedule: pl.DataFrame) -> pl.DataFrame:
    """Two rows per scheduled game, home teams first."""
    game = [*GAME_KEY, "game_id", "season_year", "game_type", "game_status"]
    home = schedule.select(
        *game,
        team_abbr=pl.col("home_team_abbr"),
        opponent_team_abbr=pl.col("away_team_abbr"),
        home_game=pl.lit(True),
    )
    away = schedule.select(
        *game,
        team_abbr=pl.col("away_team_abbr"),
        opponent_team_abbr=pl.col("home_team_abbr"),
        home_game=pl.lit(False),
    )
    return pl.concat([home, away])


def _team_rows(team_boxscores: pl.DataFrame) -> pl.DataFrame:
    return team_boxscores.select(*TEAM_KEY, "win_loss", "minutes", *_SUMS, *_TEAM_ONLY, "data_source")


def _player_sums(player_boxscores: pl.DataFrame) -> pl.DataFrame:
    """One row per team with players who played; a sum is null as soon as one of its values is unknown."""
    sums = {**_SUMS, "minutes": "minutes"}
    return (
        player_boxscores.filter(pl.col("player_status") == "active")
        .group_by(TEAM_KEY)
        .agg(
            *(
                pl.when(pl.col(source).is_not_null().all()).then(pl.col(source).sum()).alias(f"player_{name}")
                for name, source in sums.items()
            ),
            players=(pl.col("minutes") > 0).sum(),
        )
    )


def _side_reason(rebuilt: pl.Expr) -> pl.Expr:
    """What is wrong with one team of a game, with the numbers; null if nothing is."""
    team, points, player_points = pl.col("team_abbr"), pl.col("points"), pl.col("player_points")
    minutes, players = pl.col("player_minutes"), pl.col("players")
    played = formulas.team_minutes(formulas.overtime_periods(minutes))
    whole_team = (players >= _MINIMUM_PLAYERS) & ((minutes - played).abs() <= _MINUTES_TOLERANCE)
    return (
        pl.when(points.is_null() & players.is_null())
        .then(pl.format("{} has no box score", team))
        .when(player_points.is_null())
        .then(pl.format("{} has no player points", team))
        .when(points != player_points)
        .then(pl.format("{} player points {} != team points {}", team, player_points, points))
        .when(rebuilt & ~whole_team.fill_null(False))
        .then(
            pl.format(
                "no team row to rely on and {} {} players with {} minutes are not a whole team",
                team,
                players,
                minutes.round(1).cast(pl.String).fill_null("unknown"),
            )
        )
    )


def _game_reason() -> pl.Expr:
    sides = pl.col("side_reason").str.join("; ", ignore_nulls=True).over(GAME_KEY)
    return (
        pl.when(sides != "")
        .then(sides)
        .when(pl.col("overtime_periods").is_null())
        .then(pl.lit("team minutes are unknown"))
        .when(pl.col("points") == pl.col("opponent_points"))
        .then(pl.format("both teams have {} points", pl.col("points")))
    )
