"""Every player listed in a final game: box totals, shot zones, rates, rest, line and result."""

import polars as pl

from nba_assets.contracts.player_game_summary import TABLE
from nba_assets.transforms import formulas
from nba_assets.transforms.final_games import GAME_KEY, TEAM_KEY, final_team_rows
from nba_assets.transforms.shot_zones import (
    PLAY_BY_PLAY_COLUMNS,
    PLAYER_KEY,
    ZONE_COLUMNS,
    fill_zones,
    player_zones,
    zone_games,
    zone_shots,
)

_BOX_NAMES = {
    "is_home": "home_game",
    "starter": "starter_flag",
    "minutes": "minutes_played",
    "field_goals_made": "fg_makes",
    "field_goals_attempted": "fg_attempts",
    "three_pointers_made": "three_pt_makes",
    "three_pointers_attempted": "three_pt_attempts",
    "free_throws_made": "ft_makes",
    "free_throws_attempted": "ft_attempts",
}

_LINE_KEY = ["nba_game_id", "nba_player_id"]
_LINE_COLUMNS = ["points_line", "points_line_source", "opening_line", "opening_line_source"]

# First hit wins, so that a league suspension is not the coach's decision. Whole words only: forest is not rest.
_DNP_PATTERNS = {
    "suspension": r"\bsuspen(?:ded|sion)\b",
    "g_league": r"\b(?:g[ -]?league|two[ -]?way|assignment)\b",
    "injury": (
        r"\b(?:injur(?:y|ed|ies)|illness|ill|sick|concussion|sore|soreness|sprain(?:ed)?|strain(?:ed)?|fractured?"
        r"|contusion|surgery|recovery|rehab|reconditioning)\b"
    ),
    "personal": r"\b(?:personal|bereavement|family|paternity)\b",
    "rest": r"\b(?:rest|resting|load management)\b",
    "coach_decision": r"\bcoach(?:['’]?s|es)?\b",
}
# The CDN feed's reason code (DND_LEAGUE_SUSPENSION) stands before its description and decides when it says enough.
_REASON_CODE = r"^[A-Z]+(?:_[A-Z]+)+"


def build(
    schedule: pl.DataFrame,
    player_boxscores: pl.DataFrame,
    team_boxscores: pl.DataFrame,
    player_list: pl.DataFrame,
    play_by_play: pl.DataFrame,
    shot_charts: pl.DataFrame,
    lines: pl.DataFrame,
    consensus: pl.DataFrame,
) -> pl.DataFrame:
    """One row per player listed in a final game: contract columns plus `quarantine_reason` (null for good rows).

    `lines` and `consensus` have one row per (nba_game_id, nba_player_id): points_line, points_line_source, opening_line
    and opening_line_source of one book, and consensus_line of all of them. Statistics, zones included, are null for
    players who did not play.
    """
    shots = zone_shots(play_by_play, shot_charts)
    teams = final_team_rows(schedule, team_boxscores, player_boxscores)
    listed = (
        player_boxscores.join(teams, on=GAME_KEY, how="semi")
        .rename(_BOX_NAMES)
        .join(_team_side(teams), on=TEAM_KEY, how="left")
        .join(
            player_list.select("game_date", "nba_player_id", "last_game_date"),
            on=["game_date", "nba_player_id"],
            how="left",
        )
        .join(lines.select(*_LINE_KEY, *_LINE_COLUMNS), on=_LINE_KEY, how="left")
        .join(consensus.select(*_LINE_KEY, consensus_points_line="consensus_line"), on=_LINE_KEY, how="left")
    )
    return (
        _with_zones(listed, shots, play_by_play)
        .with_columns(*_identity(), *_rates(), margin=pl.col("points") - pl.col("points_line"))
        .with_columns(
            line_movement=pl.col("points_line") - pl.col("opening_line"),
            over_under_result=over_under_result(pl.col("margin")),
        )
        .select(*TABLE.column_names, "quarantine_reason")
    )


def over_under_result(margin: pl.Expr) -> pl.Expr:
    """OVER, UNDER or PUSH from points - line; null without either."""
    return (
        pl.when(margin > 0)
        .then(pl.lit("OVER"))
        .when(margin < 0)
        .then(pl.lit("UNDER"))
        .when(margin == 0)
        .then(pl.lit("PUSH"))
    )


def dnp_category(player_status: pl.Expr, reason: pl.Expr) -> pl.Expr:
    """Class of the reason a player did not play; null for players who did, and for inactive ones without a reason.

    A player who dressed and sat without a stated reason was the coach's decision.
    """
    text = reason.str.to_lowercase().str.replace_all("_", " ", literal=True)
    code = reason.str.extract(_REASON_CODE, 0).str.to_lowercase().str.replace_all("_", " ", literal=True)
    stated = pl.coalesce(_classified(code), _classified(text), pl.lit("other"))
    return (
        pl.when(player_status == "active")
        .then(None)
        .when(reason.is_not_null())
        .then(stated)
        .when(player_status == "dnp")
        .then(pl.lit("coach_decision"))
    )


def _classified(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(
        *(pl.when(text.str.contains(pattern)).then(pl.lit(category)) for category, pattern in _DNP_PATTERNS.items())
    )


def _team_side(teams: pl.DataFrame) -> pl.DataFrame:
    """What a player's row takes from his team's row."""
    return teams.select(
        *TEAM_KEY,
        "opponent_team_abbr",
        "win_flag",
        "overtime_periods",
        "quarantine_reason",
        team_fg_attempts=pl.col("fg_attempted"),
        team_ft_attempts=pl.col("ft_attempted"),
        team_turnovers=pl.col("player_turnovers"),
    )


def _with_zones(listed: pl.DataFrame, shots: pl.DataFrame, play_by_play: pl.DataFrame) -> pl.DataFrame:
    """Zone columns: 0 for a player without shots, null in a game without zone data and for who did not play."""
    zones = player_zones(shots, play_by_play)
    played = pl.col("player_status") == "active"
    all_zones = pl.sum_horizontal("paint_attempts", "mid_range_attempts", "three_attempts_pbp", ignore_nulls=False)
    joined = listed.join(zone_games(shots), on=GAME_KEY, how="left").join(zones, on=PLAYER_KEY, how="left")
    return (
        fill_zones(joined)
        .with_columns(pl.when(played).then(pl.col(*ZONE_COLUMNS, *PLAY_BY_PLAY_COLUMNS, "zone_source")))
        .with_columns(has_complete_shot_zones=all_zones == pl.col("fg_attempts"))
    )


def _identity() -> list[pl.Expr]:
    played = pl.col("player_status") == "active"
    stray = pl.format("{} does not play in game {}", pl.col("team_abbr"), pl.col("nba_game_id"))
    return [
        pl.col("nba_player_id").cast(pl.String).alias("universal_player_id"),
        played.alias("is_active"),
        (~played).alias("is_dnp"),
        dnp_category(pl.col("player_status"), pl.col("dnp_reason")).alias("dnp_reason_category"),
        (pl.col("game_date") - pl.col("last_game_date")).dt.total_days().alias("days_rest"),
        pl.when(pl.col("opponent_team_abbr").is_null())
        .then(stray)
        .otherwise("quarantine_reason")
        .alias("quarantine_reason"),
    ]


def _rates() -> list[pl.Expr]:
    """Rates of players who played; the null statistics of the others keep theirs null."""
    fg_attempts, ft_attempts = pl.col("fg_attempts"), pl.col("ft_attempts")
    return [
        formulas.usage_rate(
            fg_attempts=fg_attempts,
            ft_attempts=ft_attempts,
            turnovers=pl.col("turnovers"),
            minutes=pl.col("minutes_played"),
            team_fg_attempts=pl.col("team_fg_attempts"),
            team_ft_attempts=pl.col("team_ft_attempts"),
            team_turnovers=pl.col("team_turnovers"),
            overtimes=pl.col("overtime_periods"),
        ).alias("usage_rate"),
        formulas.ts_pct(pl.col("points"), fg_attempts, ft_attempts).alias("ts_pct"),
        formulas.efg_pct(pl.col("fg_makes"), pl.col("three_pt_makes"), fg_attempts).alias("efg_pct"),
    ]
