"""Team offence per final game, from the team box score and the game's shot zones."""

import polars as pl

from nba_assets.contracts.team_offense_game_summary import TABLE
from nba_assets.transforms import formulas
from nba_assets.transforms.final_games import TEAM_KEY, final_team_rows
from nba_assets.transforms.shot_zones import team_zones, zone_shots


def build(
    schedule: pl.DataFrame,
    team_boxscores: pl.DataFrame,
    player_boxscores: pl.DataFrame,
    play_by_play: pl.DataFrame,
    shot_charts: pl.DataFrame,
) -> pl.DataFrame:
    """Two rows per final game, exactly one of them home: contract columns plus `quarantine_reason` (null if good).

    Totals never wait for zones: a game without zone data has null zone columns.
    """
    overtimes = pl.col("overtime_periods")
    return (
        final_team_rows(schedule, team_boxscores, player_boxscores)
        .with_columns(turnovers=pl.coalesce("turnovers_incl_team", "turnovers"))
        .join(team_zones(zone_shots(play_by_play, shot_charts)), on=TEAM_KEY, how="left")
        .rename(
            {
                "points": "points_scored",
                "fg_attempted": "fg_attempts",
                "fg_made": "fg_makes",
                "three_pt_attempted": "three_pt_attempts",
                "three_pt_made": "three_pt_makes",
                "ft_attempted": "ft_attempts",
                "ft_made": "ft_makes",
                "total_rebounds": "rebounds",
                "paint_attempts": "team_paint_attempts",
                "paint_makes": "team_paint_makes",
                "mid_range_attempts": "team_mid_range_attempts",
                "mid_range_makes": "team_mid_range_makes",
                "points_second_chance": "second_chance_points_scored",
            }
        )
        .with_columns(
            points_in_paint_scored=2 * pl.col("team_paint_makes"),
            possessions=formulas.possessions(
                pl.col("fg_attempts"), pl.col("ft_attempts"), pl.col("turnovers"), pl.col("offensive_rebounds")
            ),
            ts_pct=formulas.ts_pct(pl.col("points_scored"), pl.col("fg_attempts"), pl.col("ft_attempts")),
        )
        .with_columns(
            pace=formulas.pace(pl.col("possessions"), overtimes),
            offensive_rating=formulas.rating(pl.col("points_scored"), pl.col("possessions")),
        )
        .select(*TABLE.column_names, "quarantine_reason")
    )
