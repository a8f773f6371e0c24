"""Team defence per final game: the opponent's offence seen from the defender."""

import polars as pl

from nba_assets.contracts.team_defense_game_summary import TABLE
from nba_assets.transforms.shot_zones import BLOCK_COLUMNS, GAME_KEY, play_by_play_shots, team_blocks

# The opponent's offence -> what the defender allowed.
_ALLOWED = {
    "points_scored": "points_allowed",
    "fg_attempts": "opp_fg_attempts",
    "fg_makes": "opp_fg_makes",
    "three_pt_attempts": "opp_three_pt_attempts",
    "three_pt_makes": "opp_three_pt_makes",
    "ft_attempts": "opp_ft_attempts",
    "ft_makes": "opp_ft_makes",
    "rebounds": "opp_rebounds",
    "assists": "opp_assists",
    "turnovers": "turnovers_forced",
    "team_paint_attempts": "opp_paint_attempts",
    "team_paint_makes": "opp_paint_makes",
    "team_mid_range_attempts": "opp_mid_range_attempts",
    "team_mid_range_makes": "opp_mid_range_makes",
    "points_in_paint_scored": "points_in_paint_allowed",
    "second_chance_points_scored": "second_chance_points_allowed",
    # Points per 100 possessions of the opponent's offence are the defensive rating.
    "offensive_rating": "defensive_rating",
    "pace": "opponent_pace",
    "ts_pct": "opponent_ts_pct",
}
_OPPONENT_KEY = [*GAME_KEY, "opponent_team_abbr"]


def build(team_offense: pl.DataFrame, team_boxscores: pl.DataFrame, play_by_play: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `team_offense` (good rows of team_offense_game_summary), plus `quarantine_reason`.

    Steals and fast-break points are null when the game has no team box row, blocks by zone without play-by-play.
    """
    own = team_offense.select(
        *GAME_KEY,
        "game_id",
        "season_year",
        "opponent_team_abbr",
        "home_game",
        "win_flag",
        "margin_of_victory",
        "overtime_periods",
        "defensive_rebounds",
        defending_team_abbr=pl.col("team_abbr"),
        fouls_committed=pl.col("personal_fouls"),
    )
    allowed = team_offense.select(*GAME_KEY, pl.col("team_abbr").alias("opponent_team_abbr"), *_ALLOWED).rename(
        _ALLOWED
    )
    own_box = team_boxscores.select(*GAME_KEY, "steals", defending_team_abbr=pl.col("team_abbr"))
    opponent_box = team_boxscores.select(
        *GAME_KEY,
        opponent_team_abbr=pl.col("team_abbr"),
        fast_break_points_allowed=pl.col("points_fast_break"),
    )
    blocks = team_blocks(play_by_play_shots(play_by_play)).select(
        *GAME_KEY,
        opponent_team_abbr=pl.col("team_abbr"),
        blocks_paint=pl.col(BLOCK_COLUMNS[0]),
        blocks_mid_range=pl.col(BLOCK_COLUMNS[1]),
        blocks_three_pt=pl.col(BLOCK_COLUMNS[2]),
    )
    return (
        own.join(allowed, on=_OPPONENT_KEY, how="left")
        .join(own_box, on=[*GAME_KEY, "defending_team_abbr"], how="left")
        .join(opponent_box, on=_OPPONENT_KEY, how="left")
        .join(blocks, on=_OPPONENT_KEY, how="left")
        .with_columns(
            mid_range_points_allowed=2 * pl.col("opp_mid_range_makes"),
            three_pt_points_allowed=3 * pl.col("opp_three_pt_makes"),
            quarantine_reason=pl.when(pl.col("points_allowed").is_null()).then(
                pl.format("{} has no row in team_offense_game_summary", pl.col("opponent_team_abbr"))
            ),
        )
        .select(*TABLE.column_names, "quarantine_reason")
    )
